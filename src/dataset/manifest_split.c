#include "dataset/manifest_split.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/manifest_check.h"
#include "dataset/manifest_column.h"
#include "dataset/manifest_filter.h"
#include "dataset/manifest_object.h"

#include <stdlib.h>

/* The fields of one split, and which value of each a part takes. */
enum { MAX_FIELDS = 4, MAX_COLUMNS = 10000 };

struct split {
    const struct field *fields[MAX_FIELDS];
    size_t values[MAX_FIELDS];
    size_t num_fields;
};

/* To the next combination of values, the last field first. */
static bool next(struct split *split)
{
    for (size_t i = split->num_fields; i-- > 0;) {
        if (++split->values[i] < split->fields[i]->num_values)
            return true;
        split->values[i] = 0;
    }
    return false;
}

static const char *value_of(const struct split *split, size_t field)
{
    return split->fields[field]->values[split->values[field]];
}

static bool is_excluded(const struct split *split, const struct column *column)
{
    for (size_t i = 0; i < split->num_fields; i++) {
        if (manifest_filter_excludes(column,
                                     split->fields[i]->name,
                                     value_of(split, i)))
            return true;
    }
    return false;
}

/* "NAME.VALUE", "NAME.VALUE.VALUE": lower case, no blanks. */
static char *part_name(const struct split *split, const struct column *whole)
{
    struct text name = { 0 };

    text_add(&name, whole->name);
    for (size_t i = 0; i < split->num_fields; i++) {
        text_add(&name, ".");
        for (const char *at = value_of(split, i); *at; at++) {
            char letter = *at;

            if (letter >= 'A' && letter <= 'Z')
                letter = (char)(letter - 'A' + 'a');
            text_add_len(&name, letter == ' ' ? "_" : &letter, 1);
        }
    }
    return text_take(&name);
}

static char *part_title(const struct split *split, const struct column *whole)
{
    struct text title = { 0 };

    text_add(&title, whole->title);
    for (size_t i = 0; i < split->num_fields; i++) {
        text_add(&title, i == 0 ? ": " : ", ");
        text_add(&title, value_of(split, i));
    }
    return text_take(&title);
}

static void add_part(const struct split *split, size_t at, struct manifest *out)
{
    struct column *part = manifest_column_copy(out, at);
    const struct column *whole = &out->columns[at];

    free(part->name);
    free(part->title);
    part->name = part_name(split, whole);
    part->title = part_title(split, whole);
    part->parent = mem_text(whole->name);
    for (size_t i = 0; i < split->num_fields; i++) {
        const char *field = split->fields[i]->name;

        manifest_filter_add(part, field, value_of(split, i));
        /* all its items are of one cluster */
        if (text_equal(part->cluster, field)) {
            free(part->cluster);
            part->cluster = NULL;
        }
    }
}

static int read_split(const struct manifest_place *place,
                      const struct cJSON *entry,
                      const char *pointer,
                      const struct task *task,
                      struct split *out)
{
    const struct cJSON *at = json_is_array(entry) ? json_first(entry) : entry;

    for (; at; at = json_is_array(entry) ? json_next(at) : NULL) {
        const char *name = json_text(at);
        const struct field *field = name ? manifest_field(task, name) : NULL;

        if (!field || field->num_values == 0) {
            return manifest_refuse(place,
                                   pointer,
                                   "'%.80s' is no field of the task that has "
                                   "'values'",
                                   name ? name : "");
        }
        if (out->num_fields == MAX_FIELDS)
            return manifest_refuse(place, pointer, "more fields than 4");
        out->fields[out->num_fields++] = field;
    }
    if (out->num_fields == 0)
        return manifest_refuse(place, pointer, "no field to split by");
    return 0;
}

static int add_parts(const struct manifest_place *place,
                     const char *pointer,
                     struct split *split,
                     size_t at,
                     struct manifest *out)
{
    do {
        if (is_excluded(split, &out->columns[at]))
            continue;
        if (out->num_columns == MAX_COLUMNS) {
            return manifest_refuse(place,
                                   pointer,
                                   "more than %d columns",
                                   (int)MAX_COLUMNS);
        }
        add_part(split, at, out);
        if (manifest_check_column(place, out, pointer) < 0)
            return -1;
    } while (next(split));
    return 0;
}

int manifest_split_column(const struct manifest_place *place,
                          const struct cJSON *entry,
                          const char *pointer,
                          size_t column,
                          struct manifest *out)
{
    const struct cJSON *list = json_member(entry, "split");
    const struct task *task = manifest_task(out, out->columns[column].task);
    size_t num = 0;
    int rc = 0;

    for (const struct cJSON *at = json_first(list); rc == 0 && at;
         at = json_next(at)) {
        char *here = text_format("%s/split/%zu", pointer, num++);
        struct split split = { .num_fields = 0 };

        rc = read_split(place, at, here, task, &split);
        if (rc == 0)
            rc = add_parts(place, here, &split, column, out);
        free(here);
    }
    return rc;
}
