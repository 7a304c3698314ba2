#include "job/job.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_show.h"
#include "job/job_cells.h"
#include "job/job_checkpoints.h"
#include "job/job_edit.h"
#include "job/job_gpus.h"
#include "job/job_object.h"
#include "job/job_role.h"
#include "job/job_secret.h"
#include "job/job_table.h"
#include "job/job_utility.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FILE_BYTES = 16 * 1024 * 1024, MAX_MODELS = 4096 };

/* Whether no earlier model has the name of model `at`, which stands at
 * `pointer`. */
static int check_name(const struct job_source *source,
                      const struct job *job,
                      size_t at,
                      const char *pointer,
                      struct error *err)
{
    for (size_t i = 0; i < at; i++) {
        if (strcmp(job->models[i].name, job->models[at].name) != 0)
            continue;
        char *other = text_format("/models/%zu/name", i);
        char *place = job_object_place(source, other, false);

        error_set(err,
                  ERR_USAGE,
                  "a model called '%s' stands at %s already; give one of them "
                  "another name",
                  job->models[at].name,
                  place);
        free(place);
        free(other);
        return job_object_complain(source, pointer, false, err);
    }
    return 0;
}

static int read_model(const struct job_source *source,
                      const struct cJSON *json,
                      size_t at,
                      struct job *job,
                      struct error *err)
{
    struct job_model *model = &job->models[at];
    char *pointer = text_format("/models/%zu", at);
    char *name = text_format("%s/name", pointer);
    char *backend = text_format("%s/backend", pointer);
    int rc = -1;

    if (job_object_read(source, job_table_model, json, pointer, model, err) < 0
        || job_object_generation(source, json, pointer, &model->generation, err)
               < 0
        || job_object_facts(source, json, pointer, &model->facts, err) < 0
        || job_gpus_read_model(source, json, pointer, job, model, err) < 0
        || job_object_patterns(
               source,
               json,
               pointer,
               "only",
               &(struct job_patterns){ &model->only, &model->num_only },
               err)
               < 0
        || job_object_expand(source, backend, &model->backend, err) < 0)
        goto out;
    if (!(model->fraction > 0)) {
        error_set(err,
                  ERR_USAGE,
                  "fraction: 0 asks nothing; leave the model out");
        (void)job_object_complain(source, pointer, false, err);
        goto out;
    }
    if (text_equal(model->access, "open-weight")) {
        free(model->access);
        model->access = mem_text("open");
    }
    if (model->name[0] == '\0') {
        error_set(err, ERR_USAGE, "a model without a name; give it one");
        (void)job_object_complain(source, name, false, err);
        goto out;
    }
    if (job_object_check_rate(source, pointer, model->tokens_per_s, err) < 0
        || check_name(source, job, at, name, err) < 0)
        goto out;
    rc = 0;

out:
    free(backend);
    free(name);
    free(pointer);
    return rc;
}

static int read_models(const struct job_source *source,
                       const struct cJSON *root,
                       struct job *job,
                       struct error *err)
{
    const struct cJSON *array = json_member(root, "models");
    size_t num = json_count(array);

    if ((!array || json_is_null(array) || num == 0)
        && json_is_object(json_member(root, "checkpoints")))
        return 0;
    if (!json_is_array(array) || num == 0 || num > MAX_MODELS) {
        error_set(err,
                  ERR_USAGE,
                  "models: an array of 1 to %d models is wanted, such as [ { "
                  "\"name\": \"a\", \"backend\": \"llama:a.gguf\" } ]",
                  MAX_MODELS);
        return job_object_complain(source, "/models", false, err);
    }
    job->models = mem_alloc(num, sizeof *job->models);
    for (size_t i = 0; i < num; i++) {
        options_defaults(job_table_model, &job->models[i]);
        job->num_models++;
        if (read_model(source, json_element(array, i), i, job, err) < 0)
            return -1;
    }
    return 0;
}

static void make_absolute(const char *folder, char **path)
{
    if (*path && (*path)[0] != '/') {
        char *absolute = path_join(folder, *path);

        free(*path);
        *path = absolute;
    }
}

static int read_job(const struct job_source *source,
                    const struct cJSON *root,
                    struct job *job,
                    struct error *err)
{
    options_defaults(job_table, job);
    options_defaults(job_table_generation, &job->generation);
    if (job_object_read(source, job_table, root, "", job, err) < 0
        || job_gpus_read(source, root, job, err) < 0
        || read_models(source, root, job, err) < 0
        || job_object_patterns(
               source,
               root,
               "",
               "only",
               &(struct job_patterns){ &job->only, &job->num_only },
               err)
               < 0
        || job_checkpoints_read(source, root, job, err) < 0
        || job_cells_read(source, root, job, err) < 0
        || job_object_generation(source, root, "", &job->generation, err) < 0
        || job_role_read(source, root, job, err) < 0
        || job_object_expand(source, "/dataset", &job->dataset, err) < 0
        || job_object_expand(source, "/output", &job->output, err) < 0
        || job_object_expand(source, "/forecast_from", &job->forecast_from, err)
               < 0
        || job_object_expand(source, "/role_cache", &job->role_cache, err) < 0
        || job_secret_check(source, root, err) < 0)
        return -1;
    if (!job->name)
        job->name = path_stem(job->path);
    if (job->name[0] == '\0' || strchr(job->name, '/')
        || text_show_hides(job->name) || text_equal(job->name, ".")
        || text_equal(job->name, "..")) {
        error_set(
            err,
            ERR_USAGE,
            "name: '%s' cannot name a folder; write one without '/' and control "
            "characters that is not '.' or '..'",
            job->name);
        return job_object_complain(source, "/name", false, err);
    }
    if (strcmp(job->dataset, "sample") != 0)
        make_absolute(job->folder, &job->dataset);
    make_absolute(job->folder, &job->output);
    make_absolute(job->folder, &job->checkpoints.files);
    make_absolute(job->folder, &job->forecast_from);
    make_absolute(job->folder, &job->role_cache);
    return job_utility_read(source, root, job, err);
}

struct job *job_parse(const char *bytes,
                      size_t len,
                      const char *path,
                      const char *const *sets,
                      size_t num_sets,
                      struct error *err)
{
    struct job_source source = { .bytes = bytes,
                                 .len = len,
                                 .path = path,
                                 .sets = sets,
                                 .num_sets = num_sets };
    struct cJSON *root = json_parse(bytes, len, path, err);
    struct job *job = NULL;

    if (!root)
        return NULL;
    if (json_check_keys(bytes, len, path, err) < 0)
        goto fail;
    for (size_t i = 0; i < num_sets; i++) {
        if (job_edit_set(root, sets[i], err) < 0)
            goto fail;
    }
    job = mem_alloc(1, sizeof *job);
    job->path = path_absolute(path, err);
    if (!job->path)
        goto fail;
    job->folder = path_folder(job->path);
    if (read_job(&source, root, job, err) < 0)
        goto fail;
    json_free(root);
    return job;

fail:
    job_destroy(job);
    json_free(root);
    return NULL;
}

/* Files of a run are easily taken for the one that it was made of. */
static int check_kind(const char *path, const char *text, struct error *err)
{
    if (!text_starts(text, "\x89HDF"))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s is a results file, and a job file is wanted; the job "
                     "that it is of is job.json in its run directory",
                     path);
}

struct job *job_read_kept(const char *path,
                          const char *const *sets,
                          size_t num_sets,
                          struct error *err)
{
    struct text text = { 0 };
    struct job *job = NULL;

    if (file_read_regular(path, MAX_FILE_BYTES, &text, err) == 0)
        job = job_parse(text_data(&text), text.len, path, sets, num_sets, err);
    text_release(&text);
    return job;
}

struct job *job_read(const char *path,
                     const char *const *sets,
                     size_t num_sets,
                     struct error *err)
{
    struct text text = { 0 };
    struct job *job = NULL;

    if (file_read(path, MAX_FILE_BYTES, &text, err) == 0
        && check_kind(path, text_data(&text), err) == 0)
        job = job_parse(text_data(&text), text.len, path, sets, num_sets, err);
    text_release(&text);
    return job;
}

static void release_model(struct job_model *model)
{
    job_object_free_patterns(model->only, model->num_only);
    job_gpus_release_model(model);
    options_release(job_table_facts, &model->facts);
    options_release(job_table_model, model);
}

size_t job_gpu_type_called(const struct job *job, const char *name)
{
    size_t t = 0;

    while (t < job->num_gpu_types && !text_equal(job->gpu_types[t].type, name))
        t++;
    return t;
}

struct job_model *job_add_model(struct job *job)
{
    struct job_model *models =
        mem_alloc(job->num_models + 1, sizeof *job->models);

    for (size_t i = 0; i < job->num_models; i++)
        models[i] = job->models[i];
    free(job->models);
    job->models = models;
    options_defaults(job_table_model, &models[job->num_models]);
    options_defaults(job_table_generation, &models[job->num_models].generation);
    options_defaults(job_table_facts, &models[job->num_models].facts);
    return &models[job->num_models++];
}

void job_drop_last_model(struct job *job)
{
    release_model(&job->models[--job->num_models]);
}

void job_destroy(struct job *job)
{
    if (!job)
        return;
    for (size_t i = 0; i < job->num_models; i++)
        release_model(&job->models[i]);
    free(job->models);
    job_object_free_patterns(job->only, job->num_only);
    job_cells_release(job);
    job_gpus_release(job);
    job_role_release(job);
    job_utility_release(job);
    options_release(job_table_checkpoints, &job->checkpoints);
    options_release(job_table, job);
    free(job->folder);
    free(job->path);
    free(job);
}
