/*
 * plan_world.h - the sweep that a forecast expects, for the simulation: as the
 * outlook has it, without the units that nobody is asked.
 *
 * What would take long to simulate is put together: neighbours of a model and
 * task become one unit with the work of all, and of many workers alike fewer
 * stand for all, with as much less work.  No work is lost, and as long as each
 * worker has many units the makespan hardly changes.
 */
#ifndef PLAN_WORLD_H
#define PLAN_WORLD_H

#include "cli/forecast/places.h"
#include "schedule/simulate.h"

struct outlook;

/* The most that is simulated; 0 = all that there is. */
struct plan_grain {
    size_t units;
    size_t workers;
};

/* Of more workers so many are simulated. */
enum { PLAN_WORKERS = 1024 };

/* That of sizes and draws, of which many are simulated: enough units for each of so
 * many workers that the end, where some have nothing left, is as with all. */
struct plan_grain plan_world_coarse(size_t num_workers);

/* The same where sizes of several types are tried in the time of one. */
struct plan_grain plan_world_coarser(size_t num_workers, size_t num_types);

struct plan_world {
    struct simulate_world world;
    double each;     /* workers that one in it stands for, at least 1; those
                       without a GPU stand for themselves */
    size_t together; /* neighbours that one unit stands for, at most */
    /* [num_models] as of the outlook, as wide as the places say; one whose account
     * allows less than so many workers would ask of it is on one of them, as fast
     * as the account is */
    struct schedule_model *models;
    double single_s; /* work that one worker does, of those with a GPU */
    double *load_s;  /* [num_models] */
    float *unit_s;   /* [num_units], as those below */
    float *unit_cost;
    uint16_t *unit_model, *unit_task;
    uint32_t *unit_bundle;
    uint32_t *after; /* [num_after] */
    struct places places;
    struct slot_types_params types; /* where there are some */
    uint16_t *of;                   /* [num_slots] of the types */
};

/* `outlook` stays the caller's, and outlives it. */
void plan_world_open(struct plan_world *self,
                     const struct outlook *outlook,
                     size_t num_workers,
                     struct plan_grain grain);
void plan_world_close(struct plan_world *self);

/* Whether so many workers would ask for more than the account of a model allows:
 * then what they share is that, however many they are. */
bool plan_world_is_paced(const struct outlook *outlook,
                         size_t model,
                         size_t num_workers);

/* The schedule of a run in it, counted in all workers that it stands for; the
 * bounds are those of what is simulated. */
void plan_world_run(const struct plan_world *self,
                    struct simulate_outcome *out);

#endif
