#include "base/mem.h"
#include "store/merge_axis.h"
#include "store/reader_data.h"
#include "store/reader_parts.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>

struct items {
    uint64_t *task; /* row of the new file */
    uint64_t *high, *low;
    uint64_t num;
};

static int load_items(const struct merge_order *self,
                      size_t file,
                      struct items *out,
                      struct error *err)
{
    const struct reader *reader = self->readers[file];

    out->num = merge_axis_length(self, file, DIM_ITEM);
    out->task = merge_axis_places(self, "/items/task", file, err);
    out->high =
        out->task ? reader_data_load(reader, "/items/hash_high", err) : NULL;
    out->low =
        out->high ? reader_data_load(reader, "/items/hash_low", err) : NULL;
    return out->low ? 0 : -1;
}

static int other_items(const struct merge_order *self,
                       uint64_t task,
                       size_t first,
                       size_t file,
                       struct error *err)
{
    const struct merge_row *row = &self->axes[DIM_TASK].rows[task];
    char **names =
        reader_data_load_texts(self->readers[row->file], "/task", err);

    (void)error_set(err,
                    ERR_USAGE,
                    "task '%s' has other items in %s than in %s (limit, shard "
                    "or data)",
                    names ? names[row->row] : "?",
                    self->paths[file],
                    self->paths[first]);
    reader_data_free_texts(
        names,
        (size_t)merge_axis_length(self, row->file, DIM_TASK));
    return -1;
}

static bool is_same(const struct items *items,
                    const struct merge_row *known,
                    size_t file,
                    uint64_t row)
{
    const struct items *first = &items[known->file];

    return first->high[known->row] == items[file].high[row]
           && first->low[known->row] == items[file].low[row];
}

/* Items of the task in one file, which must be those from `start` on where a
 * file before it had any. */
static bool place_items(struct merge_axis *axis,
                        const struct items *items,
                        uint64_t task,
                        uint64_t start,
                        size_t file)
{
    const bool is_first = axis->num == start;
    uint64_t at = start;

    for (uint64_t i = 0; i < items[file].num; i++) {
        if (items[file].task[i] != task)
            continue;
        if (is_first) {
            merge_axis_add(axis, file, i);
        } else if (at < axis->num && is_same(items, &axis->rows[at], file, i)) {
            axis->place[file][i] = at;
        } else {
            return false;
        }
        at++;
    }
    return at == start || at == axis->num;
}

static int order_task(struct merge_order *self,
                      const struct items *items,
                      uint64_t task,
                      struct error *err)
{
    struct merge_axis *axis = &self->axes[DIM_ITEM];
    const uint64_t start = axis->num;

    for (size_t f = 0; f < self->num; f++) {
        if (!place_items(axis, items, task, start, f))
            return other_items(self, task, axis->rows[start].file, f, err);
    }
    return 0;
}

int merge_items_order(struct merge_order *self, struct error *err)
{
    struct items *items = mem_alloc(self->num, sizeof *items);
    int rc = 0;

    (void)merge_axis_begin(self, DIM_ITEM);
    for (size_t f = 0; rc == 0 && f < self->num; f++)
        rc = load_items(self, f, &items[f], err);
    for (uint64_t t = 0; rc == 0 && t < self->axes[DIM_TASK].num; t++)
        rc = order_task(self, items, t, err);
    for (size_t f = 0; f < self->num; f++) {
        free(items[f].task);
        free(items[f].high);
        free(items[f].low);
    }
    free(items);
    return rc;
}
