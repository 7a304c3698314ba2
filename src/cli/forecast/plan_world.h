/*
 * plan_world.h - the sweep that a forecast expects, for the simulation: as the
 * outlook has it, without the units that nobody is asked.
 */
#ifndef PLAN_WORLD_H
#define PLAN_WORLD_H

#include "cli/forecast/places.h"
#include "schedule/simulate.h"

struct outlook;

struct plan_world {
    struct simulate_world world;
    double *load_s; /* [num_models] */
    float *unit_s;  /* [num_units], as those below */
    float *unit_cost;
    uint16_t *unit_model, *unit_task;
    uint32_t *unit_bundle;
    uint32_t *after; /* [num_after] */
    struct places places;
};

/* `outlook` stays the caller's, and outlives it. */
void plan_world_open(struct plan_world *self,
                     const struct outlook *outlook,
                     size_t num_workers);
void plan_world_close(struct plan_world *self);

#endif
