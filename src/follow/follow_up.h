/*
 * follow_up.h - the requests that evaluators asked for, by id.
 *
 * A follow-up is a unit like any other: its id is a hash of everything that
 * determines its reply, so the same question is asked once, whoever needs it,
 * and a resumed run finds the answers of the earlier one.
 */
#ifndef FOLLOW_UP_H
#define FOLLOW_UP_H

#include "trustsweep/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The id of a follow-up.
 *
 * identity  of who plays the role; backend_facts
 * request   complete but for its `unit`
 */
struct hash128 follow_up_id(enum role role,
                            const char *identity,
                            const struct request *request);

struct follow_up_entry {
    struct hash128 id;
    enum role role;
    uint64_t place;   /* of its record in the journal; 0 = none yet */
    size_t unit;      /* SIZE_MAX: none of this run, at least not yet */
    bool has_failed;  /* its record is of one that an earlier run gave up */
    bool is_recalled; /* it came from elsewhere, and may not be safe yet */
    struct request request; /* until it is recorded; then released */
    uint64_t *parents;      /* [num_parents], whatever the owner counts by */
    size_t num_parents;
    size_t cap_parents;
};

struct follow_up_table;

struct follow_up_table *follow_up_table_create(void);
void follow_up_table_destroy(struct follow_up_table *self);

/* The entry of that id, or NULL. */
struct follow_up_entry *follow_up_find(const struct follow_up_table *self,
                                       struct hash128 id);

/* The same, made when it is not there: no place, no unit. */
struct follow_up_entry *follow_up_get(struct follow_up_table *self,
                                      struct hash128 id);

void follow_up_add_parent(struct follow_up_entry *entry, uint64_t parent);

#endif
