#include "base/mem.h"
#include "store/h5.h"
#include "store/merge_order.h"
#include "store/merge_parts.h"
#include "store/reader_data.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a table of scores takes a cell from: the file and the cell there. */
static uint64_t find_cell(const struct merge_order *order,
                          enum schema_dim columns,
                          uint64_t model,
                          uint64_t column,
                          size_t *file)
{
    uint64_t known = column;

    if (columns == DIM_MEASURE) { /* the column of that name has the scores */
        const struct merge_row *row = &order->axes[columns].rows[column];
        uint32_t *of = reader_data_load(order->readers[row->file],
                                        "/utility/column",
                                        NULL);
        const uint64_t limit = order->readers[row->file]->lengths[DIM_COLUMN];

        known = of && of[row->row] < limit
                    ? order->axes[DIM_COLUMN].place[row->file][of[row->row]]
                    : MERGE_NOWHERE;
        free(of);
        if (known == MERGE_NOWHERE)
            return MERGE_NOWHERE;
    }
    *file = order->owner[model * order->axes[DIM_COLUMN].num + known];
    if (*file == order->num)
        return MERGE_NOWHERE;
    model = merge_order_row(order, DIM_MODEL, *file, model);
    column = merge_order_row(order, columns, *file, column);
    if (model == MERGE_NOWHERE || column == MERGE_NOWHERE)
        return MERGE_NOWHERE;
    return model * order->readers[*file]->lengths[columns] + column;
}

struct table {
    const struct merge_order *order;
    const char *path;
    enum schema_type type;
    enum schema_dim columns;
    uint64_t num_repeats;
};

/* What each file has of it, [num]; NULL where that is nothing. */
static int load_files(const struct table *self,
                      unsigned char **out,
                      struct error *err)
{
    for (size_t f = 0; f < self->order->num; f++) {
        const struct reader *reader = self->order->readers[f];
        const uint64_t num = reader->lengths[self->columns];

        if (num == 0)
            continue;
        out[f] = load_all(reader->file,
                          self->path,
                          self->type,
                          reader->lengths[DIM_MODEL] * num * self->num_repeats,
                          err);
        if (!out[f])
            return -1;
    }
    return 0;
}

/* Cell `i` of each repeat of the new table, `cells` long. */
static void fill_cell(const struct table *self,
                      unsigned char *const *from,
                      uint64_t i,
                      uint64_t cells,
                      unsigned char *out)
{
    const struct merge_order *order = self->order;
    const uint64_t width = order->axes[self->columns].num;
    const size_t size = schema_type_size(self->type);
    const double nan = (double)NAN;
    size_t f = 0;
    const uint64_t cell =
        find_cell(order, self->columns, i / width, i % width, &f);

    for (uint64_t r = 0; r < self->num_repeats; r++) {
        unsigned char *to = &out[(r * cells + i) * size];

        if (cell != MERGE_NOWHERE) {
            const uint64_t *lengths = order->readers[f]->lengths;
            const uint64_t all = lengths[DIM_MODEL] * lengths[self->columns];

            memcpy(to, &from[f][(r * all + cell) * size], size);
        } else if (self->type == TYPE_F64) {
            memcpy(to, &nan, size);
        }
    }
}

int merge_table(const struct merge *self,
                const char *path,
                enum schema_type type,
                enum schema_dim columns,
                uint64_t num_repeats,
                struct error *err)
{
    const struct merge_order *order = self->order;
    const struct table table = { order, path, type, columns, num_repeats };
    const uint64_t cells =
        order->axes[DIM_MODEL].num * order->axes[columns].num;
    unsigned char *out = mem_alloc(cells * num_repeats, schema_type_size(type));
    unsigned char **from = mem_alloc(order->num, sizeof *from);
    int rc = load_files(&table, from, err);

    for (uint64_t i = 0; rc == 0 && i < cells; i++)
        fill_cell(&table, from, i, cells, out);
    if (rc == 0 && cells * num_repeats > 0
        && h5_write(self->file, path, type, out) < 0)
        rc = h5_fail(err, ERR_IO, "%s", path);
    for (size_t f = 0; f < order->num; f++)
        free(from[f]);
    free(from);
    free(out);
    return rc;
}
