/*
 * simulate_jobs.h - policies that make jobs beforehand and give each to the next
 * free slot, which loads the job's model for it (policy.h).  Whole jobs are added
 * up, none of their units is looked at again.
 */
#ifndef SIMULATE_JOBS_H
#define SIMULATE_JOBS_H

#include "schedule/simulate.h"

void simulate_jobs(const struct simulate_world *world,
                   enum policy policy,
                   size_t size,
                   struct simulate_outcome *out);

#endif
