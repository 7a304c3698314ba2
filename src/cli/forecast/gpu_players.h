/*
 * gpu_players.h - models and roles as GPUs see them: what they weigh, and which
 * types would hold them.  Private to gpu_types.
 */
#ifndef GPU_PLAYERS_H
#define GPU_PLAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;
struct job_gpu_type;
struct job_model;
struct sweep;

struct gpu_player {
    const char *name;
    const struct job_model *model; /* NULL: a role */
    size_t at; /* among models and, behind them by their number, roles */
    bool needs_gpu;
    bool spans_nodes; /* its backend can */
    uint64_t memory_bytes;
    int64_t gpus;
};

/* Models first, then the roles that workers answer for: [num_models + NUM_ROLES];
 * returns how many. */
size_t gpu_players_list(const struct sweep *sweep, struct gpu_player *out);

/* Of one GPU of that type, GB; 0 = unknown. */
double gpu_players_memory(const struct job *job,
                          const struct job_gpu_type *type);

/* GPUs of that type that would hold it; 0 = unknown, which is taken for one. */
double gpu_players_gpus(const struct job *job,
                        const struct job_gpu_type *type,
                        const struct gpu_player *player);

/* Whether those that it asks for hold it. */
bool gpu_players_fits(const struct job *job,
                      const struct job_gpu_type *type,
                      const struct gpu_player *player);

/* Whether the job lets it be there (`on`). */
bool gpu_players_may_have(const struct job_model *model, const char *type);

#endif
