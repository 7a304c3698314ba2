#include "base/mem.h"
#include "store/layout.h"
#include "store/merge_order.h"
#include "store/merge_parts.h"
#include "store/reader_data.h"
#include "store/reader_parts.h"
#include "store/stream.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <stdlib.h>
#include <string.h>

enum schema_dim merge_rows_of_edge(enum schema_dim edge)
{
    static const enum schema_dim rows[NUM_DIMS] = {
        [DIM_ITEM_EDGE] = DIM_ITEM,
        [DIM_UNIT_EDGE] = DIM_UNIT,
        [DIM_FOLLOW_UP_EDGE] = DIM_FOLLOW_UP,
    };

    return rows[edge];
}

/* One file's rows of many values each: texts stay in the file, numbers are
 * loaded. */
struct source {
    struct reader_texts *texts;
    unsigned char *numbers;
    uint64_t *offset;
    uint64_t num;
};

static int open_source(const struct reader *reader,
                       const struct schema_dataset *what,
                       const char *offset,
                       struct source *out,
                       struct error *err)
{
    if (what->type == TYPE_U8) {
        out->texts = reader_data_open(reader, what->path, err);
        return out->texts ? 0 : -1;
    }
    out->num = reader->lengths[what->dims[0]];
    out->numbers = reader_data_load(reader, what->path, err);
    out->offset = out->numbers ? reader_data_load(reader, offset, err) : NULL;
    return out->offset ? 0 : -1;
}

static int get(const struct source *self,
               const struct schema_dataset *what,
               uint64_t row,
               const void **values,
               uint64_t *num,
               struct error *err)
{
    if (self->texts) {
        const char *bytes = NULL;
        size_t len = 0;
        const int rc =
            reader_data_get(self->texts, (size_t)row, &bytes, &len, err);

        *values = bytes;
        *num = len;
        return rc;
    }
    if (self->offset[row] > self->offset[row + 1]
        || self->offset[row + 1] > self->num)
        return error_set(err, ERR_FORMAT, "%s: offsets", what->path);
    *values = &self->numbers[self->offset[row] * schema_type_size(what->type)];
    *num = self->offset[row + 1] - self->offset[row];
    return 0;
}

static int add_many(const struct merge_axis *axis,
                    const struct schema_dataset *what,
                    const struct source *sources,
                    struct stream *values,
                    struct stream *offset,
                    struct error *err)
{
    uint64_t end = 0;

    if (stream_add(offset, &end, 1, err) < 0)
        return -1;
    for (uint64_t i = 0; i < axis->num; i++) {
        const struct merge_row *row = &axis->rows[i];
        const void *from = NULL;
        uint64_t num = 0;

        if (get(&sources[row->file], what, row->row, &from, &num, err) < 0
            || (num > 0 && stream_add(values, from, num, err) < 0))
            return -1;
        end = stream_count(values);
        if (stream_add(offset, &end, 1, err) < 0)
            return -1;
    }
    return stream_flush(values, err) < 0 ? -1 : stream_flush(offset, err);
}

/* The values that these offsets are of. */
static const struct schema_dataset *values_of(
    const struct schema_dataset *offset)
{
    char *path =
        mem_text_len(offset->path, strlen(offset->path) - strlen("_offset"));
    const struct schema_dataset *out = schema_find(path);

    free(path);
    return out;
}

int merge_many(const struct merge *self,
               const struct schema_dataset *offset,
               struct error *err)
{
    const struct merge_order *order = self->order;
    const struct schema_dataset *what = values_of(offset);
    const struct merge_axis *axis =
        &order->axes[merge_rows_of_edge(offset->dims[0])];
    struct source *sources = mem_alloc(order->num, sizeof *sources);
    struct stream *values = stream_open(self->file, what->path, err);
    struct stream *ends =
        values ? stream_open(self->file, offset->path, err) : NULL;
    int rc = ends ? 0 : -1;

    for (size_t f = 0; rc == 0 && f < order->num; f++) {
        rc = open_source(order->readers[f],
                         what,
                         offset->path,
                         &sources[f],
                         err);
    }
    if (rc == 0)
        rc = add_many(axis, what, sources, values, ends, err);
    if (rc == 0) {
        rc = layout_end_dimension(self->file,
                                  what->dims[0],
                                  stream_count(values),
                                  err);
    }
    if (rc == 0) {
        rc = layout_end_dimension(self->file,
                                  offset->dims[0],
                                  stream_count(ends),
                                  err);
    }
    stream_close(values);
    stream_close(ends);
    for (size_t f = 0; f < order->num; f++) {
        reader_data_close(sources[f].texts);
        free(sources[f].numbers);
        free(sources[f].offset);
    }
    free(sources);
    return rc;
}
