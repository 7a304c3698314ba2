#include "cli/forecast/plan_memory_table.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/forecast/plan_memory.h"
#include "cli/sweep/sweep.h"
#include "generate/parts/layers.h"

#include <stdbool.h>
#include <stdio.h>

enum { MOST_GPUS = 16 };

static const char *name_of(const struct sweep *sweep, size_t at)
{
    const size_t num = sweep->job->num_models;

    return at < num ? sweep->job->models[at].name
                    : sweep->job->roles[at - num].name;
}

static int64_t gpus_of(const struct sweep *sweep, size_t at)
{
    const size_t num = sweep->job->num_models;

    return at < num ? sweep->job->models[at].gpus
                    : sweep->job->roles[at - num].gpus;
}

/* Layers that GPUs of so much memory hold: those of a slot, or of one that is
 * shared its share. */
static int32_t layers_on(const struct sweep *sweep,
                         const struct backend_need *need,
                         int64_t gpus,
                         double gb)
{
    uint64_t free[MOST_GPUS];
    const int num = gpus < 0 ? 1 : gpus > MOST_GPUS ? MOST_GPUS : (int)gpus;

    if (gpus < 0)
        gb /= (double)sweep->job->share;
    for (int i = 0; i < num; i++)
        free[i] = (uint64_t)(1e9 * gb);
    return layers_choose(&need->layers, free, num);
}

/* Calls `fn` for each type of GPU whose memory is known; "" where all GPUs of
 * the job have that much. */
typedef void (*type_fn)(void *context, const char *type, int32_t layers);

static void each_type(const struct sweep *sweep,
                      const struct plan_memory *memory,
                      size_t at,
                      type_fn fn,
                      void *context)
{
    const struct job *job = sweep->job;
    const struct backend_need *need = &memory[at].need;
    const int64_t gpus = gpus_of(sweep, at);

    if (need->layers.num == 0 || gpus == 0)
        return;
    for (size_t t = 0; t < job->num_gpu_types; t++) {
        const struct job_gpu_type *type = &job->gpu_types[t];
        const double gb =
            type->memory_gb > 0 ? type->memory_gb : job->gpu_memory_gb;

        if (gb > 0)
            fn(context, type->type, layers_on(sweep, need, gpus, gb));
    }
    if (job->num_gpu_types == 0 && job->gpu_memory_gb > 0)
        fn(context, "", layers_on(sweep, need, gpus, job->gpu_memory_gb));
}

struct line {
    const struct backend_need *need;
    const char *name;
};

static void print_layers(void *context, const char *type, int32_t layers)
{
    const struct line *self = context;
    const long long wanted = self->need->gpu_layers;

    printf("  %s on a GPU%s%s: ", self->name, *type ? " " : "", type);
    if (wanted == 0) {
        printf("no layer, as its gpu_layers=0 says; %d would fit\n", layers);
    } else if (wanted > layers && layers < self->need->layers.num) {
        printf("its gpu_layers=%lld do not fit, %d of %d do\n",
               wanted,
               layers,
               self->need->layers.num);
    } else {
        printf("gpu_layers %s: %lld of %d\n",
               wanted < 0 ? "auto" : "as given",
               wanted < 0                        ? (long long)layers
               : wanted < self->need->layers.num ? wanted
                                                 : self->need->layers.num,
               self->need->layers.num);
    }
}

static void print_row(const char *name,
                      const struct plan_memory *memory,
                      bool is_role)
{
    const struct backend_need *need = &memory->need;
    char texts[4][32];

    text_format_bytes(texts[0], sizeof texts[0], need->weights);
    text_format_bytes(texts[1], sizeof texts[1], need->sequence);
    text_format_bytes(texts[2], sizeof texts[2], need->sequences);
    text_format_bytes(texts[3], sizeof texts[3], need->compute);
    printf("%-24s %9s %11s %8lld %8lld %8lld %9s %9s",
           name,
           texts[0],
           texts[1],
           (long long)need->longest,
           (long long)need->limit,
           (long long)need->parallel,
           need->compute > 0 ? texts[2] : "unknown",
           need->compute > 0 ? texts[3] : "unknown");
    if (need->num_longer > 0 && is_role) {
        printf("  the longest replies there can be would stay unjudged");
    } else if (need->num_longer > 0) {
        printf("  %zu%s too long: context= of its backend, or max_tokens",
               need->num_longer,
               memory->is_of_some ? " or more" : "");
    } else if (need->longest > 0 && need->parallel == 0) {
        printf("  not one fits what is free here");
    } else if (need->longest > 0 && need->compute == 0) {
        printf("  llama.cpp cannot plan it, and may not load it");
    }
    printf("\n");
}

void plan_memory_table_print(const struct sweep *sweep,
                             const struct plan_memory *memory)
{
    const size_t num = sweep->job->num_models + NUM_ROLES;
    bool is_first = true;

    for (size_t i = 0; i < num; i++) {
        struct line line = { &memory[i].need, name_of(sweep, i) };

        if (!memory[i].is_known)
            continue;
        if (is_first) {
            printf("\n%-24s %9s %11s %8s %8s %8s %9s %9s  "
                   "longest, limit: tokens\n",
                   "memory",
                   "weights",
                   "a sequence",
                   "longest",
                   "limit",
                   "at once",
                   "of these",
                   "compute");
        }
        is_first = false;
        print_row(line.name, &memory[i], i >= sweep->job->num_models);
        each_type(sweep, memory, i, print_layers, &line);
    }
}

static void add_layers(void *context, const char *type, int32_t layers)
{
    json_add_number(context, *type ? type : "any", layers);
}

void plan_memory_table_add(struct cJSON *out,
                           const struct sweep *sweep,
                           const struct plan_memory *memory,
                           size_t at)
{
    const struct backend_need *need = &memory[at].need;

    if (!memory[at].is_known)
        return;
    json_add_number(out, "longest_tokens", (double)need->longest);
    json_add_number(out, "limit_tokens", (double)need->limit);
    json_add_number(out, "too_long", (double)need->num_longer);
    json_add_bool(out,
                  "too_long_or_more",
                  memory[at].is_of_some && need->num_longer > 0);
    json_add_number(out, "weights_bytes", (double)need->weights);
    json_add_number(out, "sequence_bytes", (double)need->sequence);
    json_add_number(out, "at_once", (double)need->parallel);
    json_add_number(out, "sequences_bytes", (double)need->sequences);
    json_add_number(out, "compute_bytes", (double)need->compute);
    json_add_number(out, "layers", need->layers.num);
    each_type(sweep,
              memory,
              at,
              add_layers,
              json_add_object(out, "gpu_layers"));
}
