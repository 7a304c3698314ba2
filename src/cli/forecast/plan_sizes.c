#include "cli/forecast/plan_sizes.h"

#include "base/mem.h"
#include "cli/forecast/api_workers.h"
#include "cli/forecast/places.h"
#include "cli/forecast/plan_world.h"
#include "cli/parts/done.h"
#include "cli/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

/* The most workers are recommended that are charged for no more than so many
 * times the GPU-hours of the cheapest size; beyond the second no size is shown.
 * Relative, as loads may be most of the time whatever the size is. */
static const double good_cost = 4.0 / 3;
static const double most_cost = 10.0 / 3;

/* Twice the workers must end it in so much of the time, or none more are tried.
 */
static const double worth_more = 0.9;

struct sizes {
    struct plan_forecast *out;
    const struct outlook *outlook;
    struct done done;
    clock_t began;
    size_t num_types;
};

/* Not by the wall: what is recommended should not depend on what else the
 * machine does. */
static double computed_s(const struct sizes *self)
{
    return (double)(clock() - self->began) / CLOCKS_PER_SEC;
}

/* All of one type, but those without a GPU. */
static uint16_t *types_of(const struct outlook *outlook,
                          size_t type,
                          size_t num_slots)
{
    uint16_t *of = mem_alloc(num_slots, sizeof *of);

    for (size_t i = 0; i < num_slots; i++) {
        of[i] = (uint16_t)(i < num_slots - outlook->num_apart
                               ? type
                               : outlook->types.params.num - 1);
    }
    return of;
}

/* Not worth trying out: some model takes more workers than there are. */
static bool is_too_wide(const struct plan_world *self)
{
    const struct schedule_params *params = &self->world.believed;

    for (size_t i = 0; i < params->num_models; i++) {
        if (params->models[i].width > 1
            && params->models[i].width > params->num_slots)
            return true;
    }
    return false;
}

struct plan_size plan_sizes_try(const struct outlook *outlook,
                                size_t type,
                                size_t num,
                                bool *fits)
{
    struct outlook alike = *outlook;
    struct simulate_outcome outcome = { 0 };
    struct plan_world world;
    uint16_t *of = types_of(outlook, type, num + outlook->num_apart);
    double all_s;
    double hours;

    alike.types.params.of = of;
    plan_world_open(&world,
                    &alike,
                    num,
                    plan_world_coarser(num, outlook->types.num_gpu));
    *fits = !is_too_wide(&world);
    if (*fits) {
        plan_world_run(&world, &outcome);
        *fits = outcome.fits;
    }
    plan_world_close(&world);
    free(of);
    all_s = (double)num * outcome.makespan_s;
    hours = outlook_gpus(outlook, num) * outcome.makespan_s / 3600;
    return (struct plan_size){
        .num_workers = num,
        .makespan_s = outcome.makespan_s,
        .gpu_hours = hours,
        .efficiency = all_s > 0 ? outcome.work_s / all_s : 0,
        .type = type,
        .price = hours * outlook_price_h(outlook, type),
    };
}

/* The last of sizes from `first` on that does not cost much more than `least`;
 * twice the workers that end no sooner cost twice as much, so it is not those. */
static size_t last_good(const struct plan_forecast *forecast,
                        size_t first,
                        double least)
{
    size_t best = first;

    for (size_t i = first; i < forecast->num_sizes; i++) {
        if (forecast->sizes[i].gpu_hours <= good_cost * least)
            best = i;
    }
    return best;
}

/* Whether a size that was tried is worth a line beside those before it. */
static bool is_of_use(const struct sizes *self,
                      size_t first,
                      const struct plan_size *size,
                      double least)
{
    const struct plan_forecast *out = self->out;

    if (size->gpu_hours > most_cost * least)
        return false;
    /* accounts limit what GPUs would not: there a worker for each is meant */
    return out->num_sizes == first || api_workers_are_all(self->outlook->job)
           || size->makespan_s
                  <= worth_more * out->sizes[out->num_sizes - 1].makespan_s;
}

static size_t whole_nodes(const struct outlook *outlook, size_t num)
{
    const size_t node = outlook->node_workers;

    return node > 0 && num > node ? (num + node - 1) / node * node : num;
}

/* The size that is recommended of one type; num_sizes: none is there.  Each type
 * has an equal part of the time, and what those before it left of theirs. */
static size_t find_sizes_of(struct sizes *self, size_t type)
{
    struct plan_forecast *out = self->out;
    const double until_s =
        (double)PLAN_SIZES_S * (double)(type + 1) / (double)self->num_types;
    const size_t first = out->num_sizes;
    double least = (double)INFINITY; /* GPU-hours */

    for (size_t num = 1; out->num_sizes < first + PLAN_SIZES; num *= 2) {
        const size_t whole = whole_nodes(self->outlook, num);
        struct plan_size size;
        bool fits;

        if (whole + self->outlook->num_apart > PLACES_MOST_WORKERS)
            break;
        if (computed_s(self) > until_s && out->num_sizes > first) {
            out->sizes_from[type] = whole;
            break;
        }
        size = plan_sizes_try(self->outlook, type, whole, &fits);
        done_show(&self->done,
                  ((double)type
                   + (double)(out->num_sizes - first + 1) / (PLAN_SIZES + 1))
                      / (double)self->num_types);
        if (!fits)
            continue;
        least = fmin(least, size.gpu_hours);
        if (!is_of_use(self, first, &size, least))
            break;
        out->sizes[out->num_sizes++] = size;
        if (!(size.makespan_s > 0))
            break; /* there is no work */
    }
    return last_good(out, first, least);
}

/* Whether all models that need a GPU may be on that type. */
static bool holds_all(const struct outlook *outlook, size_t type)
{
    const struct slot_types_params *types = &outlook->types.params;

    for (size_t m = 0; types->num > 0 && m < outlook->params.num_models; m++) {
        if (slot_types_told(types, type, m) <= 0
            && !(outlook->num_apart > 0
                 && slot_types_told(types, types->num - 1, m) > 0))
            return false;
    }
    return true;
}

/* The cheaper one; where a price is unknown, the one that ends sooner. */
static bool is_better(const struct plan_size *size,
                      const struct plan_size *than)
{
    if (size->price > 0 && than->price > 0)
        return size->price < than->price;
    return size->makespan_s < than->makespan_s;
}

/* Where no model needs a GPU nothing is charged, and how fast they are asked is
 * up to their accounts: a worker for each is enough. */
static void forget_gpus(struct plan_forecast *out, size_t num_models)
{
    size_t best = 0;

    for (size_t i = 0; i < out->num_sizes; i++) {
        out->sizes[i].gpu_hours = 0;
        out->sizes[i].price = 0;
        if (i > 0 && out->sizes[i - 1].num_workers < num_models)
            best = i;
    }
    out->recommended = best;
    for (size_t t = 0; t < PLAN_TYPES; t++)
        out->recommended_of[t] = best;
}

void plan_sizes_make(struct plan_forecast *out, const struct outlook *outlook)
{
    const size_t num = outlook->types.num_gpu > 0 ? outlook->types.num_gpu : 1;
    struct sizes self = { .out = out,
                          .outlook = outlook,
                          .began = clock(),
                          .num_types = num < PLAN_TYPES ? num : PLAN_TYPES };

    done_init(&self.done, "sizes");
    for (size_t t = 0; t < PLAN_TYPES; t++)
        out->recommended_of[t] = SIZE_MAX;
    for (size_t t = 0; t < self.num_types; t++) {
        const bool is_first = out->num_sizes == 0;
        size_t best;

        if (!holds_all(outlook, t))
            continue;
        best = find_sizes_of(&self, t);
        if (best == out->num_sizes)
            continue;
        out->recommended_of[t] = best;
        if (is_first
            || is_better(&out->sizes[best], &out->sizes[out->recommended]))
            out->recommended = best;
    }
    done_end(&self.done);
    if (api_workers_are_all(outlook->job))
        forget_gpus(out, outlook->job->num_models);
}
