#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/gpu_players.h"
#include "cli/forecast/gpu_types.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"

#include <stdlib.h>

/* Why a model is on none of a type. */
static void add_reason(struct text *out,
                       const struct job *job,
                       const struct job_gpu_type *type,
                       const struct gpu_player *player)
{
    if (player->model && !gpu_players_may_have(player->model, type->type)) {
        text_add(out, " (not in its \"on\")");
    } else if (gpu_players_gpus(job, type, player) > 0) {
        text_addf(out,
                  " (%g GB each: its %.1f GB would need %.0f, and \"gpus\" is "
                  "%lld)",
                  gpu_players_memory(job, type),
                  (double)player->memory_bytes / 1e9,
                  gpu_players_gpus(job, type, player),
                  (long long)player->gpus);
    }
}

static int complain(const struct gpu_types *self,
                    const struct job *job,
                    const struct gpu_player *player,
                    const double *speed,
                    const bool *is_here,
                    struct error *err)
{
    struct text here = { 0 };
    struct text good = { 0 };

    for (size_t t = 0; t < self->num_gpu; t++) {
        const struct job_gpu_type *type = &job->gpu_types[t];

        if (is_here[t]) {
            text_addf(&here, "%s'%s'", here.len ? ", " : "", type->type);
            add_reason(&here, job, type, player);
        }
        if (speed[t] > 0)
            text_addf(&good, "%s'%s'", good.len ? ", " : "", type->type);
    }
    (void)error_set(err,
                    ERR_USAGE,
                    "%s: model '%s' may be on no GPU of the workers, which are "
                    "%s; %s%s",
                    job->path,
                    player->name,
                    here.len ? text_data(&here) : "without one",
                    good.len ? "there must be workers of "
                             : "none of the job's gpu_types would do: its "
                               "\"on\" or \"gpus\" must be another",
                    text_data(&good));
    text_release(&here);
    text_release(&good);
    return -1;
}

int gpu_types_check(const struct gpu_types *self,
                    const struct sweep *sweep,
                    size_t num_workers,
                    struct error *err)
{
    struct gpu_player *players =
        mem_alloc(sweep->job->num_models + NUM_ROLES, sizeof *players);
    const size_t num = gpu_players_list(sweep, players);
    bool *is_here = mem_alloc(self->params.num + 1, sizeof *is_here);
    int rc = 0;

    for (size_t w = 0; self->params.num > 0 && w < num_workers; w++)
        is_here[self->of[w]] = true;
    for (size_t i = 0; self->params.num > 0 && i < num && rc == 0; i++) {
        const double *speed = &self->speed[i * self->params.num];
        bool is_placed = false;

        for (size_t t = 0; t < self->params.num; t++)
            is_placed = is_placed || (is_here[t] && speed[t] > 0);
        if (!is_placed)
            rc = complain(self, sweep->job, &players[i], speed, is_here, err);
    }
    free(is_here);
    free(players);
    return rc;
}
