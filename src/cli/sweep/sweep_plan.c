#include "cli/sweep/sweep_plan.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/sweep/skipped.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stddef.h>

/* What the job says of a task of imported questions; NULL: it is none. */
static const struct job_utility *utility_of(const struct sweep *sweep,
                                            size_t task)
{
    const struct dataset_utility *utility = sweep->dataset->tasks[task].utility;
    const struct job *job = sweep->job;

    for (size_t i = 0; utility && i < job->num_utilities; i++) {
        const struct job_utility *at = &job->utilities[i];

        if (text_equal(at->name ? at->name : at->task, utility->name))
            return at;
    }
    return NULL;
}

/* Whether a model weighs the options of a task: where it can and may. */
static int set_weighs(struct sweep *sweep,
                      size_t model,
                      size_t task,
                      struct error *err)
{
    const struct job_utility *utility = utility_of(sweep, task);
    const bool can = sweep->facts[model].can & BACKEND_CAN(REQUEST_CHOICES);
    bool must;

    if (!utility)
        return 0;
    must = text_equal(utility->ask, "answers")
           || text_equal(utility->by, "likelihood");
    if (must && !can) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: model '%s' cannot weigh the options of utility "
                         "task '%s': its backend gives no likelihoods; ask for "
                         "\"letters\" and leave \"by\" at \"auto\"",
                         sweep->job->path,
                         sweep->job->models[model].name,
                         utility->task);
    }
    sweep->weighs[model * sweep->dataset->num_tasks + task] =
        can && !text_equal(utility->by, "generation");
    return 0;
}

/* Patterns of tasks in `cells` mean one of the benchmark or of `utility`, asked
 * or not. */
static int check_cells(const struct sweep *sweep, struct error *err)
{
    for (size_t i = 0; i < sweep->job->num_cells; i++) {
        const struct job_cells *cells = &sweep->job->cells[i];

        for (size_t k = 0; k < cells->num_tasks; k++) {
            bool is_there = false;

            for (size_t t = 0; t < sweep->manifest->num_tasks; t++) {
                is_there = is_there
                           || text_glob(cells->tasks[k],
                                        sweep->manifest->tasks[t].name);
            }
            for (size_t t = 0; t < sweep->dataset->num_tasks; t++) {
                is_there = is_there
                           || text_glob(cells->tasks[k],
                                        sweep->dataset->tasks[t].task->name);
            }
            if (is_there)
                continue;
            return error_set(err,
                             ERR_USAGE,
                             "%s: cells, element %zu: no task matches '%s'; "
                             "'trustsweep dataset list' shows their names",
                             sweep->job->path,
                             i,
                             cells->tasks[k]);
        }
    }
    return 0;
}

static int check_is_any(const struct sweep *sweep, struct error *err)
{
    for (size_t u = 0; u < sweep->plan->num_units; u++) {
        if (!sweep->is_skipped || !sweep->is_skipped[u])
            return 0;
    }
    if (sweep->plan->num_units == 0)
        return 0; /* a data set without items says so itself */
    return error_set(err,
                     ERR_USAGE,
                     "%s: nothing is left to ask: \"cells\" and the models' "
                     "\"only\" leave out every item of every model",
                     sweep->job->path);
}

/* One model: how it is asked each task. */
static int set_model(struct sweep *sweep, size_t model, struct error *err)
{
    const struct dataset *dataset = sweep->dataset;
    const struct job *job = sweep->job;
    const size_t first = model * dataset->num_tasks;
    struct sampling *samplings = sweep->samplings + first;

    for (size_t t = 0; t < dataset->num_tasks; t++) {
        job_sampling(job,
                     model,
                     dataset->tasks[t].task->name,
                     dataset->tasks[t].task->temperature,
                     &samplings[t]);
        if (set_weighs(sweep, model, t, err) < 0)
            return -1;
    }
    sweep->models[model] = (struct plan_model){
        .name = job->models[model].name,
        .identities = sweep->identity_texts + first,
        .system = job->models[model].system,
        .samplings = samplings,
        .weighs = sweep->weighs + first,
    };
    return 0;
}

int sweep_plan(struct sweep *sweep, struct error *err)
{
    const struct job *job = sweep->job;
    const struct dataset *dataset = sweep->dataset;
    size_t num_tasks = dataset->num_tasks;

    if (check_cells(sweep, err) < 0)
        return -1;
    sweep->tasks = mem_alloc(num_tasks, sizeof *sweep->tasks);
    sweep->models = mem_alloc(job->num_models, sizeof *sweep->models);
    sweep->samplings =
        mem_alloc(job->num_models * num_tasks, sizeof *sweep->samplings);
    for (size_t t = 0; t < num_tasks; t++) {
        const struct dataset_task *task = &dataset->tasks[t];

        sweep->tasks[t] = (struct plan_task){
            .name = task->task->name,
            .dimension = task->task->dimension,
            .items = task->items,
            .num_items = task->num_items,
        };
    }
    sweep->identity_texts =
        mem_alloc(job->num_models * num_tasks, sizeof *sweep->identity_texts);
    for (size_t i = 0; i < job->num_models * num_tasks; i++)
        sweep->identity_texts[i] = sweep->identities[i];
    sweep->weighs =
        mem_alloc(job->num_models * num_tasks, sizeof *sweep->weighs);
    for (size_t m = 0; m < job->num_models; m++) {
        if (set_model(sweep, m, err) < 0)
            return -1;
    }
    struct plan_params params = {
        .models = sweep->models,
        .num_models = job->num_models,
        .tasks = sweep->tasks,
        .num_tasks = num_tasks,
        .num_repeats = (uint32_t)job->repeats,
    };
    sweep->plan = plan_create(&params, err);
    if (!sweep->plan)
        return -1;
    sweep->is_skipped = skipped_make(sweep);
    return check_is_any(sweep, err);
}
