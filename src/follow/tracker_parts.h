/*
 * tracker_parts.h - the inside of a tracker, shared by its files: tracker.c takes
 * note of records and judges groups, _answer answers what their evaluators ask.
 */
#ifndef TRACKER_PARTS_H
#define TRACKER_PARTS_H

#include "follow/follow_up.h"
#include "follow/instances.h"
#include "follow/tracker.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A record to be looked at; ticket 0: of an earlier run. */
struct news {
    uint64_t ticket;
    uint64_t place;
    size_t unit;
    /* that it answers, and is no unit yet; or NULL */
    struct follow_up_entry *recalled;
};

struct tracker {
    struct tracker_params params;
    struct instances *instances;
    size_t num_plan; /* units */
    struct follow_up_table *table;
    struct follow_up_entry **added; /* [num_added]: units behind the plan */
    size_t num_added;
    size_t cap_added;
    size_t first_open;          /* what is added before it has its record */
    size_t num_expected;        /* answered by earlier runs, not added yet */
    size_t num_expected_failed; /* of these */
    struct news *news;          /* [num_news], from `first_news` on */
    size_t first_news;
    size_t num_news;
    size_t cap_news;
    uint64_t judging;  /* the instance being judged */
    struct error *err; /* of a read below judge_group() */
    bool is_broken;
};

/* One more record to be looked at. */
void tracker_note(struct tracker *self, const struct news *news);

/* Make a unit of an entry that has its role and request, and `place` when it is
 * done. */
void tracker_add_unit(struct tracker *self, struct follow_up_entry *entry);

/* Of struct answerer; context: the tracker, while it judges. */
enum answer tracker_answer(void *context,
                           const struct ask *ask,
                           struct reply *out);

#endif
