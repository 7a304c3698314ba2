#include "cli/recorded/calibrate_source.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/recorded/recorded.h"
#include "cli/recorded/recorded_job.h"
#include "cli/sweep/sweep.h"
#include "trustsweep/error.h"
#include "trustsweep/record.h"
#include "trustsweep/request.h"

#include <stdbool.h>
#include <stdlib.h>

/* A job of recorded answers is no file. */
#define MADE_UP "calibrate.json"

enum { STEP_MS = 100 };

struct calibrate_source {
    char *folder;
    struct sweep *sweep;
    struct recorded *run;      /* NULL: recorded answers */
    struct backend **backends; /* [num_models] of these; NULL: not asked yet */
};

/* The folder of the replies: of a run, where its results file is given; NULL
 * with an error.  free() */
static char *find_folder(const char *path, struct error *err)
{
    const bool is_folder = file_is_folder(path);
    char *folder = is_folder ? mem_text(path) : path_folder(path);

    if (is_folder || (file_exists(path) && recorded_is_run(folder)))
        return folder;
    (void)error_set(err,
                    file_exists(path) ? ERR_USAGE : ERR_IO,
                    file_exists(path)
                        ? "%s is no run directory, and not a file in one; of a "
                          "results file alone: 'trustsweep export FILE.h5 "
                          "--format toolkit -o DIR', then 'trustsweep "
                          "calibrate DIR'"
                        : "%s is not there; give a run directory, its "
                          "results.h5, or a folder of recorded answers",
                    path);
    free(folder);
    return NULL;
}

static struct sweep *open_run(const char *folder,
                              const char *judge,
                              struct error *err)
{
    char *path = path_join(folder, "job.json");
    char *set = text_format("roles.judge=%s", judge ? judge : "");
    const char *const sets[] = { set };
    const struct sweep_params params = { .job_path = path,
                                         .is_kept = true,
                                         .sets = sets,
                                         .num_sets = judge ? 1 : 0,
                                         .limit = -1 };
    struct sweep *sweep = sweep_open(&params, err);

    free(set);
    free(path);
    return sweep;
}

/* The job that a folder of recorded answers stands for, with a judge. */
static struct sweep *open_answers(const char *folder,
                                  const char *judge,
                                  const char *dataset,
                                  struct error *err)
{
    struct cJSON *description =
        recorded_job(&folder, 1, dataset ? dataset : "sample", err);
    struct text text = { 0 };
    struct job *job = NULL;

    if (description) {
        if (judge) {
            json_add_text(json_add_object(description, "roles"),
                          "judge",
                          judge);
        }
        json_write(description, &text);
        job = job_parse(text_data(&text), text.len, MADE_UP, NULL, 0, err);
    }
    text_release(&text);
    json_free(description);
    return job ? sweep_open_job(job, NULL, err) : NULL;
}

static int open_all(struct calibrate_source *self,
                    const char *path,
                    const char *judge,
                    const char *dataset,
                    struct error *err)
{
    bool is_run;

    self->folder = find_folder(path, err);
    if (!self->folder)
        return -1;
    is_run = recorded_is_run(self->folder);
    self->sweep = is_run ? open_run(self->folder, judge, err)
                         : open_answers(self->folder, judge, dataset, err);
    if (!self->sweep)
        return -1;
    if (!self->sweep->roles.players[ROLE_JUDGE].is_set) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: %s no judge; name one: --judge SPEC",
                         self->folder,
                         is_run ? "its job has" : "recorded answers have");
    }
    if (!is_run) {
        self->backends =
            mem_alloc(self->sweep->job->num_models, sizeof(void *));
        return 0;
    }
    self->run = recorded_open_run(self->sweep, self->folder, err);
    return self->run ? 0 : -1;
}

struct calibrate_source *calibrate_source_open(const char *path,
                                               const char *judge,
                                               const char *dataset,
                                               struct error *err)
{
    struct calibrate_source *self = mem_alloc(1, sizeof *self);

    if (open_all(self, path, judge, dataset, err) == 0)
        return self;
    calibrate_source_close(self);
    return NULL;
}

void calibrate_source_close(struct calibrate_source *self)
{
    if (!self)
        return;
    for (size_t i = 0; self->backends && i < self->sweep->job->num_models; i++)
        backend_destroy(self->backends[i]);
    free(self->backends);
    recorded_close(self->run);
    sweep_close(self->sweep);
    free(self->folder);
    free(self);
}

const char *calibrate_source_folder(const struct calibrate_source *self)
{
    return self->folder;
}

const struct sweep *calibrate_source_sweep(const struct calibrate_source *self)
{
    return self->sweep;
}

/* Each model's answers stay once one was asked for: the next unit is anybody's.
 */
static int get_answer(void *context,
                      size_t unit,
                      struct record *out,
                      struct error *err)
{
    struct calibrate_source *self = context;
    const size_t model = self->sweep->plan->units[unit].model;
    struct backend **backend = &self->backends[model];
    struct request request = { 0 };
    int rc;

    if (!*backend)
        *backend = backend_create(self->sweep->specs[model], NULL, err);
    if (!*backend)
        return -1;
    sweep_request(self->sweep, unit, &request);
    rc = (*backend)->ops->submit(*backend, &request, err);
    request_release(&request);
    while (rc == 0)
        rc = (*backend)->ops->step(*backend, STEP_MS, &out->reply, err);
    return rc;
}

struct reply_source calibrate_source_replies(struct calibrate_source *self)
{
    if (self->run)
        return recorded_source(self->run);
    return (struct reply_source){ .self = self, .record = get_answer };
}
