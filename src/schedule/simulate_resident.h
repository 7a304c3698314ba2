/*
 * simulate_resident.h - the scheduler itself, asked by slots in virtual time as
 * rank 0 asks it for workers.
 */
#ifndef SIMULATE_RESIDENT_H
#define SIMULATE_RESIDENT_H

#include "schedule/simulate.h"

/* out  its bounds are left as they are */
void simulate_resident(const struct simulate_world *world,
                       struct simulate_outcome *out);

#endif
