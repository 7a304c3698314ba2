#include "cli/run_schedule.h"

#include "base/mem.h"
#include "cli/run.h"
#include "cli/sweep.h"
#include "dispatch/coordinator.h"
#include "schedule/schedule.h"

#include <stdlib.h>

enum { LEASE_S = 8, MAX_LEASE = 256 };

void run_schedule_create(struct run *run, int num_workers)
{
    const struct plan *plan = run->sweep->plan;
    const size_t num_models = run->sweep->job->num_models;
    struct schedule_model *models =
        mem_alloc(num_models + NUM_ROLES, sizeof *models);
    uint16_t *unit_model = mem_alloc(plan->num_units, sizeof *unit_model);
    uint16_t *unit_task = mem_alloc(plan->num_units, sizeof *unit_task);
    float *unit_cost = mem_alloc(plan->num_units, sizeof *unit_cost);

    run->models = mem_alloc(num_models + NUM_ROLES, sizeof *run->models);
    run->num_models = num_models;
    for (size_t i = 0; i < num_models; i++) {
        models[i].load_s = run->sweep->facts[i].load_s;
        models[i].tokens_per_s = run->sweep->facts[i].tokens_per_s;
        run->models[i].name = run->sweep->job->models[i].name;
        run->models[i].spec = run->sweep->specs[i];
    }
    for (int role = 0; role < NUM_ROLES; role++) {
        const struct role_player *player = &run->sweep->roles.players[role];

        if (!(roles_dispatched(&run->sweep->roles) & 1u << role))
            continue;
        run->model_of_role[role] = (int)run->num_models;
        models[run->num_models] =
            (struct schedule_model){ .load_s = player->facts.load_s,
                                     .tokens_per_s = player->facts.tokens_per_s,
                                     .is_role = true };
        run->models[run->num_models++] = (struct coordinator_model){
            .name = run->sweep->job->roles[role].name,
            .spec = player->spec,
        };
    }
    for (size_t i = 0; i < plan->num_units; i++) {
        unit_model[i] = plan->units[i].model;
        unit_task[i] = (uint16_t)plan_task_of(plan, i);
        unit_cost[i] = (float)plan_cost(plan, i);
    }
    struct schedule_params params = {
        .models = models,
        .num_models = run->num_models,
        .num_units = plan->num_units,
        .unit_model = unit_model,
        .unit_cost = unit_cost,
        .num_slots = (size_t)num_workers,
        .lease_s = LEASE_S,
        .max_lease = MAX_LEASE,
        .unit_task = unit_task,
        /* what a role is asked is as a task of its own */
        .num_tasks = run->sweep->dataset->num_tasks + NUM_ROLES,
    };
    run->schedule = schedule_create(&params);
    free(unit_cost);
    free(unit_task);
    free(unit_model);
    free(models);
}
