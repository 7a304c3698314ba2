#include "base/json.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/plan_costs.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/forecast/plan_grid.h"
#include "cli/forecast/plan_memory_table.h"
#include "cli/forecast/plan_mix.h"
#include "cli/forecast/plan_placement.h"
#include "cli/forecast/plan_report.h"
#include "cli/forecast/plan_subject.h"
#include "cli/parts/show_json.h"
#include "cli/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>

static void add_models(struct cJSON *root,
                       const struct sweep *sweep,
                       const struct outlook *outlook,
                       const struct plan_memory *memory)
{
    struct cJSON *models = json_add_array(root, "models");

    for (size_t i = 0; i < sweep->job->num_models; i++) {
        const struct outlook_model *of = &outlook->models[i];
        struct cJSON *model = json_new_object();

        json_add_text(model, "name", sweep->job->models[i].name);
        json_add_text(model, "backend", sweep->specs[i]);
        json_add_text(model, "identity", sweep->facts[i].identity);
        json_add_number(model,
                        "memory_bytes",
                        (double)sweep->facts[i].memory_bytes);
        json_add_number(model, "tokens", of->tokens);
        json_add_number(model, "prompt_tokens", of->prompt_tokens);
        json_add_number(model, "cost", of->cost);
        json_add_number(model, "cost_at_most", of->most_cost);
        json_add_number(model, "tokens_per_s", of->tokens_per_s);
        json_add_text(model,
                      "tokens_per_s_from",
                      outlook_source_name(of->speed_from));
        json_add_number(model,
                        "load_s",
                        of->is_load_known ? of->load_s : (double)NAN);
        json_add_text(model, "load_s_from", outlook_source_name(of->load_from));
        if (of->said_tokens_per_s > 0)
            json_add_number(model, "tokens_per_s_said", of->said_tokens_per_s);
        if (of->said_load_s > 0)
            json_add_number(model, "load_s_said", of->said_load_s);
        json_add_number(model, "work_s", of->work_s);
        plan_memory_table_add(model, sweep, memory, i);
        json_append(models, model);
    }
}

static void add_tasks(struct cJSON *root, const struct sweep *sweep)
{
    struct cJSON *tasks = json_add_array(root, "tasks");

    for (size_t i = 0; i < sweep->dataset->num_tasks; i++) {
        struct cJSON *task = json_new_object();

        json_add_text(task, "name", sweep->tasks[i].name);
        json_add_text(task, "dimension", sweep->tasks[i].dimension);
        json_add_number(task, "items", (double)sweep->tasks[i].num_items);
        json_append(tasks, task);
    }
}

static void add_policies(struct cJSON *root,
                         const struct plan_forecast *forecast)
{
    struct cJSON *policies = json_add_array(root, "policies");

    for (int i = 0; i < NUM_POLICIES; i++) {
        const struct simulate_outcome *out = &forecast->outcomes[i];
        struct cJSON *policy;

        if (!forecast->has_outcome[i])
            continue;
        policy = json_new_object();
        json_add_text(policy, "name", policy_name((enum policy)i));
        if (out->size > 0)
            json_add_number(policy, "size", (double)out->size);
        json_add_number(policy, "makespan_s", out->makespan_s);
        json_add_number(
            policy,
            "ratio",
            out->whole_bound_s > 0 ? out->makespan_s / out->whole_bound_s : 1);
        json_add_number(policy, "loads", (double)out->num_loads);
        json_add_number(policy, "load_s", out->load_s);
        json_add_number(policy, "work_s", out->work_s);
        json_add_number(policy, "idle_s", out->idle_s);
        json_add_number(policy, "wasted_s", out->wasted_s);
        json_append(policies, policy);
    }
}

static void add_sizes(struct cJSON *root,
                      const struct sweep *sweep,
                      const struct outlook *outlook,
                      const struct plan_forecast *forecast)
{
    struct cJSON *sizes = json_add_array(root, "sizes");
    struct cJSON *left_out = json_add_array(root, "sizes_left_out");

    for (size_t i = 0; i < forecast->num_sizes; i++) {
        const struct plan_size *of = &forecast->sizes[i];
        struct cJSON *size = json_new_object();

        json_add_number(size, "workers", (double)of->num_workers);
        json_add_number(size, "makespan_s", of->makespan_s);
        json_add_number(size, "gpu_hours", of->gpu_hours);
        json_add_number(size, "efficiency", of->efficiency);
        if (sweep->job->num_gpu_types > 0) {
            json_add_text(size,
                          "gpu_type",
                          sweep->job->gpu_types[of->type].type);
            json_add_number(size, "price", of->price);
        }
        json_append(sizes, size);
    }
    for (size_t t = 0; t < PLAN_TYPES; t++) {
        struct cJSON *one;

        if (forecast->sizes_from[t] == 0)
            continue;
        one = json_new_object();
        json_add_number(one, "workers", (double)forecast->sizes_from[t]);
        if (sweep->job->num_gpu_types > 0)
            json_add_text(one, "gpu_type", sweep->job->gpu_types[t].type);
        json_append(left_out, one);
    }
    if (forecast->num_sizes == 0) {
        plan_mix_json(root, outlook);
        return;
    }
    json_add_number(root,
                    "recommended_workers",
                    (double)forecast->sizes[forecast->recommended].num_workers);
    if (sweep->job->num_gpu_types > 0) {
        json_add_text(
            root,
            "recommended_gpu_type",
            sweep->job->gpu_types[forecast->sizes[forecast->recommended].type]
                .type);
    }
}

static void add_placement(struct cJSON *root,
                          const char *const *names,
                          const struct outlook *outlook,
                          const struct plan_forecast *forecast)
{
    struct plan_placement *placement =
        plan_placement_make(outlook, forecast->num_workers);
    struct cJSON *list = json_add_array(root, "placement");

    for (size_t i = 0; i < outlook->params.num_models; i++) {
        struct cJSON *model = json_new_object();

        json_add_text(model, "model", names[i]);
        json_add_number(model, "workers_each", (double)placement[i].width);
        json_add_number(model, "nodes_each", (double)placement[i].num_nodes);
        json_add_number(model, "copies", (double)placement[i].num_copies);
        json_add_number(model, "loads", (double)placement[i].num_loads);
        json_add_number(model, "from_s", placement[i].from_s);
        json_add_number(model, "to_s", placement[i].to_s);
        json_append(list, model);
    }
    free(placement);
}

static void add_forecast(struct cJSON *root,
                         const struct sweep *sweep,
                         const struct outlook *outlook,
                         const struct plan_forecast *forecast)
{
    const struct simulate_outcome *out = &forecast->outcomes[POLICY_RESIDENT];
    const char **names = outlook_names(outlook);
    char *limit = plan_forecast_limit(forecast, outlook, names);

    json_add_number(root, "parted_bound_s", out->parted_bound_s);
    json_add_number(root, "whole_bound_s", out->whole_bound_s);
    json_add_number(root, "makespan_s", out->makespan_s);
    json_add_number(root, "makespan_low_s", forecast->makespan_low_s);
    json_add_number(root, "makespan_high_s", forecast->makespan_high_s);
    json_add_number(root, "gpu_hours", forecast->gpus * out->makespan_s / 3600);
    json_add_number(root, "price", forecast->price);
    json_add_number(root, "simulated_units", (double)forecast->simulated_units);
    json_add_number(root,
                    "simulated_workers",
                    (double)forecast->simulated_workers);
    json_add_text(root, "limit", limit);
    json_add_number(root, "api_workers", (double)forecast->num_apart);
    json_add_number(root, "api_end_s", out->apart_end_s);
    json_add_number(root, "api_work_s", out->apart_work_s);
    add_placement(root, names, outlook, forecast);
    add_policies(root, forecast);
    add_sizes(root, sweep, outlook, forecast);
    free(limit);
    free((void *)names);
}

void plan_report_json(const struct sweep *sweep,
                      const struct outlook *outlook,
                      const struct plan_memory *memory,
                      const struct plan_subject *subject,
                      const struct cJSON *checkpoints)
{
    const struct plan_forecast *forecast = subject->forecast;
    struct cJSON *root = json_new_object();

    add_models(root, sweep, outlook, memory);
    plan_costs_json(root, sweep, outlook, memory);
    add_tasks(root, sweep);
    plan_grid_json(root, sweep, outlook);
    json_add_number(root, "repeats", (double)sweep->job->repeats);
    json_add_number(root, "units", (double)sweep->plan->num_units);
    if (forecast) {
        json_add_number(root, "workers", (double)forecast->num_workers);
        add_forecast(root, subject->sweep, subject->outlook, forecast);
    } else {
        json_add_null(root, "parted_bound_s");
        json_add_null(root, "makespan_s");
    }
    if (subject->sweep != sweep) {
        json_add(root,
                 "forecast_without",
                 plan_subject_without(subject, sweep));
    }
    if (outlook->measured_in)
        json_add_text(root, "measured_in", outlook->measured_in);
    if (checkpoints)
        json_add(root, "checkpoints", json_copy(checkpoints));
    show_json(root);
    json_free(root);
}
