#include "cli/run/checkpoints_cut.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/outlook_roles.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/sweep/skipped.h"
#include "cli/sweep/sweep.h"
#include "store/reader_costs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the time that is left, for what a forecast cannot know. */
static const double usable = 0.9;

enum { HALVINGS = 20 }; /* of the part that is looked for */

/* New checkpoints are as fast as those before them. */
static void learn_speed(struct job *job, size_t first, const char *results)
{
    struct reader_costs *costs =
        results ? reader_costs_read(results, NULL) : NULL;
    double tokens_per_s = 0;
    double load_s = 0;

    for (size_t i = 0; costs && i < first; i++) {
        const char *name = job->models[i].name;

        if (reader_costs_tokens_per_s(costs, name) > 0)
            tokens_per_s = reader_costs_tokens_per_s(costs, name);
        if (reader_costs_load_s(costs, name) > 0)
            load_s = reader_costs_load_s(costs, name);
    }
    reader_costs_destroy(costs);
    for (size_t i = first; i < job->num_models; i++) {
        struct job_model *model = &job->models[i];

        if (isnan(model->tokens_per_s) && tokens_per_s > 0)
            model->tokens_per_s = tokens_per_s;
        if (!(model->load_s > 0))
            model->load_s = load_s;
    }
}

double checkpoints_cut_usable_s(const struct checkpoints_time *time)
{
    return usable * time->left_s;
}

struct sweep *checkpoints_cut_open(const struct job *job,
                                   size_t first,
                                   struct error *err)
{
    struct text text = { 0 };
    struct cJSON *json = job_effective_of(job, first);
    struct job *part;

    json_write(json, &text);
    json_free(json);
    part = job_parse(text_data(&text), text.len, job->path, NULL, 0, err);
    text_release(&text);
    return part ? sweep_open_job(part, NULL, err) : NULL;
}

struct cost {
    double tokens;
    size_t task;
};

static int cheapest_first(const void *a, const void *b)
{
    const struct cost *left = a;
    const struct cost *right = b;

    if (left->tokens != right->tokens)
        return left->tokens < right->tokens ? -1 : 1;
    return left->task < right->task ? -1 : left->task > right->task;
}

/* The tasks that cost least, up to that part of all.  False: not even one. */
static bool take_cheap(struct job *job,
                       size_t first,
                       const struct sweep *sweep,
                       const struct outlook *outlook,
                       double part,
                       struct text *said)
{
    const size_t num = sweep->dataset->num_tasks;
    struct cost *costs = mem_alloc(num, sizeof *costs);
    double all = 0;
    double taken = 0;
    size_t kept = 0;

    for (size_t t = 0; t < num; t++)
        costs[t].task = t;
    for (size_t u = 0; u < sweep->plan->num_units; u++) {
        costs[outlook->unit_task[u]].tokens += (double)outlook->unit_cost[u];
        all += (double)outlook->unit_cost[u];
    }
    qsort(costs, num, sizeof *costs, cheapest_first);
    while (kept < num && taken + costs[kept].tokens <= part * all)
        taken += costs[kept++].tokens;
    for (size_t m = first; kept > 0 && m < job->num_models; m++) {
        struct job_model *model = &job->models[m];

        model->only = mem_alloc(kept, sizeof *model->only);
        for (size_t i = 0; i < kept; i++)
            model->only[i] = mem_text(sweep->tasks[costs[i].task].name);
        model->num_only = kept;
        text_addf(said,
                  "%s: the %zu cheapest of %zu tasks, for the deadline\n",
                  model->name,
                  kept,
                  num);
    }
    free(costs);
    return kept > 0;
}

static int compare_sizes(const void *a, const void *b)
{
    const size_t left = *(const size_t *)a;
    const size_t right = *(const size_t *)b;

    return left < right ? -1 : left > right;
}

/* What part of all tokens is asked of such a part of each task: its items are
 * whole, so of small tasks it is more. */
static double part_of_tokens(const struct sweep *sweep,
                             const double *tokens,
                             double part)
{
    double kept = 0;
    double all = 0;

    for (size_t t = 0; t < sweep->dataset->num_tasks; t++) {
        const size_t num = sweep->tasks[t].num_items;

        if (num == 0)
            continue;
        kept += tokens[t] * (double)skipped_keep(part, num) / (double)num;
        all += tokens[t];
    }
    return all > 0 ? kept / all : 0;
}

/* The largest part of each task that takes no more than that of all tokens.  Where
 * an item of each takes more, that is what it says: `widest` is for those. */
static double part_of_items(const struct sweep *sweep,
                            const struct outlook *outlook,
                            double part)
{
    const size_t num = sweep->dataset->num_tasks;
    double *tokens = mem_alloc(num, sizeof *tokens);
    double low = 0;
    double high = part;

    for (size_t u = 0; u < sweep->plan->num_units; u++)
        tokens[outlook->unit_task[u]] += (double)outlook->unit_cost[u];
    if (part_of_tokens(sweep, tokens, part) <= part)
        low = part;
    for (int i = 0; i < HALVINGS && low < high; i++) {
        const double middle = (low + high) / 2;

        if (part_of_tokens(sweep, tokens, middle) <= part) {
            low = middle;
        } else {
            high = middle;
        }
    }
    free(tokens);
    return low > 0 ? low : part;
}

/* False: what is left would say too little. */
static bool take_subset(struct job *job,
                        size_t first,
                        const struct sweep *sweep,
                        double part,
                        struct text *said)
{
    const size_t num = sweep->dataset->num_tasks;
    size_t *sizes = mem_alloc(num, sizeof *sizes);
    bool is_enough;

    for (size_t t = 0; t < num; t++)
        sizes[t] = skipped_keep(part, sweep->tasks[t].num_items);
    qsort(sizes, num, sizeof *sizes, compare_sizes);
    is_enough =
        part > 0 && skipped_width(sizes[num / 2]) <= job->checkpoints.widest;
    for (size_t m = first; is_enough && m < job->num_models; m++) {
        job->models[m].fraction = part;
        text_addf(
            said,
            "%s: %.1f %% of the items of each task, for the deadline; 95 %% "
            "interval of a rate about +-%.2f (task in the middle), +-%.2f "
            "(smallest)\n",
            job->models[m].name,
            100 * part,
            skipped_width(sizes[num / 2]),
            skipped_width(sizes[0]));
    }
    free(sizes);
    return is_enough;
}

/* What part of the new models' work there is time for; 1 = all. */
static double find_part(const struct job *job,
                        struct outlook *outlook,
                        const struct checkpoints_time *time)
{
    const size_t workers = (size_t)time->workers;
    const double usable_s = checkpoints_cut_usable_s(time);
    struct plan_forecast forecast;
    double load_s = 0;
    double all_s;

    (void)gpu_types_plan(&outlook->types, job, NULL, workers, NULL);
    plan_forecast_make(&forecast, outlook, workers, NULL);
    all_s = forecast.outcomes[POLICY_RESIDENT].makespan_s;
    if (all_s <= usable_s)
        return 1;
    for (size_t i = 0; i < outlook->params.num_models; i++)
        load_s = fmax(load_s, outlook->models[i].load_s);
    return fmax((usable_s - load_s) / fmax(all_s - load_s, 1e-3), 0);
}

/* False: there is not time enough to ask so many anything worth having. */
static bool fit(struct job *job,
                size_t first,
                const struct sweep *sweep,
                const struct outlook *outlook,
                double part,
                struct text *said)
{
    if (part >= 1)
        return true;
    if (text_equal(job->checkpoints.too_late, "cheap"))
        return take_cheap(job, first, sweep, outlook, part, said);
    return take_subset(job,
                       first,
                       sweep,
                       part_of_items(sweep, outlook, part),
                       said);
}

/* How many of them would fit, by what part of all there is time for: fewer than
 * there are, and about as many as can have half of their work done. */
static size_t fewer(size_t num, double part)
{
    const size_t guess = (size_t)(2 * part * (double)num);

    return guess < num ? guess : num - 1;
}

static void leave_out(struct job *job, size_t num_kept, struct text *left)
{
    while (job->num_models > num_kept) {
        text_addf(left, "%s\n", job->models[job->num_models - 1].name);
        job_drop_last_model(job);
    }
}

/* With those that are in the job now.  1: they fit, whole or cut. */
static int try_all(struct job *job,
                   size_t first,
                   const struct checkpoints_time *time,
                   double *part,
                   struct text *said,
                   struct error *err)
{
    struct sweep *sweep = checkpoints_cut_open(job, first, err);
    struct outlook outlook;
    int rc = 1;

    if (!sweep || outlook_make(&outlook, sweep, err) < 0) {
        sweep_close(sweep);
        return -1;
    }
    outlook_add_roles(&outlook, sweep);
    if (outlook.is_known) {
        *part = find_part(job, &outlook, time);
        rc = fit(job, first, sweep, &outlook, *part, said);
    } else {
        text_addf(said,
                  "the speed of new checkpoints is unknown (tokens_per_s): "
                  "nothing is cut for the deadline\n");
    }
    outlook_release(&outlook);
    sweep_close(sweep);
    return rc;
}

int checkpoints_cut(struct job *job,
                    size_t first,
                    const struct checkpoints_time *time,
                    struct text *said,
                    struct text *left,
                    struct error *err)
{
    int rc = 0;

    learn_speed(job, first, time->results);
    while (rc == 0 && job->num_models > first) {
        const size_t num = job->num_models - first;
        double part = 1;

        rc = try_all(job, first, time, &part, said, err);
        if (rc == 0)
            leave_out(job, first + fewer(num, part), left);
    }
    return rc < 0 ? -1 : 0;
}
