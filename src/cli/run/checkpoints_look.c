#include "cli/run/checkpoints_look.h"

#include "base/file.h"
#include "base/json.h"
#include "cli/folder/run_dir.h"
#include "cli/sweep/checkpoint_models.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <stdlib.h>

static struct job *read_again(const struct sweep_params *from,
                              struct error *err)
{
    struct job *job = job_read(from->job_path, from->sets, from->num_sets, err);

    if (job && !job->checkpoints.files) {
        (void)error_set(err,
                        ERR_USAGE,
                        "%s: it names no \"checkpoints\" any more",
                        job->path);
        job_destroy(job);
        return NULL;
    }
    if (job)
        sweep_params_apply(from, job);
    return job;
}

static void note(struct checkpoints_look *self,
                 const struct job *job,
                 const struct cJSON *unasked)
{
    struct cJSON *incomplete = json_new_array();

    (void)checkpoint_models_incomplete(job, incomplete, NULL);
    checkpoints_skipped_write(&self->skipped,
                              self->dir,
                              self->refused,
                              incomplete,
                              unasked);
    json_free(incomplete);
}

static void append_all(struct cJSON *out, const struct cJSON *list)
{
    for (const struct cJSON *one = json_first(list); one; one = json_next(one))
        json_append(out, json_copy(one));
}

/* Whether no other one is asked: as many are as the job wants, beside its models. */
static bool is_full(const struct job *job, const struct cJSON *asked)
{
    return job->checkpoints.most > 0
           && json_count(json_member(asked, "models"))
                  >= job->num_models + (size_t)job->checkpoints.most;
}

void checkpoints_look_end(struct checkpoints_look *self, const struct job *job)
{
    char *path = path_join(self->dir, "job.json"); /* of what has begun */
    struct cJSON *asked =
        file_exists(path) ? run_dir_read_file(path, NULL) : NULL;
    struct cJSON *known = json_new_array();
    struct cJSON *unasked = json_new_array();

    append_all(known, json_member(asked, "models"));
    append_all(known, self->refused);
    checkpoints_left_out_list(&self->fit.left_out, known);
    (void)checkpoint_models_unasked(
        job,
        known,
        is_full(job, asked)
            ? "\"most\" of them are asked, and it is none of these"
            : "no round was begun for it before the run ended; the same "
              "command goes on with it",
        unasked,
        NULL);
    note(self, job, unasked);
    json_free(unasked);
    json_free(known);
    json_free(asked);
    free(path);
}

/* Those that are complete are models of `job` then; the others are noted. */
static int take(struct checkpoints_look *self,
                struct job *job,
                const struct job *before,
                size_t *num_new,
                struct error *err)
{
    struct cJSON *refused = json_new_array();
    int rc = checkpoint_models_take(job, before, num_new, refused, err);

    json_free(self->refused);
    self->refused = refused;
    if (rc == 0)
        note(self, job, NULL);
    return rc;
}

int checkpoints_look(struct checkpoints_look *self,
                     struct job **job,
                     size_t *num_new,
                     struct error *err)
{
    struct job *before;
    size_t num_others;
    int rc;

    *num_new = 0;
    *job = read_again(self->from, err);
    if (!*job)
        return -1;
    num_others = (*job)->num_models;
    before = job_read_kept(self->path, NULL, 0, NULL);
    rc = take(self, *job, before, num_new, err);
    if (rc == 0) {
        rc = checkpoints_fit_new(&self->fit, *job, num_others, num_new, err);
    }
    job_destroy(before);
    return rc;
}

void checkpoints_look_release(struct checkpoints_look *self)
{
    checkpoints_fit_release(&self->fit);
    checkpoints_skipped_release(&self->skipped);
    json_free(self->refused);
}
