#include "cli/forecast/plan_report.h"

#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/outlook_known.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/places.h"
#include "cli/forecast/plan_costs.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/forecast/plan_grid.h"
#include "cli/forecast/plan_memory_table.h"
#include "cli/forecast/plan_mix.h"
#include "cli/forecast/plan_placement.h"
#include "cli/forecast/plan_subject.h"
#include "cli/sweep/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { FEW = 8 }; /* items of each task that measure a speed */

static const char *spell(char *out, size_t size, double seconds)
{
    text_format_seconds(out, size, seconds);
    return out;
}

static void print_tasks(const struct sweep *sweep)
{
    printf("%-42s %7s %11s\n", "task", "items", "temperature");
    for (size_t i = 0; i < sweep->dataset->num_tasks; i++) {
        printf("%-42s %7zu %11g\n",
               sweep->tasks[i].name,
               sweep->tasks[i].num_items,
               sweep->samplings[i].temperature);
    }
}

static void print_model(const char *name,
                        uint64_t memory_bytes,
                        const struct outlook_model *model)
{
    char memory[32];
    char load[32];
    char alone[32];
    char speed[32] = "unknown";

    text_format_bytes(memory, sizeof memory, memory_bytes);
    if (model->tokens_per_s > 0) {
        (void)snprintf(speed,
                       sizeof speed,
                       model->tokens_per_s < 10 ? "%.3g %s" : "%.0f %s",
                       model->tokens_per_s,
                       outlook_source_name(model->speed_from));
    }
    printf("%-24s %8s %11.0f %12s %9s %11s\n",
           name,
           memory_bytes > 0 ? memory : "-",
           model->tokens,
           speed,
           model->is_load_known ? spell(load, sizeof load, model->load_s)
                                : "unknown",
           isnan(model->work_s) ? "unknown"
           : model->tokens <= 0
               ? "-" /* it is asked nothing */
               : spell(alone, sizeof alone, model->work_s + model->load_s));
}

/* Models, then roles that workers answer for. */
static void print_models(const struct sweep *sweep,
                         const struct outlook *outlook)
{
    const size_t num_models = sweep->job->num_models;
    const char **names = outlook_names(outlook);

    printf("\n%-24s %8s %11s %12s %9s %11s\n",
           "model",
           "memory",
           "tokens",
           "tokens/s",
           "load",
           "alone");
    for (size_t i = 0; i < num_models; i++) {
        print_model(names[i],
                    sweep->facts[i].memory_bytes,
                    &outlook->models[i]);
    }
    for (size_t i = 0; i < outlook->num_roles; i++) {
        print_model(names[num_models + i],
                    sweep->roles.players[outlook->roles[i]].facts.memory_bytes,
                    &outlook->models[num_models + i]);
    }
    free((void *)names);
}

static void print_policies(const struct plan_forecast *forecast)
{
    char makespan[32];

    printf("\n%-10s %12s %8s %7s %9s %7s   of workers' time\n",
           "policy",
           "makespan",
           "x whole",
           "loads",
           "loading",
           "idle");
    for (int i = 0; i < NUM_POLICIES; i++) {
        const struct simulate_outcome *out = &forecast->outcomes[i];
        const double all_s = (double)forecast->num_workers * out->makespan_s;

        if (!forecast->has_outcome[i])
            continue;
        printf("%-10s %12s %8.3f %7zu %8.1f%% %6.1f%%\n",
               policy_name((enum policy)i),
               spell(makespan, sizeof makespan, out->makespan_s),
               out->whole_bound_s > 0 ? out->makespan_s / out->whole_bound_s
                                      : 1,
               out->num_loads,
               all_s > 0 ? 100 * out->load_s / all_s : 0,
               all_s > 0 ? 100 * out->idle_s / all_s : 0);
    }
}

/* Type by type, where there are some. */
static void print_sizes(const struct sweep *sweep,
                        const struct outlook *outlook,
                        const struct plan_forecast *forecast)
{
    const bool has_types = sweep->job->num_gpu_types > 0;

    printf("\n%s%8s %12s %10s %10s%s\n",
           has_types ? "GPU type         " : "",
           "workers",
           "makespan",
           "GPU-hours",
           "generating",
           has_types ? "      price" : "");
    for (size_t i = 0; i < forecast->num_sizes; i++) {
        const struct plan_size *size = &forecast->sizes[i];
        char makespan[32];

        if (has_types)
            printf("%-16.16s ", sweep->job->gpu_types[size->type].type);
        printf("%8zu %12s %10.2f %9.0f%%",
               size->num_workers,
               spell(makespan, sizeof makespan, size->makespan_s),
               size->gpu_hours,
               100 * size->efficiency);
        if (has_types && size->price > 0)
            printf(" %10.4g", size->price);
        printf("%s\n", i == forecast->recommended ? "  recommended" : "");
    }
    if (forecast->num_sizes == 0 && has_types) {
        printf("no type of GPU holds all models\n");
        plan_mix_print(outlook);
    } else if (forecast->num_sizes == 0) {
        printf("no size up to %d workers holds all models\n",
               PLACES_MOST_WORKERS);
    }
}

/* Sizes that nobody tried. */
static void print_left_out(const struct sweep *sweep,
                           const struct plan_forecast *forecast)
{
    const bool has_types = sweep->job->num_gpu_types > 0;

    for (size_t t = 0; t < PLAN_TYPES; t++) {
        if (forecast->sizes_from[t] == 0)
            continue;
        printf("left out for time, as sizes get %d s of computing: %zu workers "
               "and more%s%s\n",
               PLAN_SIZES_S,
               forecast->sizes_from[t],
               has_types ? " of " : "",
               has_types ? sweep->job->gpu_types[t].type : "");
    }
}

/* What stands for the rest where not all of it was simulated. */
static void print_sample(const struct plan_forecast *forecast)
{
    if (forecast->simulated_units < forecast->num_units) {
        printf("simulated with neighbouring units of a task put together: %zu "
               "for %zu\n",
               forecast->simulated_units,
               forecast->num_units);
    }
    if (forecast->simulated_workers < forecast->num_workers) {
        printf("simulated with %zu workers, which stand for %zu\n",
               forecast->simulated_workers,
               forecast->num_workers);
    }
}

static void print_placement(const struct outlook *outlook,
                            const struct plan_forecast *forecast)
{
    struct plan_placement *placement =
        plan_placement_make(outlook, forecast->num_workers);
    const char **names = outlook_names(outlook);

    printf("\n%-24s %12s %7s %7s %11s %11s\n",
           "placement",
           "workers each",
           "copies",
           "loads",
           "from",
           "to");
    for (size_t i = 0; i < outlook->params.num_models; i++) {
        const struct plan_placement *of = &placement[i];
        char from[32];
        char to[32];

        if (of->num_loads == 0)
            continue;
        printf("%-24s %12zu %7zu %7zu %11s %11s\n",
               names[i],
               of->width,
               of->num_copies,
               of->num_loads,
               spell(from, sizeof from, of->from_s),
               spell(to, sizeof to, of->to_s));
    }
    for (size_t i = 0; i < outlook->params.num_models; i++) {
        if (placement[i].num_nodes > 1) {
            printf("%s: each time %zu whole nodes\n",
                   names[i],
                   placement[i].num_nodes);
        }
    }
    free(placement);
    free((void *)names);
}

/* What the forecast leaves out. */
static void print_unknown(const struct sweep *sweep,
                          const struct outlook *outlook)
{
    char *names = outlook_without_load(outlook);

    if (names) {
        printf("loads count as nothing until it is known how long they take: "
               "of %s; say\n\"load_s\" of each, or an earlier results file as "
               "forecast_from\n",
               names);
    }
    free(names);
    for (size_t i = 0; i < outlook->num_roles; i++) {
        if (outlook->models[sweep->job->num_models + i].tokens_per_s > 0)
            continue;
        printf("without the %s: its speed is unknown before it ran; an earlier "
               "results file as\nforecast_from knows it\n",
               sweep->job->roles[outlook->roles[i]].name);
    }
}

static void print_forecast(const struct sweep *sweep,
                           const struct outlook *outlook,
                           const struct plan_forecast *forecast)
{
    const struct simulate_outcome *out = &forecast->outcomes[POLICY_RESIDENT];
    const char **names = outlook_names(outlook);
    char *limit = plan_forecast_limit(forecast, outlook, names);
    char text[4][32];
    char *apart = NULL;

    if (forecast->num_apart > 0) {
        apart = text_format(" and %zu without a GPU", forecast->num_apart);
    }
    print_policies(forecast);
    printf("\nforecast for %zu worker%s%s: %s (%s to %s), %.2f GPU-hours\n"
           "no schedule on them can take less than %s (whole bound)\n"
           "what limits it: %s\n",
           forecast->num_workers,
           forecast->num_workers == 1 ? "" : "s",
           apart ? apart : "",
           spell(text[0], sizeof text[0], out->makespan_s),
           spell(text[1], sizeof text[1], forecast->makespan_low_s),
           spell(text[2], sizeof text[2], forecast->makespan_high_s),
           forecast->gpus * out->makespan_s / 3600,
           spell(text[3], sizeof text[3], out->whole_bound_s),
           limit);
    print_sample(forecast);
    print_unknown(sweep, outlook);
    if (apart) {
        printf("models that need no GPU end after %s\n",
               spell(text[0], sizeof text[0], out->apart_end_s));
    }
    if (forecast->price > 0)
        printf("price of these GPUs: %.4g\n", forecast->price);
    print_sizes(sweep, outlook, forecast);
    print_left_out(sweep, forecast);
    free(apart);
    free(limit);
    free((void *)names);
}

/* Fewer items of each task than the job asks; nothing where it asks one. */
static const char *spell_fewer(char *out, size_t size, int64_t limit)
{
    const int64_t fewer = limit > 0 && limit <= FEW ? limit / 2 : FEW;

    out[0] = '\0';
    if (fewer > 0)
        (void)snprintf(out, size, " --limit %lld", (long long)fewer);
    return out;
}

static void print_no_forecast(const struct sweep *sweep,
                              const struct outlook *outlook)
{
    char *names = outlook_without_speed(outlook);
    char fewer[40];

    if (sweep->job->checkpoints.files) {
        printf(
            "no forecast: the speed is unknown of %s; say "
            "\"tokens_per_s\" of each model, and in \"checkpoints\" of those "
            "to come\n",
            names);
        free(names);
        return;
    }
    printf("no forecast: the speed is unknown of %s; say \"tokens_per_s\" of "
           "each in the job\nfile, or run a small part first ('trustsweep run "
           "%s%s --output first'):\n\"forecast_from\": "
           "\"first/results.h5\" has what it measured\n",
           names,
           sweep->job->path,
           spell_fewer(fewer, sizeof fewer, sweep->job->limit));
    free(names);
}

void plan_report_print(const struct sweep *sweep,
                       const struct outlook *outlook,
                       const struct plan_memory *memory,
                       const struct plan_subject *subject)
{
    print_tasks(sweep);
    print_models(sweep, outlook);
    if (outlook->measured_in && !sweep->job->forecast_from) {
        printf("\"results\": measured by this run before, in %s\n",
               outlook->measured_in);
    }
    plan_memory_table_print(sweep, memory);
    plan_costs_print(sweep, outlook);
    plan_grid_print(sweep, outlook);
    plan_subject_print(subject, sweep);
    if (subject->forecast) {
        print_placement(subject->outlook, subject->forecast);
        print_forecast(subject->sweep, subject->outlook, subject->forecast);
        return;
    }
    print_no_forecast(subject->sweep, subject->outlook);
}
