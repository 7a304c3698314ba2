#include "cli/recorded/recorded_sweep.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/recorded/recorded.h"
#include "cli/recorded/recorded_job.h"
#include "cli/results/recorded_tapes.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

#define MADE_UP "score.json"

/* The job that recorded answers are scored as, as JSON; with its path. */
static struct cJSON *describe(const struct recorded_sources *from,
                              char **path,
                              struct error *err)
{
    struct cJSON *description;
    struct job *job;

    if (!from->job) {
        *path = mem_text(MADE_UP);
        return recorded_job(from->folders,
                            from->num,
                            from->dataset ? from->dataset : "sample",
                            err);
    }
    job = job_read(from->job, NULL, 0, err);
    if (!job)
        return NULL;
    *path = mem_text(job->path);
    description = recorded_job_of(job, from->folders, from->num, err);
    if (description && from->dataset) {
        json_remove(description, "dataset");
        json_add_text(description, "dataset", from->dataset);
    }
    job_destroy(job);
    return description;
}

/* A job that was made up is no file: what is wrong with it names none. */
static void drop_job(struct error *err)
{
    char *path = path_absolute(MADE_UP, NULL);
    const char *rest = strstr(err->text, ": ");

    if (path && rest && text_starts(err->text, path))
        (void)error_set(err, err->code, "%s", rest + 2);
    free(path);
}

static struct sweep *open_recorded(const struct recorded_sources *from,
                                   const struct sweep_params *params,
                                   struct recorded_tapes **tapes,
                                   struct error *err)
{
    struct text text = { 0 };
    struct sweep *sweep = NULL;
    struct job *job = NULL;
    char *path = NULL;
    struct cJSON *description = describe(from, &path, err);

    if (description) {
        if (params->limit >= 0) {
            json_remove(description, "limit");
            json_add_number(description, "limit", (double)params->limit);
        }
        if (params->num_only > 0) {
            json_remove(description, "only");
            struct cJSON *only = json_add_array(description, "only");

            for (size_t i = 0; i < params->num_only; i++)
                json_append_text(only, params->only[i]);
        }
        json_write(description, &text);
        job = job_parse(text_data(&text), text.len, path, NULL, 0, err);
    }
    json_free(description);
    text_release(&text);
    free(path);
    if (job) {
        *tapes = recorded_tapes_create(job->num_models);
        const struct identifier identifier = recorded_tapes_identifier(*tapes);

        sweep = sweep_open_job(job, &identifier, err);
    }
    if (!sweep && !from->job)
        drop_job(err);
    return sweep;
}

struct sweep *recorded_sweep_open(const struct recorded_sources *from,
                                  const struct sweep_params *params,
                                  struct recorded_tapes **tapes,
                                  struct error *err)
{
    struct sweep_params of_run = *params;
    struct sweep *sweep;
    char *path;

    if (!recorded_is_run(from->folders[0]))
        return open_recorded(from, params, tapes, err);
    path = from->job ? mem_text(from->job)
                     : path_join(from->folders[0], "job.json");
    of_run.dataset = from->dataset;
    of_run.job_path = path;
    of_run.is_kept = !from->job;
    sweep = sweep_open(&of_run, err);
    free(path);
    return sweep;
}
