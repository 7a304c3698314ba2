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

/* (model, columns), or (repeat, model, columns). */
int merge_table(const struct merge *self,
                const char *path,
                enum schema_type type,
                enum schema_dim columns,
                uint64_t num_repeats,
                struct error *err)
{
    const struct merge_order *order = self->order;
    const uint64_t width = order->axes[columns].num;
    const uint64_t cells = order->axes[DIM_MODEL].num * width;
    const size_t size = schema_type_size(type);
    const double nan = (double)NAN;
    unsigned char *out = mem_alloc(cells * num_repeats, size);
    unsigned char **from = mem_alloc(order->num, sizeof *from);
    hid_t id = H5Dopen2(self->file, path, H5P_DEFAULT);
    hid_t memory = h5_type_memory(type);
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < order->num; f++) {
        const uint64_t *lengths = order->readers[f]->lengths;

        if (lengths[columns] == 0)
            continue;
        from[f] = load_all(order->readers[f]->file,
                           path,
                           type,
                           lengths[DIM_MODEL] * lengths[columns] * num_repeats,
                           err);
        rc = from[f] ? 0 : -1;
    }
    for (uint64_t i = 0; rc == 0 && i < cells; i++) {
        size_t f = 0;
        const uint64_t cell =
            find_cell(order, columns, i / width, i % width, &f);

        for (uint64_t r = 0; r < num_repeats; r++) {
            unsigned char *to = &out[(r * cells + i) * size];

            if (cell != MERGE_NOWHERE) {
                const uint64_t *lengths = order->readers[f]->lengths;
                const uint64_t all = lengths[DIM_MODEL] * lengths[columns];

                memcpy(to, &from[f][(r * all + cell) * size], size);
            } else if (type == TYPE_F64) {
                memcpy(to, &nan, size);
            }
        }
    }
    if (rc == 0
        && (id < 0
            || (cells * num_repeats > 0
                && H5Dwrite(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out)
                       < 0)))
        rc = h5_fail(err, ERR_IO, "%s", path);
    h5_type_close(type, memory);
    if (id >= 0)
        (void)H5Dclose(id);
    for (size_t f = 0; f < order->num; f++)
        free(from[f]);
    free(from);
    free(out);
    return rc;
}
