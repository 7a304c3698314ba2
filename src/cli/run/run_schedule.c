#include "cli/run/run_schedule.h"

#include "base/mem.h"
#include "cli/forecast/api_workers.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/places.h"
#include "cli/forecast/plan_memory.h"
#include "cli/run/run.h"
#include "cli/run/run_gpus.h"
#include "cli/run/run_tariffs.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "schedule/schedule.h"

#include <math.h>
#include <stdlib.h>

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

static void add_role(struct run *run,
                     struct outlook *outlook,
                     int role,
                     size_t width,
                     const struct places *places)
{
    const struct job *job = run->sweep->job;
    const size_t at = job->num_models + (size_t)role;
    const struct role_player *player = &run->sweep->roles.players[role];

    run->model_of_role[role] = (int)run->num_models;
    outlook->schedule_models[run->num_models] = (struct schedule_model){
        .load_s = outlook->models[run->num_models].load_s,
        .tokens_per_s = outlook->models[run->num_models].tokens_per_s,
        .is_guessed =
            outlook->models[run->num_models].speed_from != OUTLOOK_RESULTS,
        .is_role = true,
        .width = width,
        .may_span = player->facts.spans_nodes,
        .is_single = outlook->num_apart > 0 && api_workers_is_single(job, at)
    };
    run->models[run->num_models++] = (struct coordinator_model){
        .name = job->roles[role].name,
        .spec = player->spec,
        .num_devices = (int)job->roles[role].gpus,
        .num_ranks = (int)width,
        .num_nodes = places_nodes(places, width),
        .needs_no_gpu = api_workers_may_take(job, at),
        .stuck_ms = stuck_ms(run->sweep->job->stuck_after_s, &player->facts),
    };
}

static void add_all(struct run *run,
                    struct outlook *outlook,
                    const struct places *places,
                    const size_t *width)
{
    const size_t num_models = run->sweep->job->num_models;

    run->models = mem_alloc(num_models + NUM_ROLES, sizeof *run->models);
    run->num_models = num_models;
    for (size_t i = 0; i < num_models; i++) {
        run->models[i] = (struct coordinator_model){
            .name = run->sweep->job->models[i].name,
            .spec = run->sweep->specs[i],
            .num_devices = (int)run->sweep->job->models[i].gpus,
            .num_ranks = (int)width[i],
            .num_nodes = places_nodes(places, width[i]),
            .needs_no_gpu = api_workers_may_take(run->sweep->job, i),
            .max_context = plan_memory_longest(run->sweep, i),
            .stuck_ms = model_stuck_ms(run->sweep, i),
        };
        outlook->schedule_models[i].width = width[i];
        outlook->schedule_models[i].may_span = run->sweep->facts[i].spans_nodes;
        outlook->schedule_models[i].is_single =
            outlook->num_apart > 0 && api_workers_is_single(run->sweep->job, i);
    }
    for (int role = 0; role < NUM_ROLES; role++) {
        if (roles_dispatched(&run->sweep->roles) & 1u << role) {
            add_role(run,
                     outlook,
                     role,
                     width[num_models + (size_t)role],
                     places);
        }
    }
}

static int make(struct run *run,
                struct outlook *outlook,
                const struct places *places,
                struct error *err)
{
    if (run_policy_settle(&run->policy,
                          outlook,
                          places->num_workers - places->num_apart,
                          err)
        < 0)
        return -1;
    outlook->params.policy = run->policy.policy;
    outlook->params.policy_size = run->policy.size;
    run->schedule = schedule_create(&outlook->params);
    return 0;
}

int run_schedule_create(struct run *run,
                        const struct mpi_seat *seats,
                        int size,
                        struct error *err)
{
    const size_t num = run->sweep->job->num_models + NUM_ROLES;
    size_t *width = mem_alloc(num, sizeof *width);
    struct places places;
    struct outlook outlook;
    int rc;

    places_of_seats(&places, seats, size);
    rc = places_widths(&places, run->sweep, width, err);
    if (rc == 0)
        rc = outlook_make(&outlook, run->sweep, err);
    if (rc == 0
        && (gpu_types_seats(&outlook.types, run->sweep, seats, size, err) < 0
            || gpu_types_check(&outlook.types, run->sweep, &places, width, err)
                   < 0)) {
        outlook_release(&outlook);
        rc = -1;
    }
    if (rc == 0) {
        outlook_warn(&outlook);
        outlook.num_apart = places.num_apart;
        add_all(run, &outlook, &places, width);
        run_tariffs_create(run);
        outlook.params.num_models = run->num_models;
        outlook.params.num_slots = places.num_workers;
        outlook.params.places = places.places;
        run_gpus_begin(run, &outlook.types, places.num_workers);
        outlook.params.types = gpu_types_params(&outlook.types);
        rc = make(run, &outlook, &places, err);
        outlook_release(&outlook);
    }
    places_release(&places);
    free(width);
    return rc;
}
