#include "cli/sweep/sweep.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/sweep/checkpoint_models.h"
#include "cli/sweep/checkpoints_since.h"
#include "cli/sweep/part.h"
#include "cli/sweep/skipped.h"
#include "cli/sweep/sweep_read.h"
#include "generate/prompt.h"
#include "job/job_edit.h"
#include "job/job_object.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int make_plan(struct sweep *sweep, struct error *err)
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
        struct sampling *samplings = sweep->samplings + m * num_tasks;

        for (size_t t = 0; t < num_tasks; t++) {
            job_sampling(job,
                         m,
                         dataset->tasks[t].task->name,
                         dataset->tasks[t].task->temperature,
                         &samplings[t]);
            if (set_weighs(sweep, m, t, err) < 0)
                return -1;
        }
        sweep->models[m] = (struct plan_model){
            .name = job->models[m].name,
            .identities = sweep->identity_texts + m * num_tasks,
            .system = job->models[m].system,
            .samplings = samplings,
            .weighs = sweep->weighs + m * num_tasks,
        };
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

/* Of a model file that is not in the folder of model files: how to get one. */
static void add_way_out(struct error *err)
{
    char *folder = job_edit_models();
    char what[sizeof err->text];

    if (folder && err && err->code == ERR_IO && strstr(err->text, folder)
        && strstr(err->text, "No such file")) {
        (void)snprintf(what, sizeof what, "%s", err->text);
        (void)error_set(err,
                        ERR_IO,
                        "%s; scripts/model.sh puts the model of the quickstart "
                        "there (--embedder: an embedder), and "
                        "TRUSTSWEEP_MODELS names another folder",
                        what);
    }
    free(folder);
}

struct sweep *sweep_open_job(struct job *job,
                             const struct identifier *identifier,
                             struct error *err)
{
    struct sweep *sweep = mem_alloc(1, sizeof *sweep);

    sweep->job = job;
    if (sweep_read(sweep, identifier, err) < 0 || make_plan(sweep, err) < 0) {
        add_way_out(err);
        sweep_close(sweep);
        return NULL;
    }
    return sweep;
}

static void replace_only(struct job *job,
                         const char *const *only,
                         size_t num_only)
{
    job_object_free_patterns(job->only, job->num_only);
    job->only = mem_alloc(num_only, sizeof *job->only);
    for (size_t i = 0; i < num_only; i++)
        job->only[i] = mem_text(only[i]);
    job->num_only = num_only;
}

void sweep_params_apply(const struct sweep_params *params, struct job *job)
{
    if (params->num_only > 0)
        replace_only(job, params->only, params->num_only);
    if (params->limit >= 0)
        job->limit = params->limit;
    if (params->dataset) {
        free(job->dataset);
        job->dataset = mem_text(params->dataset);
    }
}

static int add_checkpoints(const struct sweep_params *params,
                           struct job *job,
                           struct sweep_night *out,
                           struct error *err)
{
    struct checkpoint_models_run of = { 0 };
    char *path;
    char *dir;
    int rc;

    if (!job->checkpoints.files)
        return 0;
    dir = run_dir_choose(job, params->output);
    path = path_join(dir, "checkpoints.json");
    out->results = path_join(dir, "results.h5");
    of.since_s = out->since_s = checkpoints_since(dir);
    of.goes_on = out->goes_on = run_dir_has_run(dir);
    of.job_path = path;
    if (!out->goes_on || !file_exists(out->results)) {
        free(out->results);
        out->results = NULL;
    }
    rc = params->may_wait
             ? checkpoint_models_expect(job, &of, &out->is_made_up, err)
             : checkpoint_models_expand(job, &of, err);
    free(path);
    free(dir);
    return rc;
}

struct sweep *sweep_open(const struct sweep_params *params, struct error *err)
{
    struct job *job =
        job_read(params->job_path, params->sets, params->num_sets, err);
    struct sweep *sweep;
    bool is_part = false;
    struct sweep_night night = { 0 };

    if (!job)
        return NULL;
    sweep_params_apply(params, job);
    if (add_checkpoints(params, job, &night, err) < 0
        || (params->where
            && part_keep(job, params->where, params->output, &is_part, err)
                   < 0)) {
        free(night.results);
        job_destroy(job);
        return NULL;
    }
    sweep = sweep_open_job(job, NULL, err);
    if (sweep) {
        sweep->is_part = is_part;
        sweep->night = night;
    } else {
        free(night.results);
    }
    return sweep;
}

void sweep_close(struct sweep *sweep)
{
    if (!sweep)
        return;
    free(sweep->night.results);
    roles_close(&sweep->roles);
    plan_destroy(sweep->plan);
    free(sweep->is_skipped);
    free(sweep->models);
    free(sweep->tasks);
    free(sweep->samplings);
    free(sweep->identities);
    free(sweep->weighs);
    free((void *)sweep->identity_texts);
    for (size_t i = 0; sweep->specs && i < sweep->job->num_models; i++)
        free(sweep->specs[i]);
    free(sweep->specs);
    free(sweep->facts);
    dataset_destroy(sweep->dataset);
    manifest_destroy(sweep->manifest);
    job_destroy(sweep->job);
    free(sweep);
}

/* Put a text at an RFC 6901 pointer. */
static void put_text(struct cJSON *job, const char *pointer, const char *text)
{
    struct cJSON *holder = json_new_object();

    json_add_text(holder, "text", text);
    (void)json_set_at(job, pointer, json_copy(json_member(holder, "text")));
    json_free(holder);
}

struct cJSON *sweep_job(const struct sweep *sweep)
{
    struct cJSON *job = job_effective(sweep->job);
    char *pointer;

    for (size_t i = 0; i < sweep->job->num_models; i++) {
        pointer = text_format("/models/%zu/backend", i);
        put_text(job, pointer, sweep->specs[i]);
        free(pointer);
    }
    for (int role = 0; role < NUM_ROLES; role++) {
        const struct role_player *player = &sweep->roles.players[role];

        if (!player->spec)
            continue;
        pointer = text_format("/roles/%s/backend", role_name((enum role)role));
        put_text(job, pointer, player->spec);
        free(pointer);
    }
    return job;
}

void sweep_request(const struct sweep *sweep, size_t unit, struct request *out)
{
    const struct plan_unit *at = &sweep->plan->units[unit];

    prompt_request(out,
                   at->id,
                   plan_item(sweep->plan, unit),
                   sweep->models[at->model].system,
                   plan_sampling(sweep->plan, unit),
                   at->repeat);
    if (sweep->weighs[at->model * sweep->dataset->num_tasks
                      + plan_task_of(sweep->plan, unit)])
        prompt_weigh(out, plan_item(sweep->plan, unit));
}
