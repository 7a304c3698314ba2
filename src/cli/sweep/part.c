#include "cli/sweep/part.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "job/job.h"
#include "job/job_table.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

static const char login[] = "login";
static const char login_folder[] = "parts/login"; /* in a run directory */

char *part_login_folder(const char *dir)
{
    return path_join(dir, login_folder);
}

char *part_folder(const struct job *job, const char *where, const char *given)
{
    char *dir = run_dir_choose(job, given);
    char *folder;

    if (!text_equal(where, login))
        return dir;
    folder = part_login_folder(dir);
    free(dir);
    return folder;
}

static struct cJSON *read_run(const char *folder)
{
    return run_dir_is_begun(folder) ? run_dir_read(folder, NULL) : NULL;
}

/* How the login node's part of the run in `dir` stands, if it is complete;
 * json_free() */
static struct cJSON *read_complete(const char *dir)
{
    char *folder = part_login_folder(dir);
    struct cJSON *run = read_run(folder);

    if (!run_dir_says_complete(run)) {
        json_free(run);
        run = NULL;
    }
    free(folder);
    return run;
}

static const struct cJSON *find_model(const struct cJSON *run, const char *name)
{
    const struct cJSON *model = json_first(json_member(run, "models"));

    while (model && !text_equal(json_member_text(model, "name"), name))
        model = json_next(model);
    return model;
}

/* Whether a model has had its turn in a complete part.  One of which nothing was
 * answered, as without a key, or not all was tried, is to be asked again; of a full
 * disk nothing is told of models. */
static bool is_answered(const struct cJSON *run, const char *name)
{
    const struct cJSON *model = find_model(run, name);
    const double units = json_member_number(model, "units");

    if (!json_member(run, "models"))
        return run && !text_equal(json_member_text(run, "state"), "failed");
    return model && !text_equal(json_member_text(model, "state"), "given up")
           && !(units > 0 && json_member_number(model, "failed") >= units);
}

static bool is_player(const struct job_role *role)
{
    return role->is_set && !text_equal(role->backend, "builtin");
}

bool part_has_login(const struct job *job)
{
    for (size_t i = 0; i < job->num_models; i++) {
        if (text_equal(job->models[i].origin.where, login))
            return true;
    }
    for (int i = 0; i < NUM_ROLES; i++) {
        if (is_player(&job->roles[i])
            && text_equal(job->roles[i].origin.where, login))
            return true;
    }
    return false;
}

bool part_is_split(const struct job *job)
{
    bool has_compute = false;

    for (size_t i = 0; i < job->num_models; i++)
        has_compute |= !text_equal(job->models[i].origin.where, login);
    return has_compute && part_has_login(job);
}

bool part_has_failed(const struct job *job, const char *folder)
{
    struct cJSON *run = read_run(folder);
    bool has_failed = false;

    for (size_t i = 0; i < job->num_models; i++) {
        const struct job_model *of = &job->models[i];

        has_failed |=
            text_equal(of->origin.where, login)
            && json_member_number(find_model(run, of->name), "failed") > 0;
    }
    json_free(run);
    return has_failed;
}

bool part_is_last(const char *folder)
{
    const size_t len = strlen(folder);
    const size_t tail = strlen(login_folder);
    struct cJSON *run;
    char *dir;
    bool is_last;

    if (len <= tail || folder[len - tail - 1] != '/'
        || strcmp(folder + len - tail, login_folder) != 0)
        return false;
    dir = mem_text_len(folder, len - tail - 1);
    run = read_run(dir);
    is_last = run_dir_says_complete(run);
    json_free(run);
    free(dir);
    return is_last;
}

/* How many; likewise below. */
static size_t leave_out_roles(struct job *job, const char *where)
{
    size_t num = 0;

    for (int i = 0; i < NUM_ROLES; i++) {
        struct job_role *role = &job->roles[i];

        if (!is_player(role) || text_equal(role->origin.where, where))
            continue;
        num++;
        options_release(job_table_role, role);
        *role = (struct job_role){ .is_set = false };
        options_defaults(job_table_role, role);
        options_defaults(job_table_generation, &role->generation);
    }
    return num;
}

/* login_run  the login node's part, whose models stay that have answered; or NULL */
static size_t leave_out_models(struct job *job,
                               const char *where,
                               const struct cJSON *login_run)
{
    const size_t before = job->num_models;
    size_t num = 0;

    for (size_t i = 0; i < before; i++) {
        if (text_equal(job->models[i].origin.where, where)
            || is_answered(login_run, job->models[i].name)) {
            job->models[num++] = job->models[i];
        } else {
            options_release(job_table_model, &job->models[i]);
        }
    }
    job->num_models = num;
    return before - num;
}

int part_keep(struct job *job,
              const char *where,
              const char *given,
              bool *has_left,
              struct error *err)
{
    char *dir = run_dir_choose(job, given);
    struct cJSON *login_run =
        text_equal(where, login) ? NULL : read_complete(dir);

    *has_left = leave_out_roles(job, where) > 0;
    *has_left |= leave_out_models(job, where, login_run) > 0;
    json_free(login_run);
    free(dir);
    if (job->num_models > 0)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s: no model says \"where\": \"%s\", so there is nothing "
                     "to ask there",
                     job->path,
                     where);
}
