/*
 * simulate_units.h - the units of a world as a schedule counts them: some come
 * when others are done.
 */
#ifndef SIMULATE_UNITS_H
#define SIMULATE_UNITS_H

#include "schedule/simulate.h"

#include <stdint.h>

struct simulate_units {
    const struct simulate_world *world;
    uint32_t *index; /* [num_units] of the world, by the schedule's number */
    size_t num;      /* that the schedule knows */
    uint32_t *first; /* [num_units] what comes after a unit; 0: nothing */
    uint32_t *next;  /* [num_units] and after that; 0: nothing more */
};

/* Returns what a schedule is to begin with. */
struct schedule_params simulate_units_open(struct simulate_units *self,
                                           const struct simulate_world *world);
void simulate_units_close(struct simulate_units *self);

/* A unit is done, by the schedule's number: what was waiting for it is there. */
void simulate_units_follow(struct simulate_units *self,
                           size_t done,
                           struct schedule *schedule);

#endif
