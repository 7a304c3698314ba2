#include "cli/run/checkpoints_subset.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/forecast/outlook.h"
#include "cli/sweep/skipped.h"
#include "cli/sweep/sweep.h"
#include "job/job_object.h"

#include <stdlib.h>

enum { HALVINGS = 20 }; /* of the part that is looked for */

struct cost {
    double tokens;
    size_t task;
};

static bool is_cheap(const struct job *job)
{
    return text_equal(job->checkpoints.too_late, "cheap");
}

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

static enum checkpoints_subset take_subset(struct job *job,
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
            "interval of a rate of 0.5: +-%.2f in the task of middle size, "
            "+-%.2f in the smallest\n",
            job->models[m].name,
            100 * part,
            skipped_width(sizes[num / 2]),
            skipped_width(sizes[0]));
    }
    free(sizes);
    if (is_enough)
        return CHECKPOINTS_SUBSET_DONE;
    return part > 0 ? CHECKPOINTS_SUBSET_TOO_WIDE : CHECKPOINTS_SUBSET_NONE;
}

void checkpoints_subset_clear(struct job *job, size_t first)
{
    for (size_t m = first; m < job->num_models; m++) {
        struct job_model *model = &job->models[m];

        job_object_free_patterns(model->only, model->num_only);
        model->only = NULL;
        model->num_only = 0;
        model->fraction = 1;
    }
}

enum checkpoints_subset checkpoints_subset_set(struct job *job,
                                               size_t first,
                                               const struct sweep *sweep,
                                               const struct outlook *outlook,
                                               double part,
                                               struct text *said)
{
    checkpoints_subset_clear(job, first);
    if (part >= 1)
        return CHECKPOINTS_SUBSET_DONE;
    if (is_cheap(job)) {
        return take_cheap(job, first, sweep, outlook, part, said)
                   ? CHECKPOINTS_SUBSET_DONE
                   : CHECKPOINTS_SUBSET_NONE;
    }
    return take_subset(job,
                       first,
                       sweep,
                       part_of_items(sweep, outlook, part),
                       said);
}

bool checkpoints_subset_is_least(const struct job *job,
                                 size_t first,
                                 const struct sweep *sweep)
{
    const double fraction = job->models[first].fraction;

    if (is_cheap(job))
        return false; /* there may be fewer tasks */
    for (size_t t = 0; t < sweep->dataset->num_tasks; t++) {
        if (skipped_keep(fraction, sweep->tasks[t].num_items) > 1)
            return false;
    }
    return true;
}
