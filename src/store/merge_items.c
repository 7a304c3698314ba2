#include "base/mem.h"
#include "store/merge_axis.h"
#include "store/reader_data.h"
#include "store/reader_parts.h"
#include "trustsweep/error.h"

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

/* The items of one task: of the first file that has any; those of others must
 * be the same. */
static int order_task(struct merge_order *self,
                      const struct items *items,
                      uint64_t task,
                      struct error *err)
{
    struct merge_axis *axis = &self->axes[DIM_ITEM];
    const uint64_t start = axis->num;
    size_t first = self->num;

    for (size_t f = 0; f < self->num; f++) {
        uint64_t at = start;

        for (uint64_t i = 0; i < items[f].num; i++) {
            if (items[f].task[i] != task)
                continue;
            if (first == self->num)
                first = f;
            if (first == f) {
                merge_axis_add(axis, f, i);
            } else {
                const uint64_t same = at < axis->num ? axis->rows[at].row : 0;

                if (at >= axis->num
                    || items[first].high[same] != items[f].high[i]
                    || items[first].low[same] != items[f].low[i])
                    return other_items(self, task, first, f, err);
                axis->place[f][i] = at;
            }
            at++;
        }
        if (at != start && at != axis->num)
            return other_items(self, task, first, f, err);
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
