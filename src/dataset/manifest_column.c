#include "dataset/manifest_column.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/manifest_check.h"
#include "dataset/manifest_filter.h"
#include "dataset/manifest_object.h"
#include "trustsweep/bug.h"

#include <stdlib.h>

#define TEXT(member, required)                                               \
    {                                                                        \
#        member, MANIFEST_TEXT, required, offsetof(struct column, member), 0 \
    }

static const struct manifest_key keys[] = {
    TEXT(name, true),
    TEXT(title, true),
    TEXT(dimension, true),
    TEXT(section, true),
    TEXT(task, true),
    { "where", MANIFEST_MAP, false, 0, 0 },
    { "where_paper", MANIFEST_MAP, false, 0, 0 },
    { "where_corrected", MANIFEST_MAP, false, 0, 0 },
    { "split", MANIFEST_LIST, false, 0, 0 },
    TEXT(evaluator, false),
    TEXT(metric, false),
    TEXT(by, false),
    TEXT(field, false),
    TEXT(cluster, false),
    TEXT(needs, false),
    { "direction", MANIFEST_SIGN, true, offsetof(struct column, direction), 0 },
    { "direction_corrected",
      MANIFEST_SIGN,
      false,
      offsetof(struct column, direction_corrected),
      0 },
    TEXT(unit, true),
    TEXT(unit_corrected, false),
    { "ranked", MANIFEST_FLAG, false, offsetof(struct column, is_ranked), 0 },
    { 0 },
};

struct column *manifest_column_add(struct manifest *out)
{
    const size_t num = out->num_columns++;

    out->columns =
        mem_resize(out->columns, out->num_columns, sizeof *out->columns);
    out->columns[num] = (struct column){ 0 };
    return &out->columns[num];
}

static int read_filters(const struct manifest_place *place,
                        const struct cJSON *entry,
                        const char *pointer,
                        struct column *column)
{
    static const struct {
        const char *key;
        unsigned profiles;
    } wheres[] = {
        { "where", 1u << PROFILE_PAPER | 1u << PROFILE_CORRECTED },
        { "where_paper", 1u << PROFILE_PAPER },
        { "where_corrected", 1u << PROFILE_CORRECTED },
    };

    for (size_t i = 0; i < ARRAY_LEN(wheres); i++) {
        const struct cJSON *where = json_member(entry, wheres[i].key);
        char *here = text_format("%s/%s", pointer, wheres[i].key);
        int rc = manifest_filter_read(place,
                                      where,
                                      here,
                                      wheres[i].profiles,
                                      column);

        free(here);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static char *copy(const char *text)
{
    return text ? mem_text(text) : NULL;
}

struct column *manifest_column_copy(struct manifest *out, size_t at)
{
    struct column *column = manifest_column_add(out);
    const struct column *from = &out->columns[at];

    for (const struct manifest_key *key = keys; key->name; key++) {
        const char *const *text =
            (const void *)((const char *)from + key->offset);

        if (key->kind == MANIFEST_TEXT)
            *(char **)(void *)((char *)column + key->offset) = copy(*text);
    }
    column->direction = from->direction;
    column->direction_corrected = from->direction_corrected;
    manifest_filter_copy(column, from);
    return column;
}

int manifest_column_read(const struct manifest_place *place,
                         const struct cJSON *entry,
                         const char *pointer,
                         struct manifest *out)
{
    struct column *column = manifest_column_add(out);

    if (manifest_object(place, entry, pointer, keys, column) < 0
        || read_filters(place, entry, pointer, column) < 0)
        return -1;
    if (!json_member(entry, "direction_corrected"))
        column->direction_corrected = column->direction;
    if (!column->unit_corrected)
        column->unit_corrected = mem_text(column->unit);
    if (manifest_check_column(place, out, pointer) < 0)
        return -1;
    if (text_equal(column->cluster, MANIFEST_EACH_ITEM)) {
        free(column->cluster);
        column->cluster = NULL;
    }
    return 0;
}

void manifest_column_release(struct column *column)
{
    for (const struct manifest_key *key = keys; key->name; key++) {
        if (key->kind == MANIFEST_TEXT)
            free(*(char **)(void *)((char *)column + key->offset));
    }
    free(column->parent);
    manifest_filter_release(column);
}

bool column_wants(const struct column *column,
                  enum profile profile,
                  const struct item *item)
{
    for (size_t i = 0; i < column->num_filters; i++) {
        const struct filter *filter = &column->filters[i];

        if (filter->profiles & 1u << profile
            && !manifest_filter_takes(filter, item))
            return false;
    }
    return true;
}
