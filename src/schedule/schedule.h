/*
 * schedule.h - who does what next.  Pure: time is an argument, nothing is read
 * from outside.  Drives the coordinator and the simulation of `plan`.
 *
 * Models stay resident: a slot takes work for the model it holds.  By when all
 * can end is worked out again and again from what was learned of speeds and
 * loads (target.h); a slot joins another model when that brings the end nearer,
 * and leaves one that still has work when the others there are enough.  Lease
 * size follows expected seconds; the last leases shrink.
 *
 * Words: a slot is a worker, rank slot + 1 of a run; what it has of cores and GPUs
 * (struct slot of trustsweep/backend.h) is not known here.  A job is one of a
 * simpler policy (policy.h), not the file that a run is of.  What lies ahead is
 * worked out here again and again; a forecast is what `plan` makes of a whole
 * sweep (src/cli/forecast), with the simulation.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "schedule/policy.h"
#include "schedule/slot_types.h"
#include "schedule/teams.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCHEDULE_NO_MODEL = -1 };

struct schedule_model {
    double load_s;       /* prior; learned from schedule_loaded() */
    double tokens_per_s; /* prior of one slot; 0 = unknown */
    bool is_guessed;     /* nobody measured it: it may be wrong by far */
    bool is_role; /* judges and the like: served when its queue is long */
    /* Neighbouring slots that it needs at once; 0 = one.  Load and speed are of
     * so many together (teams.h). */
    size_t width;
    bool may_span;  /* they may be on several nodes */
    bool is_single; /* one slot does all that can be done at a time, as for an
                       API that allows so many requests: no other joins it */
};

struct schedule_params {
    const struct schedule_model *models; /* [num_models]; copied */
    size_t num_models;
    size_t num_units;           /* plan order: units of a model are adjacent */
    const uint16_t *unit_model; /* [num_units]; copied */
    const float *unit_cost;     /* [num_units], tokens; copied */
    size_t num_slots;
    /* Where they are; NULL: on one node, in order. */
    const struct team_place *places;       /* [num_slots]; copied */
    const struct slot_types_params *types; /* of slots; NULL: all are alike */
    double lease_s;   /* seconds of work aimed at in one lease */
    size_t max_lease; /* units in one lease */
    /* What units have in common that their cost in tokens does not say, such as
     * how long replies are; NULL: one task. */
    const uint16_t *unit_task; /* [num_units] below num_tasks; copied */
    size_t num_tasks;          /* 0 = one */
    /* Neighbours that share a prompt prefix: units of a model and task with the
     * same number go out together; NULL: 32 that follow one another. */
    const uint32_t *unit_bundle; /* [num_units], not kept */
    /* Not resident: jobs of a simpler policy (policy.h), for comparison; a slot
     * lets go of the model behind each.  For models of one slot. */
    enum policy policy;
    size_t policy_size; /* as of policy_assign() */
};

struct schedule;
struct schedule *schedule_create(const struct schedule_params *params);
void schedule_destroy(struct schedule *self);

/* One more unit, later; returns its index, which is the number of units there
 * were.  An unknown model or task is a bug. */
size_t schedule_add(struct schedule *self,
                    int model,
                    size_t task,
                    double tokens);

/* A unit leaves the pool for good (its result is in the journal). */
void schedule_done(struct schedule *self, size_t unit);

/* A leased unit comes back; it is not handed out before `not_before_ms`. */
void schedule_return(struct schedule *self, size_t unit, int64_t not_before_ms);

/* Learning: what a slot measured.  load_s  negative: the load has ended, and what
 * it took is not known yet. */
void schedule_loaded(struct schedule *self, int slot, int model, double load_s);
void schedule_observe(struct schedule *self,
                      int slot,
                      size_t unit,
                      double seconds);

/*
 * The next lease of a slot that has nothing in hand, or of one for which
 * schedule_goes_on().
 *
 * held     the model it holds or SCHEDULE_NO_MODEL
 * out      [max_lease] unit indices, plan order
 * returns  how many; 0 = nothing for it now (`*model` untouched)
 *
 * A slot that is called into a team gets nothing; it is to let go of what it
 * holds, see schedule_lets_go(), and to ask again with SCHEDULE_NO_MODEL.
 */
size_t schedule_lease(struct schedule *self,
                      int slot,
                      int held,
                      int64_t now_ms,
                      int *model,
                      size_t *out);

/*
 * For a slot that has nothing in hand and got no lease: units of the model it
 * holds that are under way elsewhere for three times as long as they should take.
 * The first result counts.  As schedule_lease().
 */
size_t schedule_again(struct schedule *self,
                      int slot,
                      int64_t now_ms,
                      int *model,
                      size_t *out);

/* Whether a slot that still works on a lease of `held` should get another one
 * of it already; else it works off what it has and asks then. */
bool schedule_goes_on(struct schedule *self,
                      int slot,
                      int held,
                      int64_t now_ms);

/* Whether a slot, once it has nothing in hand, is to let go of the model it
 * holds: a team gathers or parts. */
bool schedule_lets_go(const struct schedule *self, int slot);

/* Whether that slot may ever be given units of the model. */
bool schedule_may_hold(const struct schedule *self, int slot, int model);

/* Whether it is one without a GPU; false for any that there is not. */
bool schedule_is_apart(const struct schedule *self, int slot);

/* The slot that drives the model to which this one lends what it has; itself, or
 * TEAMS_NONE, when it does not. */
int schedule_lead(const struct schedule *self, int slot);

/* A model with work that needs more living neighbours than there are anywhere,
 * or a type of which none lives, or SCHEDULE_NO_MODEL.  schedule_narrow(): it is
 * content with any one slot, so that its units can be leased and given up. */
int schedule_stranded(const struct schedule *self);
void schedule_narrow(struct schedule *self, int model);

/* Whether a lease of that model could be had now. */
bool schedule_has_ready(struct schedule *self, int model, int64_t now_ms);

/* Whether a role's queue is so long that a slot holding `held` should work off
 * what it has and take the role next. */
bool schedule_role_waits(struct schedule *self, int held, int64_t now_ms);

double schedule_cost(const struct schedule *self, size_t unit); /* tokens */
/* Of a unit that there is. */
int schedule_model_of(const struct schedule *self, size_t unit);
size_t schedule_task_of(const struct schedule *self, size_t unit);
size_t schedule_num_tasks(const struct schedule *self);
size_t schedule_num_models(const struct schedule *self);

/* A slot was lost or came back; lost slots are left out of what lies ahead. */
void schedule_slot_alive(struct schedule *self, int slot, bool is_alive);

size_t schedule_max_lease(const struct schedule *self); /* room for `out` */
size_t schedule_left(const struct schedule *self);      /* units not done */

/* Seconds until the end, from what was learned; NaN before anything is known.  Of a
 * simpler policy as if its jobs were even. */
double schedule_eta(struct schedule *self, int64_t now_ms);

/* What a sweep asks for, by model. */
struct schedule_demand {
    const double *work_s; /* [num] of one place of it */
    const double *load_s; /* [num] */
    const size_t *width;  /* [num] slots that a place takes; NULL: one */
    size_t num;
};

/*
 * No schedule ends sooner: the smallest T with sum over models of
 * width_m * work_m / (T - load_m) <= slots.  Seconds.  Slots that are so many
 * times as fast as meant in `work_s` count so many times.
 */
double schedule_parted_bound(const struct schedule_demand *demand,
                             double slots);

/*
 * The same with loads that cannot be parted: the smallest T with sum over models
 * of width_m * (work_m + ceil(work_m / (T - load_m)) * load_m) <= slots * T.
 * Above the one before, most where slots are fewer than models: each is loaded at
 * least once.
 */
double schedule_whole_bound(const struct schedule_demand *demand, double slots);

#endif
