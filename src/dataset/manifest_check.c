#include "dataset/manifest_check.h"

#include "base/mem.h"
#include "base/text.h"
#include "dataset/manifest_object.h"
#include "trustsweep/bug.h"

#include <stdlib.h>
#include <string.h>

static const char *const types[] = { "string", "number", "integer",
                                     "object", "array",  "any" };

static bool is_type(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (strcmp(types[i], type) == 0)
            return true;
    }
    return false;
}

int manifest_check_field(const struct manifest_place *place,
                         const struct task *task,
                         const char *pointer)
{
    const struct field *field = &task->fields[task->num_fields - 1];

    for (size_t i = 0; i + 1 < task->num_fields; i++) {
        if (strcmp(task->fields[i].name, field->name) == 0) {
            return manifest_refuse(place,
                                   pointer,
                                   "field '%s' stands twice in task '%s'",
                                   field->name,
                                   task->name);
        }
    }
    if (!is_type(field->type)) {
        return manifest_refuse(place,
                               pointer,
                               "field '%s': type '%s' is none of string, "
                               "number, integer, object, array, any",
                               field->name,
                               field->type);
    }
    if (field->num_values > 0 && strcmp(field->type, "string") != 0
        && strcmp(field->type, "array") != 0) {
        return manifest_refuse(place,
                               pointer,
                               "field '%s': only a string, or an array of one, "
                               "has values",
                               field->name);
    }
    return 0;
}

/* The name becomes a path: DIMENSION/FILE of letters, digits, '_' and '-'. */
static bool is_task_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t dimension = strspn(name, letters);

    if (dimension == 0 || name[dimension] != '/')
        return false;
    name += dimension + 1;
    size_t file = strspn(name, letters);
    return file > 0 && name[file] == '\0';
}

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

int manifest_check_task(const struct manifest_place *place,
                        const struct manifest *manifest,
                        const char *pointer)
{
    const struct task *task = &manifest->tasks[manifest->num_tasks - 1];
    const struct field *prompt = manifest_field(task, "prompt");
    const char *problem = NULL;

    if (!is_task_name(task->name)) {
        problem = "is not of the form dimension/file";
    } else if (manifest_task(manifest, task->name) != task) {
        problem = "stands here twice";
    } else if (!is_sha256(task->sha256)) {
        problem = "has a sha256 that is not 64 lower-case hex digits";
    } else if (task->temperature < 0 || task->temperature > 2) {
        problem = "has a temperature outside 0 to 2";
    } else if (!prompt || strcmp(prompt->type, "string") != 0
               || prompt->is_optional) {
        problem = "has no field 'prompt' that is always a string";
    }
    if (!problem)
        return 0;
    return manifest_refuse(place, pointer, "task '%s' %s", task->name, problem);
}

static const char *column_problem(const struct manifest *manifest,
                                  const struct column *column,
                                  const struct task *task)
{
    size_t at = (size_t)(column - manifest->columns);

    if (manifest_column(manifest, column->name) != column)
        return "stands here twice";
    if (strcmp(column->dimension, task->dimension) != 0)
        return "has another dimension than its task";
    if (!column->evaluator != !column->metric)
        return "needs both or none of 'evaluator' and 'metric'";
    if (!column->evaluator && !column->needs)
        return "has neither an evaluator nor 'needs'";
    if (!column->parent && !column->cluster) {
        return "has no 'cluster': the item fields whose values are drawn "
               "together, or \"item\" where each is drawn alone";
    }
    if (column->is_ranked && at > 0 && !column[-1].is_ranked)
        return "is ranked and stands after one that is not";
    return NULL;
}

/* The first field a column names that its task lacks, or NULL. */
static const char *missing_field(const struct column *column,
                                 const struct task *task)
{
    const char *const named[] = { column->by, column->field };

    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        if (named[i] && !manifest_field(task, named[i]))
            return named[i];
    }
    for (size_t i = 0; i < column->num_filters; i++) {
        if (!manifest_field(task, column->filters[i].field))
            return column->filters[i].field;
    }
    return NULL;
}

/* The first field of a cluster that the task lacks, to be freed, or NULL. */
static char *missing_cluster(const struct column *column,
                             const struct task *task)
{
    const char *list = column->cluster;

    if (!list || strcmp(list, MANIFEST_EACH_ITEM) == 0)
        return NULL;
    for (;;) {
        const size_t len = strcspn(list, ",");
        char *field = mem_text_len(list, len);

        if (!manifest_field(task, field))
            return field;
        free(field);
        if (list[len] == '\0')
            return NULL;
        list += len + 1;
    }
}

static bool has_value(const struct field *field, const char *value)
{
    for (size_t i = 0; i < field->num_values; i++) {
        if (strcmp(field->values[i], value) == 0)
            return true;
    }
    return field->num_values == 0;
}

/* A value that the field of a filter cannot have, or NULL. */
static const char *strange_value(const struct filter *filter,
                                 const struct task *task)
{
    const struct field *field = manifest_field(task, filter->field);

    for (size_t i = 0; i < filter->num_values; i++) {
        if (!has_value(field, filter->values[i]))
            return filter->values[i];
    }
    return NULL;
}

int manifest_check_column(const struct manifest_place *place,
                          const struct manifest *manifest,
                          const char *pointer)
{
    const struct column *column = &manifest->columns[manifest->num_columns - 1];
    const struct task *task = manifest_task(manifest, column->task);

    if (!task) {
        return manifest_refuse(place,
                               pointer,
                               "column '%s': there is no task '%s'",
                               column->name,
                               column->task);
    }
    const char *problem = column_problem(manifest, column, task);
    if (problem) {
        return manifest_refuse(place,
                               pointer,
                               "column '%s' %s",
                               column->name,
                               problem);
    }
    char *cluster = missing_cluster(column, task);
    if (cluster) {
        int rc = manifest_refuse(place,
                                 pointer,
                                 "column '%s': its task has no field '%s'",
                                 column->name,
                                 cluster);

        free(cluster);
        return rc;
    }
    const char *field = missing_field(column, task);
    if (field) {
        return manifest_refuse(place,
                               pointer,
                               "column '%s': its task has no field '%s'",
                               column->name,
                               field);
    }
    for (size_t i = 0; i < column->num_filters; i++) {
        const char *value = strange_value(&column->filters[i], task);

        if (value) {
            return manifest_refuse(place,
                                   pointer,
                                   "column '%s': '%s' is never '%s'",
                                   column->name,
                                   column->filters[i].field,
                                   value);
        }
    }
    return 0;
}
