#include "cli/forecast/plan_forecast.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/api_workers.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/plan_world.h"
#include "cli/sweep/sweep.h"
#include "schedule/simulate_bounds.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>

/* Units that are simulated of a sweep with more. */
enum { MOST_UNITS = 1 << 18 };

/* What a forecast itself is simulated with. */
static const struct plan_grain fine = { MOST_UNITS, PLAN_WORKERS };

/* The schedule of a run, whose bounds are those of all units and workers. */
static void run_resident(struct plan_forecast *out,
                         const struct outlook *outlook,
                         const struct plan_world *all)
{
    struct simulate_outcome *outcome = &out->outcomes[POLICY_RESIDENT];
    struct simulate_outcome bounds = { 0 };
    struct plan_world world;
    double more_s;

    plan_world_open(&world, outlook, out->num_workers, fine);
    plan_world_run(&world, outcome);
    out->num_units = all->world.believed.num_units;
    out->simulated_units = world.world.believed.num_units;
    out->simulated_workers =
        world.world.believed.num_slots - outlook->num_apart;
    plan_world_close(&world);
    simulate_bounds(&all->world, &bounds);
    outcome->parted_bound_s = bounds.parted_bound_s;
    outcome->whole_bound_s = bounds.whole_bound_s;
    outcome->longest_s = bounds.longest_s;
    outcome->longest_model = bounds.longest_model;
    outcome->kept_s = bounds.kept_s;
    outcome->kept_type = bounds.kept_type;
    outcome->kept_model = bounds.kept_model;
    outcome->apart_bound_s = bounds.apart_bound_s;
    outcome->single_bound_s = bounds.single_bound_s;
    /* where a worker stands for several, a unit is only as long as its part */
    more_s = bounds.longest_s - outcome->makespan_s;
    if (more_s > 0) {
        outcome->makespan_s += more_s;
        outcome->idle_s += more_s * (double)out->num_workers;
    }
}

/* A policy that is not ours, on all there is: its jobs cannot be put together,
 * and are few. */
static void run_policies(struct plan_forecast *out,
                         const struct plan_world *all,
                         const struct plan_policies *policies)
{
    for (int policy = 0; policy < NUM_POLICIES; policy++) {
        out->has_outcome[policy] =
            policy == POLICY_RESIDENT
            || (policies && policies->bits & 1u << policy);
        if (policy != POLICY_RESIDENT && out->has_outcome[policy]) {
            simulate_run(&all->world,
                         (enum policy)policy,
                         policies->size,
                         &out->outcomes[policy]);
        }
    }
}

static void find_longest_load(struct plan_forecast *out,
                              const struct outlook *outlook)
{
    const struct outlook_model *models = outlook->models;

    for (size_t i = 0; i < outlook->params.num_models; i++) {
        if (models[i].num_asked > 0
            && (models[out->longest_load].num_asked == 0
                || models[i].load_s > models[out->longest_load].load_s))
            out->longest_load = i;
    }
    out->longest_load_s = fmax(models[out->longest_load].load_s, 0);
}

/* Of models that are asked as fast as their accounts allow. */
static void find_slowest_account(struct plan_forecast *out,
                                 const struct outlook *outlook)
{
    for (size_t i = 0; i < outlook->params.num_models; i++) {
        const struct outlook_model *of = &outlook->models[i];
        double seconds;

        if (of->num_asked == 0
            || !plan_world_is_paced(outlook, i, out->num_workers))
            continue;
        seconds = of->tokens / of->account_tokens_per_s + fmax(of->load_s, 0);
        if (seconds > out->account_s) {
            out->account_s = seconds;
            out->slowest_account = i;
        }
    }
}

/* Type by type; where the job names none all are of the first. */
static void charge(struct plan_forecast *out, const struct outlook *outlook)
{
    const uint16_t *of = outlook->types.of;
    const size_t num = outlook->types.num_gpu > 0 ? outlook->types.num_gpu : 1;
    const double hours = out->outcomes[POLICY_RESIDENT].makespan_s / 3600;
    size_t *workers = mem_alloc(num, sizeof *workers);

    for (size_t i = 0; i < out->num_workers; i++)
        workers[of ? of[i] : 0]++;
    for (size_t t = 0; t < num; t++) {
        const double gpus = outlook_gpus(outlook, workers[t]);

        out->gpus += gpus;
        if (of)
            out->price += outlook_price_h(outlook, t) * gpus * hours;
    }
    free(workers);
}

/* What finds no place should have been said before; no time is better than a wrong
 * one. */
static int check_fits(const struct plan_forecast *self,
                      const struct outlook *outlook,
                      struct error *err)
{
    const struct simulate_outcome *outcome = &self->outcomes[POLICY_RESIDENT];
    const char **names;

    if (outcome->fits)
        return 0;
    if (outcome->misfit == SCHEDULE_NO_MODEL) {
        return error_set(err,
                         ERR_USAGE,
                         "no forecast: on %zu workers not all models end; try "
                         "other workers",
                         self->num_workers);
    }
    names = outlook_names(outlook);
    (void)error_set(err,
                    ERR_USAGE,
                    "no forecast: model '%s' needs %zu workers at once and "
                    "finds no place for them among %zu; try more on a node, or "
                    "fewer \"gpus\"",
                    names[outcome->misfit],
                    outlook->params.models[outcome->misfit].width,
                    self->num_workers);
    free((void *)names);
    return -1;
}

int plan_forecast_make(struct plan_forecast *out,
                       const struct outlook *outlook,
                       size_t num_workers,
                       const struct plan_policies *policies,
                       struct error *err)
{
    const struct plan_grain all_of_it = { 0 };
    struct plan_world all;

    *out = (struct plan_forecast){ .num_workers = num_workers,
                                   .num_apart = outlook->num_apart };
    plan_world_open(&all, outlook, num_workers, all_of_it);
    find_longest_load(out, outlook);
    find_slowest_account(out, outlook);
    run_resident(out, outlook, &all);
    run_policies(out, &all, policies);
    plan_world_close(&all);
    out->makespan_low_s = out->outcomes[POLICY_RESIDENT].makespan_s;
    out->makespan_high_s = out->makespan_low_s;
    if (!api_workers_are_all(outlook->job))
        charge(out, outlook);
    return check_fits(out, outlook, err);
}

double plan_forecast_watch(const struct outlook *outlook,
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
    double each;

    plan_world_open(&world, outlook, num_workers, fine);
    world.world.span = span;
    world.world.context = context;
    plan_world_run(&world, &outcome);
    each = world.each;
    plan_world_close(&world);
    return each;
}

/* What keeps it as long though workers rest; NULL: nothing. */
static char *find_narrow(const struct simulate_outcome *outcome,
                         double idle,
                         const struct outlook *outlook,
                         const char *const *model_names)
{
    const double least_s = 0.9 * outcome->makespan_s;

    if (outcome->longest_s > least_s) {
        return text_format("the longest request to %s: with its load it takes "
                           "%.0f %% of the makespan, with any number of "
                           "workers",
                           model_names[outcome->longest_model],
                           100 * outcome->longest_s / outcome->makespan_s);
    }
    if (idle > 25 && outcome->kept_s > least_s
        && outcome->kept_type < outlook->job->num_gpu_types) {
        return text_format(
            "workers of type %s: what only they may have, most of it %s, keeps "
            "them busy for %.0f %% of the makespan; more of them would end it "
            "sooner",
            outlook->job->gpu_types[outcome->kept_type].type,
            model_names[outcome->kept_model],
            100 * outcome->kept_s / outcome->makespan_s);
    }
    return NULL;
}

char *plan_forecast_limit(const struct plan_forecast *forecast,
                          const struct outlook *outlook,
                          const char *const *model_names)
{
    const struct simulate_outcome *outcome =
        &forecast->outcomes[POLICY_RESIDENT];
    const double all_s = (double)forecast->num_workers * outcome->makespan_s;
    const double load = 100 * outcome->load_s / all_s;
    const double idle = 100 * outcome->idle_s / all_s;
    const double longest = 100 * forecast->longest_load_s / outcome->makespan_s;
    char *narrow;

    if (!(outcome->makespan_s > 0))
        return text_format("nothing: there is no work");
    if (outcome->apart_end_s > 0.99 * outcome->makespan_s && idle > 5) {
        return text_format("models that need no GPU: they are asked for as "
                           "long, and for %.0f %% of their time GPUs have "
                           "nothing to do",
                           idle);
    }
    if (forecast->account_s > 0.9 * outcome->makespan_s) {
        return text_format(
            "the account of %s: at the rate that it allows, its requests take "
            "%.0f %% of the makespan, with any number of workers",
            model_names[forecast->slowest_account],
            100 * forecast->account_s / outcome->makespan_s);
    }
    /* no load can be parted: what is behind it is the smaller part */
    if (longest > 50) {
        return text_format("the load of %s: it takes %.0f %% of the makespan, "
                           "with any number of workers",
                           model_names[forecast->longest_load],
                           longest);
    }
    narrow = find_narrow(outcome, idle, outlook, model_names);
    if (narrow)
        return narrow;
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
