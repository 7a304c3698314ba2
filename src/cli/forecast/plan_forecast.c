#include "cli/forecast/plan_forecast.h"

#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/forecast/api_workers.h"
#include "cli/forecast/plan_world.h"
#include "cli/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>

/* How far off a forecast may be, as spreads of logs: a model's speed, and how
 * long replies to a task are. */
static const double speed_spread = 0.2;
static const double length_spread = 0.3;

/* The most workers are recommended that are charged for no more than so many
 * times the GPU-hours of the cheapest size; beyond the second no size is shown.
 * Relative, as loads may be most of the time whatever the size is. */
static const double good_cost = 4.0 / 3;
static const double most_cost = 10.0 / 3;

enum { DRAWS = 8 };

static double draw(uint64_t *random, double spread)
{
    /* twelve uniform ones: near enough to normal */
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += random_unit(random);
    return exp(spread * sum);
}

/* The least and the most of a few draws of what may be otherwise; the schedule
 * goes by what is expected, as it will. */
static void find_range(struct plan_forecast *out,
                       const struct plan_world *expected)
{
    const struct schedule_params *params = &expected->world.believed;
    double *speeds = mem_alloc(params->num_models, sizeof *speeds);
    double *lengths = mem_alloc(params->num_tasks, sizeof *lengths);
    float *unit_s = mem_alloc(params->num_units, sizeof *unit_s);
    struct simulate_world world = expected->world;
    uint64_t random = 1;

    out->makespan_low_s = out->outcomes[POLICY_RESIDENT].makespan_s;
    out->makespan_high_s = out->makespan_low_s;
    world.unit_s = unit_s;
    for (int i = 0; i < DRAWS; i++) {
        struct simulate_outcome outcome;

        for (size_t m = 0; m < params->num_models; m++)
            speeds[m] = draw(&random, speed_spread);
        for (size_t t = 0; t < params->num_tasks; t++)
            lengths[t] = draw(&random, length_spread);
        for (size_t u = 0; u < params->num_units; u++) {
            unit_s[u] = (float)((double)expected->unit_s[u]
                                * speeds[params->unit_model[u]]
                                * lengths[params->unit_task[u]]);
        }
        simulate_run(&world, POLICY_RESIDENT, 0, &outcome);
        out->makespan_low_s = fmin(out->makespan_low_s, outcome.makespan_s);
        out->makespan_high_s = fmax(out->makespan_high_s, outcome.makespan_s);
    }
    free(speeds);
    free(lengths);
    free(unit_s);
}

/* What an hour of a GPU costs; 0 = unknown. */
static double price_of(const struct outlook *outlook, size_t type)
{
    return outlook->job->num_gpu_types > 0
               ? outlook->job->gpu_types[type].price_h
               : 0;
}

/* Of so many workers, all of one type. */
static struct plan_size try_size(const struct outlook *outlook,
                                 struct plan_world *world,
                                 size_t type,
                                 size_t num,
                                 bool *fits)
{
    const size_t num_slots = num + outlook->num_apart;
    uint16_t *of = mem_alloc(num_slots, sizeof *of);
    struct slot_types_params types = outlook->types.params;
    struct simulate_outcome outcome;
    struct places places;
    double charged_s;
    double hours;

    for (size_t i = 0; i < num_slots; i++)
        of[i] = (uint16_t)(i < num ? type : types.num - 1);
    types.of = of;
    places_of_plan(&places,
                   num,
                   outlook->num_apart,
                   outlook->node_workers,
                   outlook->share);
    world->world.believed.num_slots = num_slots;
    world->world.believed.places = places.places;
    world->world.believed.types = types.num > 0 ? &types : NULL;
    simulate_run(&world->world, POLICY_RESIDENT, 0, &outcome);
    places_release(&places);
    free(of);
    *fits = outcome.fits;
    charged_s = (double)num * outcome.makespan_s;
    hours = charged_s / outlook->share / 3600;
    return (struct plan_size){
        .num_workers = num,
        .makespan_s = outcome.makespan_s,
        .gpu_hours = hours,
        .efficiency = charged_s > 0 ? outcome.work_s / charged_s : 0,
        .type = type,
        .price = hours * price_of(outlook, type),
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

/* The size that is recommended of one type; num_sizes: none is there. */
static size_t find_sizes_of(struct plan_forecast *out,
                            const struct outlook *outlook,
                            struct plan_world *world,
                            size_t type)
{
    const size_t first = out->num_sizes;
    double least = (double)INFINITY; /* GPU-hours */

    for (size_t num = 1; out->num_sizes < first + PLAN_SIZES; num *= 2) {
        const size_t node = outlook->node_workers;
        /* a node is had whole */
        const size_t whole =
            node > 0 && num > node ? (num + node - 1) / node * node : num;
        bool fits;
        const struct plan_size size =
            try_size(outlook, world, type, whole, &fits);

        if (!fits && num < (size_t)1 << 16)
            continue;
        least = fmin(least, size.gpu_hours);
        if (size.gpu_hours > most_cost * least)
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
        const double *speed = &types->speed[m * types->num];

        if (speed[type] <= 0
            && !(outlook->num_apart > 0 && speed[types->num - 1] > 0))
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

static void find_sizes(struct plan_forecast *out,
                       const struct outlook *outlook,
                       struct plan_world *world)
{
    const size_t num = outlook->types.num_gpu > 0 ? outlook->types.num_gpu : 1;

    for (size_t t = 0; t < PLAN_TYPES; t++)
        out->recommended_of[t] = SIZE_MAX;
    for (size_t t = 0; t < num && t < PLAN_TYPES; t++) {
        const bool is_first = out->num_sizes == 0;
        size_t best;

        if (!holds_all(outlook, t))
            continue;
        best = find_sizes_of(out, outlook, world, t);
        out->recommended_of[t] = best;
        if (is_first
            || is_better(&out->sizes[best], &out->sizes[out->recommended]))
            out->recommended = best;
    }
    world->world.believed.num_slots = out->num_workers + outlook->num_apart;
    world->world.believed.places = world->places.places;
    world->world.believed.types = gpu_types_params(&outlook->types);
}

/* Where no model needs a GPU nothing is charged, and how fast they are asked is
 * up to their accounts: a worker for each is enough. */
static void forget_gpus(struct plan_forecast *out, size_t num_models)
{
    size_t best = 0;

    out->gpus = 0;
    out->price = 0;
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

void plan_forecast_make(struct plan_forecast *out,
                        const struct outlook *outlook,
                        size_t num_workers,
                        unsigned policies)
{
    struct plan_world world;

    *out = (struct plan_forecast){ .num_workers = num_workers,
                                   .num_apart = outlook->num_apart };
    plan_world_open(&world, outlook, num_workers);
    out->gpus = (double)num_workers / outlook->share;
    for (size_t i = 0; i < outlook->params.num_models; i++) {
        if (outlook->models[i].num_asked > 0
            && (outlook->models[out->longest_load].num_asked == 0
                || world.load_s[i] > world.load_s[out->longest_load]))
            out->longest_load = i;
    }
    policies |= 1u << POLICY_RESIDENT;
    for (int policy = 0; policy < NUM_POLICIES; policy++) {
        if (!(policies & 1u << policy))
            continue;
        out->has_outcome[policy] = true;
        simulate_run(&world.world,
                     (enum policy)policy,
                     0,
                     &out->outcomes[policy]);
    }
    for (size_t i = 0; i < num_workers && outlook->types.of; i++) {
        out->price += price_of(outlook, outlook->types.of[i]) / outlook->share
                      * out->outcomes[POLICY_RESIDENT].makespan_s / 3600;
    }
    find_range(out, &world);
    find_sizes(out, outlook, &world);
    if (api_workers_are_all(outlook->job))
        forget_gpus(out, outlook->job->num_models);
    plan_world_close(&world);
}

void plan_forecast_watch(const struct outlook *outlook,
                         size_t num_workers,
                         void (*span)(void *context,
                                      int slot,
                                      int model,
                                      enum simulate_doing doing,
                                      double from_s,
                                      double to_s),
                         void *context)
{
    struct simulate_outcome outcome;
    struct plan_world world;

    plan_world_open(&world, outlook, num_workers);
    world.world.span = span;
    world.world.context = context;
    simulate_run(&world.world, POLICY_RESIDENT, 0, &outcome);
    plan_world_close(&world);
}

char *plan_forecast_limit(const struct plan_forecast *forecast,
                          const char *const *model_names)
{
    const struct simulate_outcome *outcome =
        &forecast->outcomes[POLICY_RESIDENT];
    const double all_s = (double)forecast->num_workers * outcome->makespan_s;
    const double load = 100 * outcome->load_s / all_s;
    const double idle = 100 * outcome->idle_s / all_s;

    if (!(outcome->makespan_s > 0))
        return text_format("nothing: there is no work");
    if (outcome->apart_end_s > 0.99 * outcome->makespan_s && idle > 5) {
        return text_format("models that need no GPU: they are asked for as "
                           "long, and for %.0f %% of their time GPUs have "
                           "nothing to do",
                           idle);
    }
    if (idle > 25) {
        return text_format("the number of workers: %.0f %% of their time there "
                           "is nothing that a further load would hasten",
                           idle);
    }
    if (load > 25) {
        return text_format("loading: %.0f %% of all workers' time, longest %s",
                           load,
                           model_names[forecast->longest_load]);
    }
    return text_format("generating: %.0f %% of all workers' time; more workers "
                       "would end it sooner",
                       100 - load - idle);
}
