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

static const char login[] = "login";

char *part_login_folder(const char *dir)
{
    return path_join(dir, "parts/login");
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

/* Whether the login node's part of the run in `dir` is complete.  One in which
 * nothing was answered, as without a key, is to be run again. */
static bool is_complete_in(const char *dir)
{
    char *folder = part_login_folder(dir);
    struct cJSON *run =
        run_dir_is_begun(folder) ? run_dir_read(folder, NULL) : NULL;
    const bool is_complete =
        run_dir_says_complete(run)
        && !text_equal(json_member_text(run, "state"), "failed");

    json_free(run);
    free(folder);
    return is_complete;
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

static size_t leave_out_models(struct job *job, const char *where)
{
    const size_t before = job->num_models;
    size_t num = 0;

    for (size_t i = 0; i < before; i++) {
        if (text_equal(job->models[i].origin.where, where)) {
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
    size_t num = leave_out_roles(job, where);

    if (text_equal(where, login) || !is_complete_in(dir))
        num += leave_out_models(job, where);
    *has_left = num > 0;
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
