#include "store/merge_axis.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/reader_data.h"
#include "store/reader_parts.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>

enum schema_dim merge_order_refers(const char *path)
{
    static const struct {
        const char *path;
        enum schema_dim dim;
    } known[] = {
        { "/items/task", DIM_TASK },
        { "/records/model", DIM_MODEL },
        { "/records/task", DIM_TASK },
        { "/records/item", DIM_ITEM },
        { "/asked/unit", DIM_UNIT },
        { "/asked/follow_up", DIM_FOLLOW_UP },
        { "/observations/unit", DIM_UNIT },
        { "/utility/column", DIM_COLUMN },
        { "/observations/column", DIM_COLUMN },
    };

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (text_equal(known[i].path, path))
            return known[i].dim;
    }
    return DIM_NONE;
}

uint64_t merge_axis_length(const struct merge_order *self,
                           size_t file,
                           enum schema_dim dim)
{
    return self->readers[file]->lengths[dim];
}

/* Room for the rows of all files. */
struct merge_axis *merge_axis_begin(struct merge_order *self,
                                    enum schema_dim dim)
{
    struct merge_axis *axis = &self->axes[dim];
    uint64_t num = 0;

    axis->place = mem_alloc(self->num, sizeof(uint64_t *));
    for (size_t f = 0; f < self->num; f++) {
        const uint64_t rows = merge_axis_length(self, f, dim);

        axis->place[f] = mem_alloc(rows, sizeof **axis->place);
        num += rows;
    }
    axis->rows = mem_alloc(num, sizeof *axis->rows);
    return axis;
}

void merge_axis_add(struct merge_axis *axis, size_t file, uint64_t row)
{
    axis->place[file][row] = axis->num;
    axis->rows[axis->num++] = (struct merge_row){ .row = row, .file = file };
}

/* A dataset of references as rows of the new file. */
uint64_t *merge_axis_places(const struct merge_order *self,
                            const char *path,
                            size_t file,
                            struct error *err)
{
    const struct schema_dataset *what = schema_find(path);
    const enum schema_dim dim = merge_order_refers(path);
    const uint64_t num = merge_axis_length(self, file, what->dims[0]);
    const uint64_t limit = merge_axis_length(self, file, dim);
    void *values = reader_data_load(self->readers[file], path, err);
    uint64_t *out = mem_alloc(num, sizeof *out);
    bool is_good = values != NULL;

    for (uint64_t i = 0; is_good && i < num; i++) {
        const uint64_t row = what->type == TYPE_U32
                                 ? ((const uint32_t *)values)[i]
                                 : ((const uint64_t *)values)[i];

        if (row < limit) {
            out[i] = self->axes[dim].place[file][row];
        } else {
            is_good = false;
            (void)error_set(err,
                            ERR_FORMAT,
                            "%s: row %zu is out of range",
                            path,
                            (size_t)i);
        }
    }
    free(values);
    if (is_good)
        return out;
    free(out);
    (void)error_wrap(err, "%s", self->paths[file]);
    return NULL;
}

static int compare_rows(const void *a, const void *b)
{
    const struct merge_row *x = a;
    const struct merge_row *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* All rows of all files by `keys`; takes them. */
void merge_axis_order_by(struct merge_order *self,
                         enum schema_dim dim,
                         uint64_t **keys)
{
    struct merge_axis *axis = merge_axis_begin(self, dim);

    for (size_t f = 0; f < self->num; f++) {
        for (uint64_t row = 0; row < merge_axis_length(self, f, dim); row++) {
            merge_axis_add(axis, f, row);
            axis->rows[axis->num - 1].key = keys ? keys[f][row] : 0;
        }
    }
    if (axis->num > 0)
        qsort(axis->rows, axis->num, sizeof *axis->rows, compare_rows);
    for (uint64_t i = 0; i < axis->num; i++)
        axis->place[axis->rows[i].file][axis->rows[i].row] = i;
    for (size_t f = 0; keys && f < self->num; f++)
        free(keys[f]);
    free((void *)keys);
}

uint64_t merge_order_row(const struct merge_order *self,
                         enum schema_dim dim,
                         size_t file,
                         uint64_t row)
{
    const struct merge_axis *axis = &self->axes[dim];

    if (axis->rows[row].file == file)
        return axis->rows[row].row;
    for (uint64_t i = 0; i < merge_axis_length(self, file, dim); i++) {
        if (axis->place[file][i] == row)
            return i;
    }
    return MERGE_NOWHERE;
}
