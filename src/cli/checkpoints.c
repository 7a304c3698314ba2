#include "cli/checkpoints.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/checkpoints_cut.h"
#include "cli/commands.h"
#include "cli/rank.h"
#include "cli/run_dir.h"
#include "cli/sweep.h"
#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_STATE_BYTES = 64 * 1024 * 1024 };

/* Looks at the folder this often at least, s. */
static const double look_s = 10;

static int64_t now_s(void)
{
    return clock_unix_ms() / 1000;
}

static const struct job_model *find_model(const struct job *job,
                                          const char *name)
{
    for (size_t i = 0; job && i < job->num_models; i++) {
        if (text_equal(job->models[i].name, name))
            return &job->models[i];
    }
    return NULL;
}

static void add(struct job *job, const struct job_checkpoint *found)
{
    const struct job_checkpoints *from = &job->checkpoints;
    struct job_model *model = job_add_model(job);

    model->name = mem_text(found->name);
    model->backend = job_checkpoints_spec(from, found->path);
    free(model->access);
    model->access = mem_text(
        text_equal(from->access, "open-weight") ? "open" : from->access);
    model->creator = mem_text(from->creator);
    model->family = mem_text(from->family);
    model->system = mem_text(from->system);
    model->gpus = from->gpus;
    model->load_s = from->load_s;
    model->tokens_per_s = from->tokens_per_s;
}

/* What was cut when it came stays cut: its items are what its numbers are of. */
static void keep_cut(struct job_model *model, const struct job_model *before)
{
    model->fraction = before->fraction;
    model->only = mem_alloc(before->num_only + 1, sizeof *model->only);
    model->num_only = before->num_only;
    for (size_t i = 0; i < before->num_only; i++)
        model->only[i] = mem_text(before->only[i]);
}

/* A file that is none holds up no other one. */
static bool is_good(const struct job *job, const struct job_checkpoint *found)
{
    char *spec = job_checkpoints_spec(&job->checkpoints, found->path);
    struct backend_facts facts;
    struct error err = { 0 };
    const int rc = backend_probe(spec, &facts, &err);

    if (rc < 0)
        fprintf(stderr, "checkpoint left out: %s: %s\n", found->name, err.text);
    free(spec);
    return rc == 0;
}

/* Those that are complete: first the ones that `before` has, in its order, then
 * new ones; `*num_new`. */
static int take_all(struct job *job,
                    const struct job *before,
                    size_t *num_new,
                    struct error *err)
{
    const size_t most =
        job->checkpoints.most > 0 ? (size_t)job->checkpoints.most : SIZE_MAX;
    const size_t others = job->num_models;
    struct job_checkpoint_list list;

    *num_new = 0;
    if (job_checkpoints_find(&job->checkpoints, now_s(), &list, err) < 0)
        return -1;
    for (int new = 0; new < 2; new ++) {
        for (size_t i = 0; i < list.num; i++) {
            const struct job_model *old =
                find_model(before, list.items[i].name);

            if (!list.items[i].is_complete || (new == 0) != (old != NULL)
                || find_model(job, list.items[i].name)
                || job->num_models - others >= most
                || !is_good(job, &list.items[i]))
                continue;
            add(job, &list.items[i]);
            if (old)
                keep_cut(&job->models[job->num_models - 1], old);
            *num_new += new == 1;
        }
    }
    job_checkpoints_release(&list);
    return 0;
}

int checkpoints_expand(struct job *job, struct error *err)
{
    size_t num_new;

    if (take_all(job, NULL, &num_new, err) < 0)
        return -1;
    if (job->num_models > 0)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s: no checkpoint is complete yet",
                     job->checkpoints.files);
}

struct watch {
    const struct rank_params *params;
    int workers;
    char *dir;
    char *path; /* the job file of a round */
    int64_t until_s;
    int64_t deadline_s; /* 0 = none */
    bool has_run;
    checkpoints_round_fn round;
    void *context;
};

static struct job *read_again(const struct watch *self, struct error *err)
{
    const struct sweep_params *from = self->params->sweep;
    struct job *job = job_read(from->job_path, from->sets, from->num_sets, err);

    if (job)
        sweep_params_apply(from, job);
    return job;
}

/* As a job of its own: with the models that it has now, and without looking for
 * more. */
static int write_round(const struct watch *self,
                       const struct job *job,
                       struct error *err)
{
    struct cJSON *json = job_effective_of(job, 0);
    int rc = file_make_folder(self->dir, err);

    if (rc == 0)
        rc = json_save(json, self->path, err);
    json_free(json);
    return rc;
}

static bool is_done(const struct watch *self)
{
    char *path = path_join(self->dir, "run.json");
    struct cJSON *json = json_read(path, MAX_STATE_BYTES, NULL);
    const char *state = json_member_text(json, "state");
    const bool is_so = text_equal(state ? state : "", "done");

    json_free(json);
    free(path);
    return is_so;
}

static int cut(const struct watch *self,
               struct job *job,
               size_t num_new,
               struct error *err)
{
    char *results = path_join(self->dir, "results.h5");
    const double left_s = (double)(self->deadline_s - now_s());
    int rc = 0;

    if (self->deadline_s > 0 && num_new > 0) {
        rc = checkpoints_cut(job,
                             job->num_models - num_new,
                             fmax(left_s, 0),
                             self->workers,
                             file_exists(results) ? results : NULL,
                             err);
    }
    free(results);
    return rc;
}

enum next { NEXT_ROUND, NEXT_WAIT, NEXT_END };

static int run_round(struct watch *self,
                     struct job *job,
                     size_t num_new,
                     int *status,
                     struct error *err)
{
    if (cut(self, job, num_new, err) < 0 || write_round(self, job, err) < 0)
        return -1;
    self->has_run = true;
    fprintf(stderr,
            "checkpoints: %zu new, %zu models in all\n",
            num_new,
            job->num_models);
    *status = self->round(self->context, self->path, self->dir);
    return is_done(self) ? NEXT_ROUND : NEXT_END;
}

/* One look at the folder.  `*status` is that of the last round. */
static int look(struct watch *self, int *status, struct error *err)
{
    struct job *job = read_again(self, err);
    struct job *before =
        file_exists(self->path) ? job_read(self->path, NULL, 0, NULL) : NULL;
    size_t num_new = 0;
    int rc = job ? take_all(job, before, &num_new, err) : -1;

    if (rc == 0 && (num_new > 0 || (!self->has_run && job->num_models > 0))) {
        rc = run_round(self, job, num_new, status, err);
    } else if (rc == 0) {
        rc = now_s() >= self->until_s ? NEXT_END : NEXT_WAIT;
    }
    job_destroy(before);
    job_destroy(job);
    return rc;
}

int checkpoints_run(struct job *job,
                    const struct rank_params *params,
                    int workers,
                    checkpoints_round_fn round,
                    void *context)
{
    const struct job_checkpoints *of = &job->checkpoints;
    struct error err = { 0 };
    struct watch self = {
        .params = params,
        .workers = workers,
        .dir = run_dir_choose(job, params->output),
        .until_s = of->until ? job_checkpoints_time(of->until, now_s()) : 0,
        .deadline_s =
            of->deadline ? job_checkpoints_time(of->deadline, now_s()) : 0,
        .round = round,
        .context = context,
    };
    const double wait_s = fmin(fmax(of->settle_s / 2, 0.2), look_s);
    int status = EXIT_GOOD;
    int rc;

    self.path = path_join(self.dir, "checkpoints.json");
    while ((rc = look(&self, &status, &err)) >= 0 && rc != NEXT_END) {
        if (rc == NEXT_WAIT)
            clock_sleep_ms(1e3 * wait_s);
    }
    if (rc >= 0 && !self.has_run) {
        rc = error_set(&err,
                       ERR_USAGE,
                       "%s: no checkpoint was complete",
                       of->files);
    }
    if (rc < 0)
        status = command_fail(&command_run, &err);
    free(self.path);
    free(self.dir);
    job_destroy(job);
    return status;
}
