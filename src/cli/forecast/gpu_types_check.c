#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/gpu_players.h"
#include "cli/forecast/gpu_types.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"

#include <stdlib.h>

/* "a100 (80 GB), l4 (24 GB)"; free() */
static char *list_types(const struct job *job, const struct gpu_player *player)
{
    struct text out = { 0 };

    for (size_t t = 0; t < job->num_gpu_types; t++) {
        const struct job_gpu_type *type = &job->gpu_types[t];
        const double gpus = gpu_players_gpus(job, type, player);

        text_addf(&out, "%s%s", t ? ", " : "", type->type);
        if (player->model && !gpu_players_may_have(player->model, type->type)) {
            text_add(&out, " (not in \"on\")");
        } else if (gpus > 0) {
            text_addf(&out,
                      " (%g GB each, would need %.0f)",
                      gpu_players_memory(job, type),
                      gpus);
        }
    }
    return text_take(&out);
}

static int complain(const struct job *job,
                    const struct gpu_player *player,
                    struct error *err)
{
    char *types = list_types(job, player);

    (void)error_set(err,
                    ERR_USAGE,
                    "model '%s' has weights of %.1f GB and may be on no GPU of "
                    "the workers, with \"gpus\" of %lld; the job's types: %s",
                    player->name,
                    (double)player->memory_bytes / 1e9,
                    (long long)player->gpus,
                    types);
    free(types);
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
    int rc = 0;

    for (size_t i = 0; self->params.num > 0 && i < num && rc == 0; i++) {
        bool is_placed = false;

        for (size_t w = 0; w < num_workers && !is_placed; w++)
            is_placed = self->speed[i * self->params.num + self->of[w]] > 0;
        if (!is_placed)
            rc = complain(sweep->job, &players[i], err);
    }
    free(players);
    return rc;
}
