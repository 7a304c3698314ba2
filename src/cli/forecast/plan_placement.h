/*
 * plan_placement.h - who would hold which model, when: the schedule of a run in
 * virtual time, model by model.
 */
#ifndef PLAN_PLACEMENT_H
#define PLAN_PLACEMENT_H

#include "cli/forecast/outlook.h"

struct plan_placement {
    size_t num_gpus;    /* workers that it takes at once; 0: of those without
                           a GPU */
    size_t num_workers; /* that drive it at some time */
    size_t num_nodes;   /* whole ones that it takes at once; 1 = or less */
    size_t num_loads;
    double from_s; /* its first load begins; NaN: never */
    double to_s;   /* its last answer */
};

/* [num_models of the outlook], free(); speeds must be known. */
struct plan_placement *plan_placement_make(const struct outlook *outlook,
                                           size_t num_workers);

#endif
