#include "cli/sweep/checkpoints_now.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cli/sweep/checkpoint_models.h"
#include "cli/sweep/checkpoints_missing.h"
#include "job/job.h"
#include "job/job_checkpoints.h"

#include <stdlib.h>

/* Those that a run of this job asks now. */
static int look(struct job *job,
                const struct checkpoints_now_run *of,
                struct job_checkpoints_times *times,
                struct error *err)
{
    struct job *before = NULL;
    size_t num_new;
    int rc;

    if (job_checkpoints_times(job, of->since_s, of->goes_on, times, err) < 0)
        return -1;
    if (of->goes_on)
        before = job_read_kept(of->job_path, NULL, 0, NULL);
    rc = checkpoint_models_take(job, before, &num_new, NULL, err);
    while (rc == 0 && before && times->deadline_s > 0
           && times->deadline_s <= clock_unix_ms() / 1000 && num_new-- > 0)
        job_drop_last_model(job);
    checkpoint_models_sort(job);
    job_destroy(before);
    return rc;
}

static int check_some(const struct job *job, struct error *err)
{
    if (job->num_models > 0)
        return 0;
    return checkpoints_missing_fail(&job->checkpoints, err);
}

int checkpoints_now_expect(struct job *job,
                           const struct checkpoints_now_run *of,
                           bool *is_made_up,
                           struct error *err)
{
    char name[] = "the first checkpoint";
    const struct job_checkpoint none = { .name = name, .path = name };
    struct job_checkpoints_times times;
    struct job_model *model;

    if (look(job, of, &times, err) < 0)
        return -1;
    *is_made_up =
        job->num_models == 0 && times.until_s > clock_unix_ms() / 1000;
    if (!*is_made_up)
        return check_some(job, err);
    checkpoint_models_add(job, &none);
    model = &job->models[0];
    model->is_expected = true;
    free(model->backend);
    /* says no speed, and needs no key */
    model->backend = mem_text("http:unknown,url=http://127.0.0.1:9");
    return 0;
}

int checkpoints_now_expand(struct job *job,
                           const struct checkpoints_now_run *of,
                           struct error *err)
{
    struct job_checkpoints_times times;

    return look(job, of, &times, err) < 0 ? -1 : check_some(job, err);
}
