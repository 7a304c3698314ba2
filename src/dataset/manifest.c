#include "dataset/manifest.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/manifest_check.h"
#include "dataset/manifest_column.h"
#include "dataset/manifest_object.h"
#include "dataset/manifest_split.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 4 << 20, MAX_ENTRIES = 10000 };

#define TEXT(type, member, required)                                       \
    {                                                                      \
#        member, MANIFEST_TEXT, required, offsetof(struct type, member), 0 \
    }

static const struct manifest_key manifest_keys[] = {
    TEXT(manifest, name, true),
    TEXT(manifest, title, true),
    TEXT(manifest, source, true),
    { "tasks", MANIFEST_LIST, true, 0, 0 },
    { "columns", MANIFEST_LIST, true, 0, 0 },
    { "prompts", MANIFEST_MAP, false, 0, 0 },
    { 0 },
};

static const struct manifest_key task_keys[] = {
    TEXT(task, name, true),
    TEXT(task, section, true),
    TEXT(task, title, true),
    { "temperature",
      MANIFEST_NUMBER,
      true,
      offsetof(struct task, temperature),
      0 },
    { "num_items", MANIFEST_COUNT, true, offsetof(struct task, num_items), 0 },
    TEXT(task, sha256, true),
    { "fields", MANIFEST_LIST, true, 0, 0 },
    { 0 },
};

static const struct manifest_key field_keys[] = {
    TEXT(field, name, true),
    TEXT(field, type, true),
    { "values",
      MANIFEST_TEXTS,
      false,
      offsetof(struct field, values),
      offsetof(struct field, num_values) },
    { "optional",
      MANIFEST_FLAG,
      false,
      offsetof(struct field, is_optional),
      0 },
    { 0 },
};

static int check_size(const struct manifest_place *place,
                      const struct cJSON *list,
                      const char *pointer)
{
    if (json_count(list) <= MAX_ENTRIES)
        return 0;
    return manifest_refuse(place,
                           pointer,
                           "more than %d entries",
                           (int)MAX_ENTRIES);
}

static int read_fields(const struct manifest_place *place,
                       const struct cJSON *list,
                       const char *pointer,
                       struct task *task)
{
    task->fields = mem_alloc(json_count(list), sizeof *task->fields);
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        struct field *field = &task->fields[task->num_fields];
        char *here = text_format("%s/fields/%zu", pointer, task->num_fields++);
        int rc = manifest_object(place, at, here, field_keys, field);

        if (rc == 0)
            rc = manifest_check_field(place, task, here);
        free(here);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int read_task(const struct manifest_place *place,
                     const struct cJSON *entry,
                     struct manifest *out)
{
    struct task *task = &out->tasks[out->num_tasks];
    char *here = text_format("/tasks/%zu", out->num_tasks++);
    int rc = manifest_object(place, entry, here, task_keys, task);

    if (rc == 0) {
        task->dimension = mem_text_len(task->name, strcspn(task->name, "/"));
        rc = read_fields(place, json_member(entry, "fields"), here, task);
    }
    if (rc == 0)
        rc = manifest_check_task(place, out, here);
    free(here);
    return rc;
}

/* Those that stand there, then the parts of each. */
static int read_columns(const struct manifest_place *place,
                        const struct cJSON *list,
                        struct manifest *out)
{
    size_t num = 0;
    int rc = 0;

    for (const struct cJSON *at = json_first(list); rc == 0 && at;
         at = json_next(at)) {
        char *here = text_format("/columns/%zu", num++);

        rc = manifest_column_read(place, at, here, out);
        free(here);
    }
    num = 0;
    for (const struct cJSON *at = json_first(list); rc == 0 && at;
         at = json_next(at), num++) {
        char *here = text_format("/columns/%zu", num);

        rc = manifest_split_column(place, at, here, num, out);
        free(here);
    }
    return rc;
}

static int read_prompts(const struct manifest_place *place,
                        const struct cJSON *object,
                        struct prompts *out)
{
    for (const struct cJSON *at = json_first(object); at; at = json_next(at)) {
        if (!json_is_text(at)) {
            return manifest_refuse(place,
                                   "/prompts",
                                   "the wording '%.80s' must be a string",
                                   json_key(at));
        }
        prompts_add(out, json_key(at), json_text(at));
    }
    return 0;
}

static int read_root(const struct manifest_place *place,
                     const struct cJSON *root,
                     struct manifest *out)
{
    if (manifest_object(place, root, "", manifest_keys, out) < 0)
        return -1;
    const struct cJSON *tasks = json_member(root, "tasks");
    const struct cJSON *columns = json_member(root, "columns");
    if (check_size(place, tasks, "/tasks") < 0
        || check_size(place, columns, "/columns") < 0)
        return -1;

    out->tasks = mem_alloc(json_count(tasks), sizeof *out->tasks);
    for (const struct cJSON *at = json_first(tasks); at; at = json_next(at)) {
        if (read_task(place, at, out) < 0)
            return -1;
    }
    if (read_columns(place, columns, out) < 0)
        return -1;
    return read_prompts(place, json_member(root, "prompts"), &out->prompts);
}

/* A name becomes part of a path: "trustllm", never "../x". */
static bool is_name(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && !strchr(name, '/');
}

struct manifest *manifest_read(const char *name, struct error *err)
{
    struct text bytes = { 0 };
    struct manifest *out = NULL;
    struct cJSON *root = NULL;
    char *path = NULL;
    bool is_read = false;

    if (!is_name(name)) {
        (void)error_set(err,
                        ERR_USAGE,
                        "'%s' is no benchmark's name; 'trustllm' is one",
                        name);
        return NULL;
    }
    char *file = text_format("datasets/%s.json", name);
    path = path_share(file, err);
    if (!path || file_read(path, MAX_BYTES, &bytes, err) < 0)
        goto out;
    root = json_parse(text_data(&bytes), bytes.len, path, err);
    if (!root)
        goto out;
    struct manifest_place place = { path, text_data(&bytes), bytes.len, err };
    out = mem_alloc(1, sizeof *out);
    is_read = read_root(&place, root, out) == 0;
out:
    json_free(root);
    text_release(&bytes);
    free(path);
    free(file);
    if (!is_read) {
        manifest_destroy(out);
        return NULL;
    }
    return out;
}

static void release_task(struct task *task)
{
    for (size_t i = 0; i < task->num_fields; i++) {
        struct field *field = &task->fields[i];
        for (size_t v = 0; v < field->num_values; v++)
            free(field->values[v]);
        free(field->values);
        free(field->name);
        free(field->type);
    }
    free(task->fields);
    free(task->name);
    free(task->dimension);
    free(task->section);
    free(task->title);
    free(task->sha256);
}

void manifest_destroy(struct manifest *manifest)
{
    if (!manifest)
        return;
    for (size_t i = 0; i < manifest->num_tasks; i++)
        release_task(&manifest->tasks[i]);
    for (size_t i = 0; i < manifest->num_columns; i++)
        manifest_column_release(&manifest->columns[i]);
    prompts_release(&manifest->prompts);
    free(manifest->tasks);
    free(manifest->columns);
    free(manifest->name);
    free(manifest->title);
    free(manifest->source);
    free(manifest);
}

const struct task *manifest_task(const struct manifest *manifest,
                                 const char *name)
{
    for (size_t i = 0; i < manifest->num_tasks; i++) {
        if (text_equal(manifest->tasks[i].name, name))
            return &manifest->tasks[i];
    }
    return NULL;
}

const struct field *manifest_field(const struct task *task, const char *name)
{
    for (size_t i = 0; i < task->num_fields; i++) {
        if (text_equal(task->fields[i].name, name))
            return &task->fields[i];
    }
    return NULL;
}

const struct column *manifest_column(const struct manifest *manifest,
                                     const char *name)
{
    for (size_t i = 0; i < manifest->num_columns; i++) {
        if (text_equal(manifest->columns[i].name, name))
            return &manifest->columns[i];
    }
    return NULL;
}
