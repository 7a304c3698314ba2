#include "store/reader_rows.h"

#include "base/json.h"
#include "base/mem.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Whoever made the file chose its lengths. */
enum { MAX_ROWS = 200 * 1000 * 1000, MAX_BYTES = 1000 * 1000 * 1000 };

struct part {
    const char *path;
    enum schema_type type;
    enum schema_dim dim;
    size_t offset; /* of the pointer in struct reader_rows */
};

#define PART(path, type, dim, member)                                      \
    {                                                                      \
        path, TYPE_##type, DIM_##dim, offsetof(struct reader_rows, member) \
    }

static const struct part parts[] = {
    PART("/items/task", U32, ITEM, item_task),
    PART("/items/index", U64, ITEM, item_index),
    PART("/items/hash_low", U64, ITEM, item_hash),
    PART("/items/entry", U8, ENTRY_BYTE, entries),
    PART("/items/entry_offset", U64, ITEM_EDGE, entry_offset),
    PART("/records/model", U32, UNIT, unit_model),
    PART("/records/repeat", U32, UNIT, unit_repeat),
    PART("/records/item", U64, UNIT, unit_item),
    PART("/observations/column", U32, OBSERVATION, column),
    PART("/observations/unit", U64, OBSERVATION, unit),
    PART("/observations/profiles", U8, OBSERVATION, profiles),
    PART("/observations/state_paper", U8, OBSERVATION, by_profile[0].state),
    PART("/observations/label_paper", I32, OBSERVATION, by_profile[0].label),
    PART("/observations/value_paper", F64, OBSERVATION, by_profile[0].value),
    PART("/observations/state_corrected", U8, OBSERVATION, by_profile[1].state),
    PART("/observations/label_corrected",
         I32,
         OBSERVATION,
         by_profile[1].label),
    PART("/observations/value_corrected",
         F64,
         OBSERVATION,
         by_profile[1].value),
};

_Static_assert(PROFILE_PAPER == 0 && PROFILE_CORRECTED == 1,
               "the order of by_profile");

static int load(const struct reader *reader,
                struct reader_rows *out,
                struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const uint64_t length = reader->lengths[parts[i].dim];
        void *rows =
            load_all(reader->file, parts[i].path, parts[i].type, length, err);

        if (!rows)
            return -1;
        memcpy((unsigned char *)out + parts[i].offset, &rows, sizeof rows);
    }
    out->tasks =
        load_texts(reader->file, "/task", reader->lengths[DIM_TASK], err);
    return out->tasks ? 0 : -1;
}

static int refuse(struct error *err, const char *path, size_t row)
{
    return error_set(err, ERR_FORMAT, "%s: row %zu is out of range", path, row);
}

static int check_items(const struct reader *reader,
                       const struct reader_rows *rows,
                       struct error *err)
{
    const uint64_t bytes = reader->lengths[DIM_ENTRY_BYTE];

    for (size_t i = 0; i < rows->num_items; i++) {
        if (rows->item_task[i] >= rows->num_tasks)
            return refuse(err, "/items/task", i);
        if (rows->entry_offset[i] > rows->entry_offset[i + 1]
            || rows->entry_offset[i + 1] > bytes)
            return refuse(err, "/items/entry_offset", i);
    }
    return 0;
}

/* [columns]: how many labels each has, number 0 among them.  free() */
static size_t *count_labels(const struct reader *reader)
{
    const size_t num = reader_num_columns(reader);
    size_t *out = mem_alloc(num, sizeof *out);

    for (size_t c = 0; c < num; c++) {
        const char *text = reader_column(reader, c)->labels;
        struct cJSON *labels = json_parse(text, strlen(text), "labels", NULL);

        out[c] = json_count(labels);
        json_free(labels);
    }
    return out;
}

/* Metrics count by these numbers.  Of a column without labels they mean nothing. */
static bool is_label(int32_t label, size_t num)
{
    return num == 0 || (label >= 0 && (size_t)label < num);
}

static int check_observations(const struct reader *reader,
                              const struct reader_rows *rows,
                              const size_t *num_labels,
                              struct error *err)
{
    for (size_t i = 0; i < rows->num_observations; i++) {
        if (rows->column[i] >= reader->lengths[DIM_COLUMN])
            return refuse(err, "/observations/column", i);
        if (rows->unit[i] >= rows->num_units)
            return refuse(err, "/observations/unit", i);
        for (int p = 0; p < NUM_PROFILES; p++) {
            const struct reader_verdicts *of = &rows->by_profile[p];

            if (of->state[i] >= NUM_STATES)
                return refuse(err, "/observations/state", i);
            if (!is_label(of->label[i], num_labels[rows->column[i]]))
                return refuse(err, "/observations/label", i);
        }
    }
    return 0;
}

static int check(const struct reader *reader,
                 const struct reader_rows *rows,
                 struct error *err)
{
    size_t *num_labels;
    int rc;

    if (check_items(reader, rows, err) < 0)
        return -1;
    for (size_t i = 0; i < rows->num_units; i++) {
        if (rows->unit_model[i] >= reader->lengths[DIM_MODEL])
            return refuse(err, "/records/model", i);
        if (rows->unit_item[i] >= rows->num_items)
            return refuse(err, "/records/item", i);
        if (rows->unit_repeat[i] >= reader->lengths[DIM_REPEAT])
            return refuse(err, "/records/repeat", i);
    }
    num_labels = count_labels(reader);
    rc = check_observations(reader, rows, num_labels, err);
    free(num_labels);
    return rc;
}

int reader_rows_load(const struct reader *reader,
                     struct reader_rows *out,
                     struct error *err)
{
    const uint64_t *lengths = reader->lengths;

    *out = (struct reader_rows){ 0 };
    if (lengths[DIM_ITEM] > MAX_ROWS || lengths[DIM_UNIT] > MAX_ROWS
        || lengths[DIM_OBSERVATION] > MAX_ROWS || lengths[DIM_TASK] > MAX_ROWS
        || lengths[DIM_ENTRY_BYTE] > MAX_BYTES) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: more rows than are read",
                         reader->path);
    }
    *out = (struct reader_rows){
        .num_tasks = (size_t)lengths[DIM_TASK],
        .num_items = (size_t)lengths[DIM_ITEM],
        .num_units = (size_t)lengths[DIM_UNIT],
        .num_observations = (size_t)lengths[DIM_OBSERVATION],
    };
    if (load(reader, out, err) == 0 && check(reader, out, err) == 0)
        return 0;
    reader_rows_release(out);
    return error_wrap(err, "%s", reader->path);
}

void reader_rows_release(struct reader_rows *rows)
{
    for (size_t i = 0; rows->tasks && i < rows->num_tasks; i++)
        free(rows->tasks[i]);
    free((void *)rows->tasks);
    free(rows->item_task);
    free(rows->item_index);
    free(rows->item_hash);
    free(rows->entries);
    free(rows->entry_offset);
    free(rows->unit_model);
    free(rows->unit_repeat);
    free(rows->unit_item);
    free(rows->column);
    free(rows->unit);
    free(rows->profiles);
    for (int p = 0; p < NUM_PROFILES; p++) {
        free(rows->by_profile[p].state);
        free(rows->by_profile[p].label);
        free(rows->by_profile[p].value);
    }
    *rows = (struct reader_rows){ 0 };
}
