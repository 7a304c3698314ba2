#include "cli/sweep/sweep.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder/checkpoints_since.h"
#include "cli/folder/run_dir.h"
#include "cli/sweep/checkpoints_now.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep_plan.h"
#include "cli/sweep/sweep_read.h"
#include "generate/prompt.h"
#include "job/job_edit.h"
#include "job/job_object.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    if (sweep_read(sweep, identifier, err) < 0 || sweep_plan(sweep, err) < 0) {
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

/* What the run in `dir` has measured, where it has a file; or NULL. */
static char *find_results(const char *dir)
{
    char *path = path_join(dir, "results.h5");

    if (run_dir_has_run(dir) && file_exists(path))
        return path;
    free(path);
    return NULL;
}

/* A round of checkpoints: its models are in its job file already. */
static bool is_round(const struct job *job)
{
    for (size_t i = 0; i < job->num_models; i++) {
        if (job->models[i].is_checkpoint)
            return true;
    }
    return false;
}

static int add_checkpoints(const struct sweep_params *params,
                           struct job *job,
                           struct sweep_night *out,
                           struct error *err)
{
    struct checkpoints_now_run of = { 0 };
    char *path;
    char *dir;
    int rc;

    if (!job->checkpoints.files && !is_round(job))
        return 0;
    dir = run_dir_choose(job, params->output);
    out->results = find_results(dir);
    if (!job->checkpoints.files) {
        free(dir);
        return 0;
    }
    path = path_join(dir, "checkpoints.json");
    of.since_s = out->since_s = checkpoints_since(dir);
    of.goes_on = out->goes_on = checkpoints_since_is_settled(dir);
    of.job_path = path;
    rc = params->may_wait
             ? checkpoints_now_expect(job, &of, &out->is_made_up, err)
             : checkpoints_now_expand(job, &of, err);
    free(path);
    free(dir);
    return rc;
}

static struct job *read_job(const struct sweep_params *from, struct error *err)
{
    if (from->is_kept) {
        return job_read_kept(from->job_path, from->sets, from->num_sets, err);
    }
    return job_read(from->job_path, from->sets, from->num_sets, err);
}

struct sweep *sweep_open(const struct sweep_params *params, struct error *err)
{
    struct job *job = read_job(params, err);
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
