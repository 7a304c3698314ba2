#include "dataset/entries.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_integer(const struct cJSON *value)
{
    double number = json_number(value);

    return !isnan(number) && floor(number) >= number;
}

static bool has_type(const struct cJSON *value, const char *type)
{
    switch (type[0]) {
    case 's':
        return json_is_text(value);
    case 'n':
        return json_is_number(value);
    case 'i':
        return is_integer(value);
    case 'o':
        return json_is_object(value);
    default:
        break;
    }
    return type[1] == 'r' ? json_is_array(value) : true; /* array, any */
}

/* Of a string, or of a list of one. */
static const char *only_text(const struct cJSON *value)
{
    if (json_is_array(value) && json_count(value) == 1)
        value = json_first(value);
    return json_text(value);
}

static bool is_allowed(const struct field *field, const char *text)
{
    for (size_t i = 0; i < field->num_values; i++) {
        if (text_equal(field->values[i], text))
            return true;
    }
    return field->num_values == 0;
}

/* What is wrong with a field, as the end of a sentence; false when nothing. */
static bool find_problem(const struct field *field,
                         const struct cJSON *value,
                         char *out,
                         size_t size)
{
    if (!value || json_is_null(value)) {
        bool is_fine =
            field->is_optional || (value && strcmp(field->type, "any") == 0);
        (void)snprintf(out, size, value ? "is null" : "is missing");
        return !is_fine;
    }
    if (!has_type(value, field->type)) {
        (void)snprintf(out,
                       size,
                       "is of type %s, not %s",
                       json_type_name(value),
                       field->type);
        return true;
    }
    const char *text = only_text(value);

    if (field->num_values > 0 && !is_allowed(field, text)) {
        /* at most a word of it: items may hold what no log should */
        (void)snprintf(out,
                       size,
                       "is '%.24s', which is none of its %zu values",
                       text ? text : "not one text",
                       field->num_values);
        return true;
    }
    return false;
}

static int check_item(const struct task *task,
                      const struct cJSON *entry,
                      size_t index,
                      struct error *err)
{
    char problem[120];

    if (!json_is_object(entry)) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s.json: item %zu: is of type %s, not object",
                         task->name,
                         index,
                         json_type_name(entry));
    }
    for (size_t i = 0; i < task->num_fields; i++) {
        const struct field *field = &task->fields[i];
        const struct cJSON *value = json_member(entry, field->name);
        if (find_problem(field, value, problem, sizeof problem)) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s.json: item %zu: field '%s' %s",
                             task->name,
                             index,
                             field->name,
                             problem);
        }
    }
    return 0;
}

struct ranked {
    struct item *item;
};

static int compare_items(const void *a, const void *b)
{
    const struct item *left = ((const struct ranked *)a)->item;
    const struct item *right = ((const struct ranked *)b)->item;
    int order = hash_compare(left->hash, right->hash);

    if (order != 0)
        return order;
    return left->index < right->index ? -1 : left->index > right->index;
}

/* Equal items are told apart by how many stand before them. */
void entries_count_occurrences(struct dataset_task *task)
{
    struct ranked *sorted = mem_alloc(task->num_items, sizeof *sorted);

    for (size_t i = 0; i < task->num_items; i++)
        sorted[i].item = &task->items[i];
    if (task->num_items > 0)
        qsort(sorted, task->num_items, sizeof *sorted, compare_items);
    for (size_t i = 1; i < task->num_items; i++) {
        const struct item *before = sorted[i - 1].item;
        if (hash_equal(sorted[i].item->hash, before->hash))
            sorted[i].item->occurrence = before->occurrence + 1;
    }
    free(sorted);
}

static int fill_items(struct dataset_task *out,
                      uint64_t limit,
                      struct error *err)
{
    size_t num = json_count(out->root);
    size_t kept = limit > 0 && limit < num ? (size_t)limit : num;
    size_t index = 0;

    out->items = mem_alloc(kept, sizeof *out->items);
    for (const struct cJSON *at = json_first(out->root); at;
         at = json_next(at), index++) {
        if (check_item(out->task, at, index, err) < 0)
            return -1;
        if (index >= kept)
            continue;
        out->items[index] = (struct item){
            .task = out->task->name,
            .index = index,
            .hash = json_hash(at),
            .entry = at,
            .prompt = json_member_text(at, "prompt"),
        };
    }
    out->num_items = kept;
    return 0;
}

int entries_read(const struct task *task,
                 const char *bytes,
                 size_t len,
                 uint64_t limit,
                 struct dataset_task *out,
                 struct error *err)
{
    char *name = text_format("%s.json", task->name);
    int rc = -1;

    *out = (struct dataset_task){ .task = task };
    sha256_bytes(bytes, len, out->sha256);
    out->is_official = strcmp(out->sha256, task->sha256) == 0;
    out->root = json_parse(bytes, len, name, err);
    if (!out->root)
        goto out;
    if (!json_is_array(out->root)) {
        (void)error_set(err,
                        ERR_FORMAT,
                        "%s: is of type %s, not array",
                        name,
                        json_type_name(out->root));
        goto out;
    }
    if (fill_items(out, limit, err) < 0)
        goto out;
    entries_count_occurrences(out);
    rc = 0;
out:
    free(name);
    if (rc < 0)
        entries_release(out);
    return rc;
}

/* The checksum stays: it is true of a broken file too. */
void entries_release(struct dataset_task *task)
{
    free(task->items);
    json_free(task->root);
    task->items = NULL;
    task->num_items = 0;
    task->root = NULL;
}
