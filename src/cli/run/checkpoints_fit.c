#include "cli/run/checkpoints_fit.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/run/checkpoints_cut.h"
#include "job/job.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int checkpoints_fit_begin(struct checkpoints_fit *self, struct error *err)
{
    return checkpoints_left_out_write(self->dir, &self->left_out, err);
}

/* Where they are other ones than at the last look. */
static int say_left_out(struct checkpoints_fit *self,
                        struct checkpoints_left_out *now,
                        struct error *err)
{
    struct checkpoints_left_out *before = &self->left_out;

    if (text_equal(text_data(&now->names), text_data(&before->names))
        && now->is_too_wide == before->is_too_wide)
        return 0;
    checkpoints_left_out_release(before);
    *before = *now;
    *now = (struct checkpoints_left_out){ 0 };
    if (before->names.len > 0) {
        char *title = checkpoints_left_out_title(before);

        fprintf(stderr,
                "checkpoints %s:\n%s",
                title,
                text_data(&before->names));
        free(title);
    }
    return checkpoints_left_out_write(self->dir, before, err);
}

/* Whether they were left out already: while nothing runs there is only less time
 * for the same ones. */
static bool is_known(const struct checkpoints_fit *self,
                     const struct job *job,
                     size_t first)
{
    struct text names = { 0 };
    bool is_same;

    for (size_t i = first; i < job->num_models; i++)
        text_addf(&names, "%s\n", job->models[i].name);
    is_same = text_equal(text_data(&names), text_data(&self->left_out.names));
    text_release(&names);
    return self->is_forecast && is_same;
}

static int cut(struct checkpoints_fit *self,
               struct job *job,
               size_t num_others,
               size_t first,
               struct error *err)
{
    const int64_t now_s = clock_unix_ms() / 1000;
    char *results = path_join(self->dir, "results.h5");
    const struct checkpoints_cut_params params = {
        .left_s = fmax((double)(self->at_s - now_s), 0),
        .workers = self->workers,
        .results = file_exists(results) ? results : NULL,
        .num_others = num_others,
    };
    struct text said = { 0 };
    struct checkpoints_left_out left_out = { 0 };
    int rc = checkpoints_cut(job, first, &params, &said, &left_out, err);

    (void)fputs(text_data(&said), stderr);
    if (rc == 0)
        rc = say_left_out(self, &left_out, err);
    self->is_forecast = true;
    text_release(&said);
    checkpoints_left_out_release(&left_out);
    free(results);
    return rc;
}

int checkpoints_fit_new(struct checkpoints_fit *self,
                        struct job *job,
                        size_t num_others,
                        size_t *num_new,
                        struct error *err)
{
    const size_t first = job->num_models - *num_new;
    int rc = 0;

    if (self->at_s == 0 || *num_new == 0)
        return 0;
    if (is_known(self, job, first)) {
        while (job->num_models > first)
            job_drop_last_model(job);
    } else {
        rc = cut(self, job, num_others, first, err);
    }
    *num_new = job->num_models - first;
    return rc;
}

void checkpoints_fit_again(struct checkpoints_fit *self)
{
    self->is_forecast = false;
}

void checkpoints_fit_release(struct checkpoints_fit *self)
{
    checkpoints_left_out_release(&self->left_out);
}
