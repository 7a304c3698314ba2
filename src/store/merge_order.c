#include "store/merge_order.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/merge_axis.h"
#include "store/merge_same.h"
#include "store/reader_data.h"
#include "store/reader_parts.h"
#include "trustsweep/error.h"

#include <stdlib.h>

/* The names of one file: those that no file before it has are new rows. */
static void add_names(struct merge_axis *axis,
                      char *const *const *names,
                      size_t file,
                      uint64_t num)
{
    for (uint64_t row = 0; row < num; row++) {
        const char *name = names[file][row];
        uint64_t at = 0;

        for (; at < axis->num; at++) {
            const struct merge_row *known = &axis->rows[at];

            if (text_equal(names[known->file][known->row], name))
                break;
        }
        axis->place[file][row] = at;
        if (at == axis->num)
            merge_axis_add(axis, file, row);
    }
}

static int order_names(struct merge_order *self,
                       enum schema_dim dim,
                       struct error *err)
{
    struct merge_axis *axis = merge_axis_begin(self, dim);
    char *path = text_format("/%s", schema_dimensions[dim].name);
    char ***names = mem_alloc(self->num, sizeof(char **));
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < self->num; f++) {
        const uint64_t num = merge_axis_length(self, f, dim);

        if (num == 0)
            continue; /* the dataset may not be there */
        names[f] = reader_data_load_texts(self->readers[f], path, err);
        if (names[f]) {
            add_names(axis, (char *const *const *)names, f, num);
        } else {
            rc = error_wrap(err, "%s", self->paths[f]);
        }
    }
    for (size_t f = 0; f < self->num; f++) {
        reader_data_free_texts(names[f],
                               (size_t)merge_axis_length(self, f, dim));
    }
    free((void *)names);
    free(path);
    return rc < 0 ? rc : merge_same_check(self, dim, err);
}

static int asked_twice(const struct merge_order *self,
                       const struct merge_row *a,
                       const struct merge_row *b,
                       struct error *err)
{
    const uint64_t num_tasks = self->axes[DIM_TASK].num;
    const struct merge_row *task =
        &self->axes[DIM_TASK].rows[a->key % num_tasks];
    const struct merge_row *model =
        &self->axes[DIM_MODEL].rows[a->key / num_tasks];
    char **names =
        reader_data_load_texts(self->readers[task->file], "/task", NULL);

    (void)error_set(
        err,
        ERR_USAGE,
        "'%s' was asked task '%s' in %s and in %s: which counts? Leave one out, "
        "or compare them with 'analyze'",
        reader_model(self->readers[model->file], (size_t)model->row)->name,
        names ? names[task->row] : "?",
        self->paths[a->file],
        self->paths[b->file]);
    reader_data_free_texts(
        names,
        (size_t)merge_axis_length(self, task->file, DIM_TASK));
    return -1;
}

static int order_units(struct merge_order *self, struct error *err)
{
    const uint64_t num_tasks = self->axes[DIM_TASK].num;
    uint64_t **keys = mem_alloc(self->num, sizeof(uint64_t *));
    const struct merge_axis *axis = &self->axes[DIM_UNIT];
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < self->num; f++) {
        uint64_t *tasks = merge_axis_places(self, "/records/task", f, err);

        keys[f] = merge_axis_places(self, "/records/model", f, err);
        rc = keys[f] && tasks ? 0 : -1;
        for (uint64_t i = 0;
             rc == 0 && i < merge_axis_length(self, f, DIM_UNIT);
             i++)
            keys[f][i] = keys[f][i] * num_tasks + tasks[i];
        free(tasks);
    }
    if (rc < 0) {
        for (size_t f = 0; f < self->num; f++)
            free(keys[f]);
        free((void *)keys);
        return rc;
    }
    merge_axis_order_by(self, DIM_UNIT, keys);
    for (uint64_t i = 1; i < axis->num; i++) {
        const struct merge_row *rows = axis->rows;

        if (rows[i].key == rows[i - 1].key && rows[i].file != rows[i - 1].file)
            return asked_twice(self, &rows[i - 1], &rows[i], err);
    }
    return 0;
}

/* By the model and task of the unit that a row is about. */
static int order_of_unit(struct merge_order *self,
                         enum schema_dim dim,
                         const char *path,
                         struct error *err)
{
    uint64_t **keys = mem_alloc(self->num, sizeof(uint64_t *));
    int rc = 0;

    for (size_t f = 0; f < self->num && rc == 0; f++) {
        keys[f] = merge_axis_places(self, path, f, err);
        rc = keys[f] ? 0 : -1;
        for (uint64_t i = 0; rc == 0 && i < merge_axis_length(self, f, dim);
             i++)
            keys[f][i] = self->axes[DIM_UNIT].rows[keys[f][i]].key;
    }
    if (rc == 0) {
        merge_axis_order_by(self, dim, keys);
        return 0;
    }
    for (size_t f = 0; f < self->num; f++)
        free(keys[f]);
    free((void *)keys);
    return rc;
}

/* Of each question of a file the least key of the units that needed it. */
static uint64_t *load_first_units(const struct merge_order *self,
                                  size_t file,
                                  struct error *err)
{
    const uint64_t num = merge_axis_length(self, file, DIM_FOLLOW_UP);
    const uint64_t num_asked = merge_axis_length(self, file, DIM_ASKED);
    uint64_t *units = merge_axis_places(self, "/asked/unit", file, err);
    uint64_t *rows =
        units ? reader_data_load(self->readers[file], "/asked/follow_up", err)
              : NULL;
    uint64_t *keys = rows ? mem_alloc(num, sizeof *keys) : NULL;

    for (uint64_t i = 0; keys && i < num; i++)
        keys[i] = MERGE_NOWHERE;
    for (uint64_t i = 0; keys && i < num_asked; i++) {
        const uint64_t key = self->axes[DIM_UNIT].rows[units[i]].key;

        if (rows[i] < num && key < keys[rows[i]])
            keys[rows[i]] = key;
    }
    free(units);
    free(rows);
    return keys;
}

/* A question stands where the first unit does that needed it. */
static int order_follow_ups(struct merge_order *self, struct error *err)
{
    uint64_t **keys = mem_alloc(self->num, sizeof(uint64_t *));
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < self->num; f++) {
        keys[f] = load_first_units(self, f, err);
        rc = keys[f] ? 0 : -1;
    }
    if (rc == 0) {
        merge_axis_order_by(self, DIM_FOLLOW_UP, keys);
        return 0;
    }
    for (size_t f = 0; f < self->num; f++)
        free(keys[f]);
    free((void *)keys);
    return rc;
}

static int order_repeats(struct merge_order *self, struct error *err)
{
    struct merge_axis *axis = merge_axis_begin(self, DIM_REPEAT);

    for (uint64_t i = 0; i < merge_axis_length(self, 0, DIM_REPEAT); i++)
        merge_axis_add(axis, 0, i);
    for (size_t f = 1; f < self->num; f++) {
        if (merge_axis_length(self, f, DIM_REPEAT) != axis->num) {
            return error_set(err,
                             ERR_USAGE,
                             "%s asked %zu times, %s %zu times",
                             self->paths[0],
                             (size_t)axis->num,
                             self->paths[f],
                             (size_t)merge_axis_length(self, f, DIM_REPEAT));
        }
        for (uint64_t i = 0; i < axis->num; i++)
            axis->place[f][i] = i;
    }
    return 0;
}

int merge_order_make(struct merge_order *self, struct error *err)
{
    if (order_names(self, DIM_MODEL, err) < 0
        || order_names(self, DIM_COLUMN, err) < 0
        || order_names(self, DIM_TASK, err) < 0
        || order_names(self, DIM_MEASURE, err) < 0
        || order_repeats(self, err) < 0 || merge_owner_find(self, err) < 0
        || merge_items_order(self, err) < 0 || order_units(self, err) < 0
        || order_of_unit(self, DIM_OBSERVATION, "/observations/unit", err) < 0
        || order_of_unit(self, DIM_ASKED, "/asked/unit", err) < 0
        || order_follow_ups(self, err) < 0)
        return -1;
    merge_axis_order_by(self, DIM_LEDGER_ROW, NULL);
    merge_axis_order_by(self, DIM_LEDGER_CELL, NULL);
    return 0;
}

void merge_order_release(struct merge_order *self)
{
    for (int d = 0; d < NUM_DIMS; d++) {
        struct merge_axis *axis = &self->axes[d];

        for (size_t f = 0; axis->place && f < self->num; f++)
            free(axis->place[f]);
        free((void *)axis->place);
        free(axis->rows);
    }
    free(self->owner);
}
