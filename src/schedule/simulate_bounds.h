/*
 * simulate_bounds.h - what no schedule of a world can end before, with the work
 * of slots without a GPU taken out of that of the others.
 */
#ifndef SIMULATE_BOUNDS_H
#define SIMULATE_BOUNDS_H

#include "schedule/simulate.h"

/* Sets parted_bound_s, whole_bound_s, longest_s and kept_s with what they are of,
 * apart_bound_s, single_bound_s and num_apart. */
void simulate_bounds(const struct simulate_world *world,
                     struct simulate_outcome *out);

#endif
