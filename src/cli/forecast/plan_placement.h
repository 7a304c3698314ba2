/*
 * plan_placement.h - who would hold which model, when: the schedule of a run in
 * virtual time, model by model.
 */
#ifndef PLAN_PLACEMENT_H
#define PLAN_PLACEMENT_H

#include "cli/forecast/outlook.h"

struct plan_placement {
    size_t width;      /* workers with a GPU that one copy takes; 0: of those
                          without one */
    size_t num_copies; /* places that hold it at some time: a worker, or as
                          many together as a copy takes */
    size_t num_nodes;  /* whole ones that a copy takes; 1 = or less */
    size_t num_loads;
    double from_s; /* its first load begins; NaN: never */
    double to_s;   /* its last answer */
};

/* [num_models of the outlook], free(); speeds must be known. */
struct plan_placement *plan_placement_make(const struct outlook *outlook,
                                           size_t num_workers);

#endif
