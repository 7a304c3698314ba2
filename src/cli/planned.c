#include "cli/planned.h"

#include "base/json.h"
#include "base/mem.h"
#include "cli/folder/run_dir.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/places.h"
#include "cli/forecast/plan_memory.h"
#include "cli/forecast/plan_range.h"
#include "cli/forecast/plan_sizes.h"
#include "cli/run/checkpoints_plan.h"
#include "cli/sweep/answered.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep.h"

#include <stdlib.h>

void planned_release(struct planned *self)
{
    json_free(self->checkpoints);
    free(self->memory);
    outlook_release(&self->part_outlook);
    outlook_release(&self->outlook);
    if (self->part != self->sweep)
        sweep_close(self->part);
    sweep_close(self->sweep);
}

/* Of checkpoints, and of a batch job, what the run directory has is not asked
 * again. */
int planned_open(struct planned *self,
                 const struct sweep_params *params,
                 struct error *err)
{
    struct sweep_params part = *params;
    char *dir;

    self->sweep = self->part = sweep_open(params, err);
    if (!self->sweep)
        return -1;
    part.where = "compute";
    if (part_is_split(self->sweep->job)) {
        self->part = sweep_open(&part, err);
        if (!self->part)
            return -1;
    }
    dir = run_dir_choose(self->sweep->job, params->output);
    if ((self->part != self->sweep || self->sweep->night.goes_on)
        && !self->sweep->night.is_made_up)
        answered_leave_out(dir, self->part, true);
    free(dir);
    return 0;
}

/* What needs more than there is: said here as `run` would say it. */
static int check_room(const struct planned_wish *wish,
                      const struct sweep *sweep,
                      const struct gpu_types *types,
                      size_t num_workers,
                      struct error *err)
{
    size_t *width =
        mem_alloc(sweep->job->num_models + NUM_ROLES, sizeof *width);
    struct places places;
    int rc;

    places_of_plan(&places,
                   num_workers,
                   0,
                   wish->node_workers,
                   (int)sweep->job->share,
                   types->of);
    rc = places_widths(&places, sweep, width, err);
    if (rc == 0)
        rc = gpu_types_check(types, sweep, &places, width, err);
    places_release(&places);
    free(width);
    return rc;
}

/* Workers, of types where the job names some; -1: some model has no room. */
static int settle_workers(const struct planned_wish *wish,
                          const struct sweep *sweep,
                          struct gpu_types *types,
                          struct error *err)
{
    const int num =
        gpu_types_plan(types, sweep->job, wish->gpus, wish->num_workers, err);

    return num < 0 || check_room(wish, sweep, types, (size_t)num, err) < 0
               ? -1
               : num;
}

static int look(struct planned *self, struct error *err)
{
    if (outlook_make(&self->outlook, self->sweep, err) < 0)
        return -1;
    outlook_add_roles(&self->outlook, self->sweep);
    self->forecast_for = &self->outlook;
    if (self->part != self->sweep) {
        if (outlook_make(&self->part_outlook, self->part, err) < 0)
            return -1;
        outlook_add_roles(&self->part_outlook, self->part);
        self->forecast_for = &self->part_outlook;
    }
    self->memory = plan_memory_make(self->sweep, err);
    return self->memory ? 0 : -1;
}

static int forecast(struct planned *self,
                    const struct planned_wish *wish,
                    size_t num_workers,
                    struct error *err)
{
    struct outlook *outlook = self->forecast_for;

    outlook_place(outlook, num_workers, wish->node_workers);
    outlook_add_apart(outlook, self->part, num_workers);
    if (!outlook->is_known)
        return 0;
    if (plan_forecast_make(&self->forecast,
                           outlook,
                           num_workers,
                           &wish->policies,
                           err)
        < 0)
        return -1;
    plan_range_make(&self->forecast, outlook);
    plan_sizes_make(&self->forecast, outlook);
    return 0;
}

int planned_forecast(struct planned *self,
                     const struct planned_wish *wish,
                     const struct sweep_params *params,
                     struct error *err)
{
    int num_workers;

    if (look(self, err) < 0)
        return -1;
    num_workers =
        settle_workers(wish, self->part, &self->forecast_for->types, err);
    if (num_workers < 0
        || checkpoints_plan(params,
                            &self->sweep->night,
                            num_workers,
                            &self->checkpoints,
                            err)
               < 0)
        return -1;
    return forecast(self, wish, (size_t)num_workers, err);
}

struct plan_subject planned_subject(const struct planned *self)
{
    const struct outlook *outlook = self->forecast_for;

    return (struct plan_subject){
        .sweep = self->part,
        .outlook = outlook,
        .forecast = outlook->is_known ? &self->forecast : NULL,
    };
}
