/*
 * tracker.h - which groups of a run wait for which follow-ups.
 *
 * Takes note of every record as it comes in.  When the last reply of a group is
 * safe the group is judged; what its evaluator asks becomes a unit behind those
 * of the plan, and the group is judged again when the answers are safe.  So
 * judging runs beside generation.  Nothing here is kept for good: the verdicts
 * that count are made from the journal at the end, and a resumed run asks the
 * same questions again and finds the answers: each is a unit as before, one that
 * is done, so that nothing that counts units goes back.
 */
#ifndef TRACKER_H
#define TRACKER_H

#include "evaluate/judge.h"
#include "trustsweep/record.h"

struct error;
struct plan;

/* A task under one evaluator that may ask. */
struct tracker_subject {
    size_t task; /* of the plan */
    const struct evaluator_ops *evaluator;
};

/* A record in the journal: where, and from which ticket on it is safe. */
struct tracker_record {
    uint64_t place;
    uint64_t ticket;
};

/* What the tracker needs done.  `self` is passed to every call. */
struct tracker_hooks {
    void *self;
    /* who answers at once, without a unit; as struct answerer */
    enum answer (*now)(void *self, const struct ask *ask, struct reply *out);
    /* the whole request of an ask, its unit's id too; false: nobody plays that
     * role.  out: request_release() */
    bool (*request)(void *self, const struct ask *ask, struct request *out);
    /* the record of a unit of the plan; and the one at a place of the journal.
     * 1 = `out` is filled, 0 = there is none (first hook), -1 */
    int (*read_unit)(void *self,
                     size_t unit,
                     struct record *out,
                     struct error *err);
    int (*read_place)(void *self,
                      uint64_t place,
                      struct record *out,
                      struct error *err);
    /* an answer that is known from elsewhere (another run), so that nobody is
     * asked.  record: NULL, or its record is now put in the journal.
     * 1 = `out` is filled, 0 = there is none, -1; may be NULL */
    int (*recall)(void *self,
                  enum role role,
                  struct hash128 id,
                  struct tracker_record *record,
                  struct reply *out,
                  struct error *err);
    /* a new unit, which may be done already (tracker_is_done()); `unit` is its
     * index, that of the last one plus 1 */
    void (*add)(void *self,
                size_t unit,
                enum role role,
                const struct request *request);
};

struct tracker_params {
    const struct plan *plan;                /* borrowed */
    const struct tracker_subject *subjects; /* [num_subjects]; not kept */
    size_t num_subjects;
    const struct prompts *prompts; /* borrowed */
    struct tracker_hooks hooks;
};

struct tracker *tracker_create(const struct tracker_params *params);
void tracker_destroy(struct tracker *self);

/* The record of a follow-up that an earlier run left in the journal. */
void tracker_remember(struct tracker *self,
                      const struct record *record,
                      uint64_t place);

/* A unit was recorded: of the plan, or a follow-up.  `ticket`: from when on it
 * is safe (journal_synced()); 0 = it is. */
void tracker_recorded(struct tracker *self,
                      size_t unit,
                      uint64_t place,
                      uint64_t ticket);

/* Judge what is safe up to `ticket`, a few groups at a time.  1 = did
 * something, 0 = nothing to do now, -1 = a record could not be read. */
int tracker_step(struct tracker *self, uint64_t ticket, struct error *err);

/* Whether records wait to be looked at, so that units may come of them. */
bool tracker_is_busy(const struct tracker *self);

/* Of the reply that has waited longest for an answer: its unit of the plan, of a
 * group the first one; SIZE_MAX: none waits. */
size_t tracker_waits_for(struct tracker *self);

/* Open questions about a model's replies to a task. */
struct tracker_asked {
    size_t num;
    enum role role; /* that some of them wait for */
};

/* Adds to out [num_models][num_tasks], of the plan. */
void tracker_count_asked(const struct tracker *self, struct tracker_asked *out);

/* What earlier runs had answered, and is no unit yet since the records of the
 * plan are still being looked through: most of it will be.  num_failed: of these,
 * given up.  0 once all were looked through. */
size_t tracker_num_expected(const struct tracker *self, size_t *num_failed);

/* Whether records of earlier runs are still being looked through. */
bool tracker_is_catching_up(const struct tracker *self);

size_t tracker_num_added(const struct tracker *self); /* units */

/* Of an added unit: whether its record is there, as it was answered by an earlier
 * run or elsewhere, or came in since; whether an earlier run gave it up. */
bool tracker_is_done(const struct tracker *self, size_t unit);
bool tracker_has_failed(const struct tracker *self, size_t unit);

/* Of an added unit: its id and request; the unit of an id or SIZE_MAX; role. */
struct hash128 tracker_id(const struct tracker *self, size_t unit);
size_t tracker_find(const struct tracker *self, struct hash128 id);
enum role tracker_role(const struct tracker *self, size_t unit);
const struct request *tracker_request(const struct tracker *self, size_t unit);

/* The place of the record that answers `id`; 0 = none. */
uint64_t tracker_place(const struct tracker *self, struct hash128 id);

#endif
