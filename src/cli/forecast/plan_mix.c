#include "cli/forecast/plan_mix.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/sweep/sweep.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_NAMED = 10 };

static size_t num_types(const struct outlook *outlook)
{
    const size_t num = outlook->types.num_gpu;

    return num < PLAN_TYPES ? num : PLAN_TYPES;
}

static bool may_be_on(const struct outlook *outlook, size_t model, size_t type)
{
    const struct slot_types_params *types = &outlook->types.params;

    return slot_types_told(types, type, model) > 0;
}

/* What workers without a GPU ask needs none. */
static bool needs_gpu(const struct outlook *outlook, size_t model)
{
    const struct slot_types_params *types = &outlook->types.params;

    return outlook->num_apart == 0
           || !(slot_types_told(types, types->num - 1, model) > 0);
}

/* Of the types in `set`, bits, that one where it adds least; SIZE_MAX: it may be on
 * none of them. */
static size_t choose_type(const struct outlook *outlook,
                          size_t model,
                          unsigned set,
                          const size_t *workers)
{
    size_t best = SIZE_MAX;

    for (size_t t = 0; t < num_types(outlook); t++) {
        if (set & 1u << t && may_be_on(outlook, model, t)
            && (best == SIZE_MAX || workers[t] > workers[best]))
            best = t;
    }
    return best;
}

/* So few workers have the GPUs that a model asks for, on one node. */
static size_t least_workers(const struct outlook *outlook, size_t model)
{
    const int64_t gpus = outlook->models[model].gpus;

    return gpus > 1 ? (size_t)(gpus - 1) * (size_t)outlook->share + 1 : 1;
}

/* Workers of each type in `set`, the widest models first; false: they do not hold
 * all models.
 * order  [models] */
static bool place(const struct outlook *outlook,
                  const size_t *order,
                  unsigned set,
                  size_t *workers)
{
    for (size_t t = 0; t < num_types(outlook); t++)
        workers[t] = set & 1u << t ? 1 : 0;
    for (size_t i = 0; i < outlook->params.num_models; i++) {
        const size_t least = least_workers(outlook, order[i]);
        size_t t;

        if (!needs_gpu(outlook, order[i]))
            continue;
        t = choose_type(outlook, order[i], set, workers);
        if (t == SIZE_MAX)
            return false;
        workers[t] = least > workers[t] ? least : workers[t];
    }
    return true;
}

/* Models, the widest first. */
static size_t *sort_models(const struct outlook *outlook)
{
    const size_t num = outlook->params.num_models;
    size_t *order = mem_alloc(num, sizeof *order);

    for (size_t i = 0; i < num; i++) {
        size_t at = i;

        for (; at > 0
               && outlook->models[order[at - 1]].gpus < outlook->models[i].gpus;
             at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return order;
}

/* The fewest workers that hold all models, by type; false: no types do, or one of
 * them does. */
static bool find_mix(const struct outlook *outlook, size_t *workers)
{
    const size_t num = num_types(outlook);
    size_t *order = sort_models(outlook);
    size_t least = SIZE_MAX;
    bool is_needed = num > 0;

    for (unsigned set = 1; is_needed && set < 1u << num; set++) {
        size_t tried[PLAN_TYPES];
        size_t sum = 0;

        if (!place(outlook, order, set, tried))
            continue;
        for (size_t t = 0; t < num; t++)
            sum += tried[t];
        is_needed = (set & (set - 1)) != 0;
        if (sum >= least)
            continue;
        least = sum;
        for (size_t t = 0; t < num; t++)
            workers[t] = tried[t];
    }
    free(order);
    return is_needed && least < SIZE_MAX;
}

/* Models that may not be on all types. */
static void print_models(const struct outlook *outlook)
{
    const char **names = outlook_names(outlook);
    size_t num = 0;

    for (size_t m = 0; m < outlook->params.num_models; m++) {
        struct text on = { 0 };
        bool is_on_all = true;

        for (size_t t = 0; t < num_types(outlook); t++) {
            if (may_be_on(outlook, m, t)) {
                text_addf(&on,
                          "%s%s",
                          on.len ? ", " : "",
                          outlook->job->gpu_types[t].type);
            } else {
                is_on_all = false;
            }
        }
        if (!is_on_all && needs_gpu(outlook, m) && num++ < MAX_NAMED)
            printf("  %s: only on %s\n", names[m], text_data(&on));
        text_release(&on);
    }
    if (num > MAX_NAMED)
        printf("  and %zu others\n", num - MAX_NAMED);
    free((void *)names);
}

void plan_mix_print(const struct outlook *outlook)
{
    size_t workers[PLAN_TYPES];
    const char *comma = "";

    if (!find_mix(outlook, workers))
        return;
    print_models(outlook);
    printf("the smallest mix that holds all: --gpus ");
    for (size_t t = 0; t < num_types(outlook); t++) {
        if (workers[t] > 0) {
            printf("%s%s=%zu",
                   comma,
                   outlook->job->gpu_types[t].type,
                   workers[t]);
            comma = ",";
        }
    }
    printf("\n");
}

void plan_mix_json(struct cJSON *root, const struct outlook *outlook)
{
    size_t workers[PLAN_TYPES];
    struct cJSON *list;

    if (!find_mix(outlook, workers))
        return;
    list = json_add_array(root, "smallest_mix");
    for (size_t t = 0; t < num_types(outlook); t++) {
        struct cJSON *one;

        if (workers[t] == 0)
            continue;
        one = json_new_object();
        json_add_text(one, "gpu_type", outlook->job->gpu_types[t].type);
        json_add_number(one, "workers", (double)workers[t]);
        json_append(list, one);
    }
}
