#include "cli/run_schedule.h"

#include "base/mem.h"
#include "cli/outlook.h"
#include "cli/run.h"
#include "cli/run_tariffs.h"
#include "cli/sweep.h"
#include "dispatch/coordinator.h"
#include "schedule/schedule.h"

#include <math.h>

/* What the job says, else by what a backend promises of itself. */
static int stuck_ms(double given_s, const struct backend_facts *facts)
{
    enum { LONGER_MS = 60 * 1000 };

    if (given_s > 0)
        return given_s < 0.001 ? 1 : (int)(given_s * 1e3);
    return facts->patience_s > 0 ? (int)(facts->patience_s * 1e3) + LONGER_MS
                                 : 0;
}

static int model_stuck_ms(const struct sweep *sweep, size_t model)
{
    const double own_s = sweep->job->models[model].stuck_after_s;

    return stuck_ms(isnan(own_s) ? sweep->job->stuck_after_s : own_s,
                    &sweep->facts[model]);
}

int run_schedule_create(struct run *run, int num_workers, struct error *err)
{
    const size_t num_models = run->sweep->job->num_models;
    struct outlook outlook;

    if (outlook_make(&outlook, run->sweep, err) < 0)
        return -1;
    run->models = mem_alloc(num_models + NUM_ROLES, sizeof *run->models);
    run->num_models = num_models;
    for (size_t i = 0; i < num_models; i++) {
        run->models[i].name = run->sweep->job->models[i].name;
        run->models[i].spec = run->sweep->specs[i];
        run->models[i].stuck_ms = model_stuck_ms(run->sweep, i);
    }
    for (int role = 0; role < NUM_ROLES; role++) {
        const struct role_player *player = &run->sweep->roles.players[role];

        if (!(roles_dispatched(&run->sweep->roles) & 1u << role))
            continue;
        run->model_of_role[role] = (int)run->num_models;
        outlook.schedule_models[run->num_models] =
            (struct schedule_model){ .load_s = player->facts.load_s,
                                     .tokens_per_s = player->facts.tokens_per_s,
                                     .is_role = true };
        run->models[run->num_models++] = (struct coordinator_model){
            .name = run->sweep->job->roles[role].name,
            .spec = player->spec,
            .stuck_ms =
                stuck_ms(run->sweep->job->stuck_after_s, &player->facts),
        };
    }
    run_tariffs_create(run);
    outlook.params.num_models = run->num_models;
    outlook.params.num_slots = (size_t)num_workers;
    run->schedule = schedule_create(&outlook.params);
    outlook_release(&outlook);
    return 0;
}
