#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/list_args.h"
#include "cli/sweep.h"
#include "schedule/schedule.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct plan_options {
    int64_t limit;
    int64_t ranks;
    char *only;
    char *set;
    bool json;
};

static const struct option options[] = {
    { .name = "limit",
      .type = OPTION_INT,
      .offset = offsetof(struct plan_options, limit),
      .fallback = "-1",
      .min = 0,
      .max = 1e9,
      .value = "N",
      .help = "The first N items of each task; 0 = all." },
    { .name = "ranks",
      .type = OPTION_INT,
      .offset = offsetof(struct plan_options, ranks),
      .fallback = "3",
      .min = 2,
      .max = 100000,
      .value = "N",
      .help = "MPI ranks the lower bound is for, rank 0 included." },
    { .name = "only",
      .type = OPTION_TEXT,
      .offset = offsetof(struct plan_options, only),
      .value = "GLOB",
      .help = "Only tasks whose dimension/name matches; may be repeated." },
    { .name = "set",
      .type = OPTION_TEXT,
      .offset = offsetof(struct plan_options, set),
      .value = "KEY=VALUE",
      .help = "Replace a key of the job file; may be repeated." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct plan_options, json),
      .help = "For programs." },
    { .name = NULL },
};

/* What one model is expected to take. */
struct forecast {
    double tokens;
    double work_s; /* NaN: its backend names no speed */
};

static struct forecast forecast_model(const struct sweep *sweep, size_t model)
{
    const struct plan *plan = sweep->plan;
    size_t per_model = plan->num_items * plan->params.num_repeats;
    double speed = sweep->facts[model].tokens_per_s;
    struct forecast out = { 0 };

    for (size_t i = 0; i < per_model; i++)
        out.tokens += plan_cost(plan, model * per_model + i);
    out.work_s = speed > 0 ? out.tokens / speed : (double)NAN;
    return out;
}

static double lower_bound(const struct sweep *sweep, size_t workers)
{
    size_t num = sweep->job->num_models;
    double *work = mem_alloc(num, sizeof *work);
    double *load = mem_alloc(num, sizeof *load);
    double bound = 0;

    for (size_t i = 0; i < num; i++) {
        work[i] = forecast_model(sweep, i).work_s;
        load[i] = sweep->facts[i].load_s;
        if (isnan(work[i]))
            bound = (double)NAN;
    }
    if (!isnan(bound))
        bound = schedule_lower_bound(work, load, num, workers);
    free(load);
    free(work);
    return bound;
}

static void write_json(const struct sweep *sweep, size_t workers)
{
    struct cJSON *root = json_new_object();
    struct cJSON *models = json_add_array(root, "models");
    struct cJSON *tasks = json_add_array(root, "tasks");
    struct text out = { 0 };

    for (size_t i = 0; i < sweep->job->num_models; i++) {
        struct forecast forecast = forecast_model(sweep, i);
        struct cJSON *model = json_new_object();

        json_add_text(model, "name", sweep->job->models[i].name);
        json_add_text(model, "backend", sweep->specs[i]);
        json_add_text(model, "identity", sweep->facts[i].identity);
        json_add_number(model,
                        "memory_bytes",
                        (double)sweep->facts[i].memory_bytes);
        json_add_number(model, "tokens", forecast.tokens);
        json_add_number(model, "load_s", sweep->facts[i].load_s);
        json_add_number(model, "work_s", forecast.work_s);
        json_append(models, model);
    }
    for (size_t i = 0; i < sweep->dataset->num_tasks; i++) {
        struct cJSON *task = json_new_object();

        json_add_text(task, "name", sweep->tasks[i].name);
        json_add_number(task, "items", (double)sweep->tasks[i].num_items);
        json_append(tasks, task);
    }
    json_add_number(root, "repeats", (double)sweep->job->repeats);
    json_add_number(root, "units", (double)sweep->plan->num_units);
    json_add_number(root, "workers", (double)workers);
    json_add_number(root, "lower_bound_s", lower_bound(sweep, workers));
    json_write(root, &out);
    (void)fputs(text_data(&out), stdout);
    text_release(&out);
    json_free(root);
}

static void write_table(const struct sweep *sweep, size_t workers)
{
    double bound = lower_bound(sweep, workers);
    char text[32];

    printf("%-42s %7s %11s\n", "task", "items", "temperature");
    for (size_t i = 0; i < sweep->dataset->num_tasks; i++) {
        printf("%-42s %7zu %11g\n",
               sweep->tasks[i].name,
               sweep->tasks[i].num_items,
               sweep->samplings[i].temperature);
    }
    printf("\n%-24s %9s %9s %12s %12s\n",
           "model",
           "units",
           "memory",
           "tokens",
           "alone, 1 slot");
    for (size_t i = 0; i < sweep->job->num_models; i++) {
        struct forecast forecast = forecast_model(sweep, i);
        char memory[32];

        text_format_bytes(memory, sizeof memory, sweep->facts[i].memory_bytes);
        text_format_seconds(text,
                            sizeof text,
                            forecast.work_s + sweep->facts[i].load_s);
        printf("%-24s %9zu %9s %12.0f %12s\n",
               sweep->job->models[i].name,
               sweep->plan->num_units / sweep->job->num_models,
               memory,
               forecast.tokens,
               isnan(forecast.work_s) ? "unknown" : text);
    }
    text_format_seconds(text, sizeof text, bound);
    printf("\n%zu models x %zu items x %lld repeats = %zu units\n"
           "no schedule on %zu workers can take less than: %s\n",
           sweep->job->num_models,
           sweep->plan->num_items,
           (long long)sweep->job->repeats,
           sweep->plan->num_units,
           workers,
           isnan(bound) ? "unknown (a backend names no speed before it runs)"
                        : text);
}

static int run(int argc, char **argv)
{
    struct plan_options given = { 0 };
    struct operands operands = { 0 };
    struct error err = { 0 };
    struct list_args only;
    struct list_args sets;
    int status;

    list_args_take("--only", &argc, argv, &only);
    list_args_take("--set", &argc, argv, &sets);
    status = command_parse(&command_plan, argc, argv, &given, &operands);
    if (status < 0) {
        struct sweep_params params = {
            .job_path = operands.names[0],
            .sets = sets.values,
            .num_sets = sets.num,
            .only = only.values,
            .num_only = only.num,
            .limit = given.limit,
        };
        struct sweep *sweep = sweep_open(&params, &err);

        if (sweep) {
            (given.json ? write_json : write_table)(sweep,
                                                    (size_t)given.ranks - 1);
            status = EXIT_GOOD;
        } else {
            status = command_fail(&command_plan, &err);
        }
        sweep_close(sweep);
        options_release(options, &given);
        command_release_operands(&operands);
    }
    list_args_release(&only);
    list_args_release(&sets);
    return status;
}

const struct command command_plan = {
    .name = "plan",
    .summary = "check a job and show what it would do",
    .usage = "JOB [--json] [--limit N] [--ranks N] [--only GLOB]\n"
             "                       [--set KEY=VALUE]",
    .help = "Reads the job, the data set and the head of every model file, and "
            "prints tasks,\nmodels, units and what is known of their cost. "
            "Loads no model: what is wrong with\na job comes out here.\n\n"
            "example:\n  trustsweep plan jobs/quickstart.json",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
