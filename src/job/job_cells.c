#include "job/job_cells.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "job/job.h"
#include "job/job_object.h"
#include "job/job_table.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_CELLS = 1000 };

static bool is_any(char *const *patterns, size_t num, const char *name)
{
    for (size_t i = 0; i < num; i++) {
        if (text_glob(patterns[i], name))
            return true;
    }
    return num == 0;
}

/* A pattern of models must mean one of them; checkpoints are not known yet. */
static int check_models(const struct job_source *source,
                        const struct job *job,
                        size_t at,
                        struct error *err)
{
    const struct job_cells *cells = &job->cells[at];

    for (size_t i = 0; i < cells->num_models && !job->checkpoints.files; i++) {
        bool is_there = false;
        char *place;

        for (size_t m = 0; m < job->num_models; m++) {
            is_there =
                is_there || text_glob(cells->models[i], job->models[m].name);
        }
        if (is_there)
            continue;
        (void)error_set(err,
                        ERR_USAGE,
                        "models: '%s' is no model of this job; the first one "
                        "is called '%s'",
                        cells->models[i],
                        job->models[0].name);
        place = text_format("/cells/%zu/models", at);
        (void)job_object_complain(source, place, false, err);
        free(place);
        return -1;
    }
    return 0;
}

static int read_one(const struct job_source *source,
                    const struct cJSON *json,
                    size_t at,
                    struct job *job,
                    struct error *err)
{
    struct job_cells *cells = &job->cells[at];
    const struct job_patterns models = { &cells->models, &cells->num_models };
    const struct job_patterns tasks = { &cells->tasks, &cells->num_tasks };
    char *pointer = text_format("/cells/%zu", at);
    int rc = 0;

    if (job_object_read(source, job_table_cells, json, pointer, cells, err) < 0
        || job_object_generation(source, json, pointer, &cells->generation, err)
               < 0
        || job_object_patterns(source, json, pointer, "models", &models, err)
               < 0
        || job_object_patterns(source, json, pointer, "tasks", &tasks, err) < 0)
        rc = -1;
    if (rc == 0 && cells->fraction <= 0) {
        (void)error_set(err,
                        ERR_USAGE,
                        "fraction: 0 asks nothing; that is \"skip\": true");
        rc = job_object_complain(source, pointer, false, err);
    }
    free(pointer);
    return rc < 0 ? rc : check_models(source, job, at, err);
}

static int read_weights(const struct job_source *source,
                        const struct cJSON *root,
                        struct job *job,
                        struct error *err)
{
    const struct cJSON *json = json_member(root, "weights");
    double sum = 0;

    options_defaults(job_table_weights, &job->weights);
    if (!json || json_is_null(json))
        return 0;
    if (job_object_read(source,
                        job_table_weights,
                        json,
                        "/weights",
                        &job->weights,
                        err)
        < 0)
        return -1;
    for (const struct option *at = job_table_weights; at->name; at++)
        sum += *(const double *)((const char *)&job->weights + at->offset);
    if (sum > 0)
        return 0;
    (void)error_set(
        err,
        ERR_USAGE,
        "weights: none is above 0; give a dimension one, or leave the key out "
        "and all weigh the same");
    return job_object_complain(source, "/weights", false, err);
}

int job_cells_read(const struct job_source *source,
                   const struct cJSON *root,
                   struct job *job,
                   struct error *err)
{
    const struct cJSON *array = json_member(root, "cells");
    const size_t num = json_count(array);

    if (read_weights(source, root, job, err) < 0)
        return -1;
    if (!array || json_is_null(array))
        return 0;
    if (!json_is_array(array) || num > MAX_CELLS) {
        (void)error_set(err,
                        ERR_USAGE,
                        "cells: an array of at most %d objects is wanted, such "
                        "as [ { \"models\": \"a\", \"tasks\": \"safety/*\", "
                        "\"skip\": true } ]",
                        (int)MAX_CELLS);
        return job_object_complain(source, "/cells", false, err);
    }
    job->cells = mem_alloc(num, sizeof *job->cells);
    for (size_t i = 0; i < num; i++) {
        options_defaults(job_table_cells, &job->cells[i]);
        job->num_cells++;
        if (read_one(source, json_element(array, i), i, job, err) < 0)
            return -1;
    }
    return 0;
}

bool job_cells_hold(const struct job_cells *self,
                    const char *model,
                    const char *task)
{
    return is_any(self->models, self->num_models, model)
           && is_any(self->tasks, self->num_tasks, task);
}

void job_cell(const struct job *job,
              size_t model,
              const char *task,
              struct job_cell *out)
{
    const struct job_model *of = &job->models[model];

    *out = (struct job_cell){
        .is_asked = is_any(of->only, of->num_only, task),
        .fraction = of->fraction,
    };
    for (size_t i = 0; i < job->num_cells; i++) {
        const struct job_cells *cells = &job->cells[i];

        if (!job_cells_hold(cells, of->name, task))
            continue;
        if (cells->skip)
            out->is_asked = false;
        if (!isnan(cells->fraction))
            out->fraction = cells->fraction;
        if (cells->limit > 0)
            out->limit = cells->limit;
    }
}

double job_weight(const struct job *job, const char *dimension)
{
    for (const struct option *at = job_table_weights; at->name; at++) {
        if (text_equal(at->name, dimension))
            return *(const double *)((const char *)&job->weights + at->offset);
    }
    return 1;
}

void job_cells_release(struct job *job)
{
    for (size_t i = 0; i < job->num_cells; i++) {
        const struct job_cells *cells = &job->cells[i];

        job_object_free_patterns(cells->models, cells->num_models);
        job_object_free_patterns(cells->tasks, cells->num_tasks);
    }
    free(job->cells);
}
