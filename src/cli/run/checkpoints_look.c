#include "cli/run/checkpoints_look.h"

#include "base/json.h"
#include "cli/sweep/checkpoint_models.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "trustsweep/error.h"

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

void checkpoints_look_note(struct checkpoints_look *self, const struct job *job)
{
    struct cJSON *incomplete = json_new_array();

    (void)checkpoint_models_incomplete(job, incomplete, NULL);
    checkpoints_skipped_write(&self->skipped,
                              self->dir,
                              self->refused,
                              incomplete);
    json_free(incomplete);
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
        checkpoints_look_note(self, job);
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
    before = job_read_kept(self->path, NULL);
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
