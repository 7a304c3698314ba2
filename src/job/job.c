#include "job/job.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "job/job_edit.h"
#include "job/job_table.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE_BYTES = 16 * 1024 * 1024, MAX_MODELS = 4096 };

/* The text a job is read from, for places in errors. */
struct source {
    const char *bytes;
    size_t len;
    const char *path;
};

/* Put "file:line:column: " in front of an error about the value at `pointer`;
 * a value that came from --set has no place. */
static int complain(const struct source *source,
                    const char *pointer,
                    bool about_key,
                    struct error *err)
{
    int line;
    int column;

    if (json_locate(source->bytes,
                    source->len,
                    pointer,
                    about_key,
                    &line,
                    &column))
        return error_wrap(err, "%s:%d:%d", source->path, line, column);
    return error_wrap(err, "%s with --set", source->path);
}

static int unknown_key(const struct option *table,
                       const char *key,
                       struct error *err)
{
    const char *nearest = options_nearest(table, key);

    return error_set(err,
                     ERR_USAGE,
                     nearest ? "no key '%s' here; did you mean '%s'?"
                             : "no key '%s' here; docs/JOB.md has all",
                     key,
                     nearest ? nearest : "");
}

/* The pointer to a member; a key's '~' and '/' are written "~0" and "~1". */
static char *member_pointer(const char *pointer, const char *key)
{
    struct text out = { 0 };

    text_addf(&out, "%s/", pointer);
    for (; *key; key++) {
        if (*key == '~' || *key == '/')
            text_add(&out, *key == '~' ? "~0" : "~1");
        else
            text_add_len(&out, key, 1);
    }
    return text_take(&out);
}

/* Read the members of one object by its table. */
static int read_object(const struct source *source,
                       const struct option *table,
                       const struct cJSON *object,
                       const char *pointer,
                       void *out,
                       struct error *err)
{
    if (!json_is_object(object)) {
        error_set(err,
                  ERR_USAGE,
                  "a %s where an object is wanted",
                  json_type_name(object));
        return complain(source, pointer, false, err);
    }
    for (const struct cJSON *member = json_first(object); member;
         member = json_next(member)) {
        const char *key = json_key(member);
        const struct option *option = options_find(table, key, strlen(key));
        char *place = member_pointer(pointer, key);
        int rc = 0;

        if (!option || strcmp(option->name, key) != 0) {
            (void)unknown_key(table, key, err);
            rc = complain(source, place, true, err);
        } else if (!(json_is_null(member) && !option->is_required)
                   && options_set_json(option, member, NULL, out, err) < 0) {
            rc = complain(source, place, false, err);
        }
        free(place);
        if (rc < 0)
            return -1;
    }
    for (const struct option *option = table; option->name; option++) {
        if (option->is_required && !json_member(object, option->name)) {
            error_set(err, ERR_USAGE, "key '%s' is missing", option->name);
            return complain(source, pointer, false, err);
        }
    }
    return 0;
}

/* Expand ${NAME} in one text member. */
static int expand(const struct source *source,
                  const char *pointer,
                  char **text,
                  struct error *err)
{
    char *expanded;

    if (!*text)
        return 0;
    expanded = job_edit_expand(*text, err);
    if (!expanded)
        return complain(source, pointer, false, err);
    free(*text);
    *text = expanded;
    return 0;
}

static int read_generation(const struct source *source,
                           const struct cJSON *owner,
                           const char *pointer,
                           struct job_generation *out,
                           struct error *err)
{
    const struct cJSON *object = json_member(owner, "generation");
    char *place;
    int rc;

    options_defaults(job_table_generation, out);
    if (!object || json_is_null(object))
        return 0;
    place = text_format("%s/generation", pointer);
    rc = read_object(source, job_table_generation, object, place, out, err);
    free(place);
    return rc;
}

static int read_model(const struct source *source,
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

    if (read_object(source, job_table_model, json, pointer, model, err) < 0
        || read_generation(source, json, pointer, &model->generation, err) < 0
        || expand(source, backend, &model->backend, err) < 0)
        goto out;
    if (strcmp(model->access, "open-weight") == 0) {
        free(model->access);
        model->access = mem_text("open");
    }
    if (model->name[0] == '\0') {
        error_set(err, ERR_USAGE, "a model without a name");
        (void)complain(source, name, false, err);
        goto out;
    }
    for (size_t i = 0; i < at; i++) {
        if (strcmp(job->models[i].name, model->name) == 0) {
            error_set(err,
                      ERR_USAGE,
                      "models %zu and %zu are both called '%s'; give one of "
                      "them another name",
                      i + 1,
                      at + 1,
                      model->name);
            (void)complain(source, name, false, err);
            goto out;
        }
    }
    rc = 0;

out:
    free(backend);
    free(name);
    free(pointer);
    return rc;
}

static int read_models(const struct source *source,
                       const struct cJSON *root,
                       struct job *job,
                       struct error *err)
{
    const struct cJSON *array = json_member(root, "models");
    size_t num = json_count(array);

    if (!json_is_array(array) || num == 0 || num > MAX_MODELS) {
        error_set(err,
                  ERR_USAGE,
                  "models: an array of 1 to %d models is wanted",
                  MAX_MODELS);
        return complain(source, "/models", false, err);
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

static int read_only(const struct source *source,
                     const struct cJSON *root,
                     struct job *job,
                     struct error *err)
{
    const struct cJSON *only = json_member(root, "only");
    size_t num = json_is_text(only) ? 1 : json_count(only);

    if (!only || json_is_null(only))
        return 0;
    job->only = mem_alloc(num, sizeof *job->only);
    for (size_t i = 0; i < num; i++) {
        const struct cJSON *glob =
            json_is_text(only) ? only : json_element(only, i);

        if (!json_is_text(glob) || json_is_object(only)) {
            error_set(err, ERR_USAGE, "only: patterns are texts");
            return complain(source, "/only", false, err);
        }
        job->only[job->num_only++] = mem_text(json_text(glob));
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

static int read_job(const struct source *source,
                    const struct cJSON *root,
                    struct job *job,
                    struct error *err)
{
    options_defaults(job_table, job);
    options_defaults(job_table_generation, &job->generation);
    if (read_object(source, job_table, root, "", job, err) < 0
        || read_models(source, root, job, err) < 0
        || read_only(source, root, job, err) < 0
        || read_generation(source, root, "", &job->generation, err) < 0
        || expand(source, "/dataset", &job->dataset, err) < 0
        || expand(source, "/output", &job->output, err) < 0)
        return -1;
    if (!job->name)
        job->name = path_stem(job->path);
    if (job->name[0] == '\0' || strchr(job->name, '/')) {
        error_set(err, ERR_USAGE, "name: '%s' cannot name a folder", job->name);
        return complain(source, "/name", false, err);
    }
    if (strcmp(job->dataset, "sample") != 0)
        make_absolute(job->folder, &job->dataset);
    make_absolute(job->folder, &job->output);
    return 0;
}

struct job *job_parse(const char *bytes,
                      size_t len,
                      const char *path,
                      const char *const *sets,
                      size_t num_sets,
                      struct error *err)
{
    struct source source = { .bytes = bytes, .len = len, .path = path };
    struct cJSON *root = json_parse(bytes, len, path, err);
    struct job *job = NULL;

    if (!root)
        return NULL;
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

struct job *job_read(const char *path,
                     const char *const *sets,
                     size_t num_sets,
                     struct error *err)
{
    struct text text = { 0 };
    struct job *job = NULL;

    if (file_read(path, MAX_FILE_BYTES, &text, err) == 0)
        job = job_parse(text_data(&text), text.len, path, sets, num_sets, err);
    text_release(&text);
    return job;
}

void job_destroy(struct job *job)
{
    if (!job)
        return;
    for (size_t i = 0; i < job->num_models; i++)
        options_release(job_table_model, &job->models[i]);
    free(job->models);
    for (size_t i = 0; i < job->num_only; i++)
        free(job->only[i]);
    free(job->only);
    options_release(job_table, job);
    free(job->folder);
    free(job->path);
    free(job);
}

/* The model's value when it is set, else the job's, else the default. */
static double choose(double model, double job, double otherwise)
{
    if (!isnan(model) && model != -1)
        return model;
    return !isnan(job) && job != -1 ? job : otherwise;
}

void job_sampling(const struct job *job,
                  size_t model,
                  double task_temperature,
                  struct sampling *out)
{
    const struct job_generation *own = &job->models[model].generation;
    const struct job_generation *all = &job->generation;

    *out = (struct sampling){
        .max_tokens = (int32_t)choose((double)own->max_tokens,
                                      (double)all->max_tokens,
                                      512),
        .thinking_tokens = (int32_t)choose((double)own->thinking_tokens,
                                           (double)all->thinking_tokens,
                                           0),
        .temperature =
            choose(own->temperature, all->temperature, task_temperature),
        .top_p = choose(own->top_p, all->top_p, 1),
        .top_k = (int32_t)choose((double)own->top_k, (double)all->top_k, 0),
        .repetition_penalty =
            choose(own->repetition_penalty, all->repetition_penalty, 1),
        .seed = (uint64_t)job->seed,
    };
}
