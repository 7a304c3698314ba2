/*
 * planned.h - a job as `plan` looks at it: all that it asks, and a forecast of what
 * is left for the workers that there are to be.
 */
#ifndef PLANNED_H
#define PLANNED_H

#include "cli/forecast/outlook.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/forecast/plan_subject.h"

struct cJSON;
struct error;
struct plan_memory;
struct sweep;
struct sweep_params;

struct planned {
    struct sweep *sweep; /* all of it */
    struct outlook outlook;
    struct plan_memory *memory; /* [num_models + NUM_ROLES] */
    struct sweep
        *part; /* what is forecast: `sweep`, or its part for a batch job */
    struct outlook part_outlook;  /* zeroed where `part` is all of it */
    struct outlook *forecast_for; /* that of the two */
    struct plan_forecast forecast;
    struct cJSON *checkpoints; /* as checkpoints_plan(); or NULL */
};

/* On what it is to run. */
struct planned_wish {
    size_t num_workers;
    size_t node_workers; /* of each node; 0 = all of a type are on one */
    const char *gpus;    /* as gpu_types_plan(); or NULL */
    struct plan_policies policies;
};

/* Loads no model.  For planned_release() also after a failure.
 * self    zeroed
 * errors  as sweep_open() */
int planned_open(struct planned *self,
                 const struct sweep_params *params,
                 struct error *err);

/* Once, with the params that it was opened with.
 * errors  ERR_USAGE: it fits on no such workers; as outlook_make() */
int planned_forecast(struct planned *self,
                     const struct planned_wish *wish,
                     const struct sweep_params *params,
                     struct error *err);

/* What was forecast; borrows. */
struct plan_subject planned_subject(const struct planned *self);

void planned_release(struct planned *self);

#endif
