/*
 * schedule_parts.h - the inside of a schedule, shared by its files: schedule.c
 * keeps the units, _lease hands them out, _ahead works out by when all can end,
 * _slots from what slots do,
 * _choose decides who goes where, _gather calls slots together for models that
 * need several, _jobs goes by jobs of a simpler policy instead, _explain says why
 * a model waits, _bounds what no schedule can end before.
 */
#ifndef SCHEDULE_PARTS_H
#define SCHEDULE_PARTS_H

#include "schedule/pool.h"
#include "schedule/schedule.h"
#include "schedule/schedule_jobs.h"
#include "schedule/slot_types.h"
#include "schedule/slots_seen.h"
#include "schedule/speeds.h"
#include "schedule/target.h"

/* A load that is said to take longer is taken for so long: 30 years. */
#define SCHEDULE_LONGEST_LOAD_S 1e9

struct schedule_model_state {
    struct pool *pool;
    bool is_role;
    bool may_span;
    bool is_single;
    size_t width;      /* at least 1 */
    size_t num_called; /* teams that gather for it */
    double prior_load_s;
    double load_s;         /* measured; 0 = never */
    size_t num_slots;      /* that hold it */
    size_t num_loading;    /* of these, that load it */
    double loading_sum_ms; /* of their `loading_ms` */
    int64_t leased_ms;     /* when the last lease was begun */
};

struct slot_state {
    int model; /* that it holds or is about to load */
    bool is_alive;
    bool is_idle;       /* it holds a model that has nothing for it */
    int64_t loading_ms; /* since when it loads; -1 = it does not */
    int64_t again_ms;   /* when it was given units to run twice */
};

/* What was worked out last of what lies ahead, as slots of one type see it: in
 * their seconds, with the models that may be there. */
struct ahead {
    bool is_there;
    int64_t at_ms;
    double end_ms;            /* when all that can be shared out ends; NaN =
                                 unknown */
    double held_end_ms;       /* when what nobody can join any more ends */
    int next;                 /* what a free slot should take */
    struct target_model *now; /* [num_models] it was worked out from */
};

struct schedule {
    struct schedule_model_state *models; /* [num_models] */
    size_t num_models;
    struct slot_state *slots; /* [num_slots] */
    size_t num_slots;
    struct teams *teams;
    bool has_wide;
    uint16_t *unit_model;    /* [num_units] */
    struct pool_units units; /* [num_units], shared with the pools */
    size_t num_units;
    size_t caps[4]; /* of `unit_model` and the arrays of `units` */
    size_t num_done;
    size_t num_tasks;
    bool *is_probed; /* [num_tasks]: some of it was leased */
    struct speeds *speeds;
    struct slot_types *types;
    struct ahead *ahead;     /* [types] */
    struct slots_seen *seen; /* of slots on their own: without `has_wide` */
    int64_t seen_ms;         /* for when it holds */
    double *seen_load_s;     /* [num_models], with these loads */
    double lease_s;
    size_t max_lease;
    struct schedule_jobs *jobs; /* NULL: resident */
};

/* Whether there is one of that number. */
bool schedule_has_model(const struct schedule *self, int model);
bool schedule_has_slot(const struct schedule *self, int slot);

/* Since when a slot loads the model that it holds; -1: it does not. */
void schedule_set_loading(struct schedule *self, int slot, int64_t since_ms);

/* Whether one more slot may take it, besides those that hold it. */
bool schedule_may_join(const struct schedule *self, int model);

/* How fast a slot is with a model; 0: it must not be there. */
double schedule_speed(const struct schedule *self, int slot, int model);

/* The same of the team that a slot leads, which waits for its slowest member; 0 as
 * well where some of it may not be on one model together. */
double schedule_team_speed(const struct schedule *self, int slot, int model);

/* What a load of it should take; one that was not measured as the others'
 * measured ones say; 0 = unknown. */
double schedule_load_s(const struct schedule *self, int model);

/* Loads that were not measured are off by what the measured ones are. */
double schedule_load_factor(const struct schedule *self);
/* schedule_load_s() with that factor. */
double schedule_load_of(const struct schedule *self,
                        size_t model,
                        double factor);

/* Whether nothing that a slot holds needs it. */
bool schedule_is_free(const struct schedule *self, int at);

/*
 * What slots do, as those of one type see it, into the `num_slots` and `late_s` of
 * its self->ahead[type].now, whose `load_s` are known: those that are idle are
 * free, whatever they hold; others may have to load yet.
 *
 * returns  how many are free
 */
double schedule_see_slots(struct schedule *self, size_t type, int64_t now_ms);

/* Free slots of that type, whatever team they are in. */
double schedule_num_free(struct schedule *self, size_t type, int64_t now_ms);

/* What was worked out does not hold any more. */
void schedule_forget(struct schedule *self);

/* A slot holds that model from now on, or SCHEDULE_NO_MODEL; it does not load it,
 * see schedule_set_loading(). */
void schedule_hold(struct schedule *self, int slot, int model);

/* What stands before a lease where models need several slots.  True: this slot
 * gets nothing now.  Else `*model` is what it must take, or SCHEDULE_NO_MODEL:
 * what it likes. */
bool schedule_gather(struct schedule *self,
                     int slot,
                     int held,
                     int64_t now_ms,
                     int *model);

/* A slot has chosen a model: whether it may take it at once.  Else a team is
 * called together for it, or the slot's own one is parted. */
bool schedule_may_take(struct schedule *self, int slot, int model);

/* What is leased to a slot that chose `model`: a team that would be parted takes
 * another model of its width first that nobody drives, as it would be called
 * together again for that. */
int schedule_stay(struct schedule *self, int slot, int model, int64_t now_ms);

void schedule_gather_alive(struct schedule *self, int slot, bool is_alive);

/* What a slot by itself should take when no team can be had. */
int schedule_choose_narrow(struct schedule *self, int slot, int64_t now_ms);

/* The model whose units an idle slot should take, or SCHEDULE_NO_MODEL. */
int schedule_choose(struct schedule *self, int slot, int held, int64_t now_ms);

/* By when all can end, for slots of that type; worked out if that was not done
 * just now. */
const struct ahead *schedule_look_ahead(struct schedule *self,
                                        size_t type,
                                        int64_t now_ms);

#endif
