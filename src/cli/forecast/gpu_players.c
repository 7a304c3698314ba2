#include "cli/forecast/gpu_players.h"

#include "base/text.h"
#include "cli/forecast/api_workers.h"
#include "cli/sweep/sweep.h"

#include <math.h>

size_t gpu_players_list(const struct sweep *sweep, struct gpu_player *out)
{
    const struct job *job = sweep->job;
    size_t num = 0;

    for (; num < job->num_models; num++) {
        out[num] =
            (struct gpu_player){ .name = job->models[num].name,
                                 .model = &job->models[num],
                                 .at = num,
                                 .needs_gpu = !api_workers_may_take(job, num),
                                 .spans_nodes = sweep->facts[num].spans_nodes,
                                 .memory_bytes = sweep->facts[num].memory_bytes,
                                 .gpus = job->models[num].gpus };
    }
    for (int role = 0; role < NUM_ROLES; role++) {
        if (!(roles_dispatched(&sweep->roles) & 1u << role))
            continue;
        out[num++] = (struct gpu_player){
            .name = job->roles[role].name,
            .at = job->num_models + (size_t)role,
            .needs_gpu =
                !api_workers_may_take(job, job->num_models + (size_t)role),
            .spans_nodes = sweep->roles.players[role].facts.spans_nodes,
            .memory_bytes = sweep->roles.players[role].facts.memory_bytes,
            .gpus = job->roles[role].gpus,
        };
    }
    return num;
}

double gpu_players_memory(const struct job *job,
                          const struct job_gpu_type *type)
{
    return type->memory_gb > 0 ? type->memory_gb : job->gpu_memory_gb;
}

double gpu_players_gpus(const struct job *job,
                        const struct job_gpu_type *type,
                        const struct gpu_player *player)
{
    const double gb = gpu_players_memory(job, type);

    return gb > 0 ? ceil((double)player->memory_bytes / 1e9 / gb) : 0;
}

bool gpu_players_fits(const struct job *job,
                      const struct job_gpu_type *type,
                      const struct gpu_player *player)
{
    const double gb = gpu_players_memory(job, type);
    /* of a GPU that is shared, its share */
    const double gpus =
        player->gpus < 0 ? 1.0 / (double)job->share : (double)player->gpus;

    return player->gpus == 0 || gb <= 0
           || (double)player->memory_bytes <= 1e9 * gb * gpus;
}

bool gpu_players_may_have(const struct job_model *model, const char *type)
{
    for (size_t i = 0; i < model->num_on; i++) {
        if (text_glob(model->on[i], type))
            return true;
    }
    return model->num_on == 0;
}
