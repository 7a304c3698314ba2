#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/layout.h"
#include "store/merge_order.h"
#include "store/merge_parts.h"
#include "store/reader_data.h"
#include "store/reader_parts.h"
#include "store/stream.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_empty(enum schema_type type, const void *value)
{
    double number;

    if (type == TYPE_STRING) {
        const char *text;

        memcpy(&text, value, sizeof text);
        return !text || !text[0];
    }
    if (type != TYPE_F64)
        return false;
    memcpy(&number, value, sizeof number);
    return isnan(number);
}

/* A row's number in its file becomes that in the new one. */
static int refer(const struct merge *self,
                 const struct schema_dataset *what,
                 size_t file,
                 unsigned char *value,
                 struct error *err)
{
    const enum schema_dim dim = merge_order_refers(what->path);
    uint64_t row = 0;

    if (dim == DIM_NONE)
        return 0;
    if (what->type == TYPE_U32) {
        uint32_t narrow;

        memcpy(&narrow, value, sizeof narrow);
        row = narrow;
    } else {
        memcpy(&row, value, sizeof row);
    }
    if (row >= self->order->readers[file]->lengths[dim]) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: %s: a row is out of range",
                         self->order->paths[file],
                         what->path);
    }
    row = self->order->axes[dim].place[file][row];
    if (what->type == TYPE_U32) {
        const uint32_t narrow = (uint32_t)row;

        memcpy(value, &narrow, sizeof narrow);
    } else {
        memcpy(value, &row, sizeof row);
    }
    return 0;
}

/* The rows of one file to where they go: those that come from it, and what the
 * files before it left empty. */
static int take_rows(const struct merge *self,
                     const struct schema_dataset *what,
                     size_t file,
                     const unsigned char *from,
                     unsigned char *to,
                     struct error *err)
{
    const struct merge_axis *axis = &self->order->axes[what->dims[0]];
    const size_t size = schema_type_size(what->type);
    const uint64_t num = self->order->readers[file]->lengths[what->dims[0]];

    for (uint64_t row = 0; row < num; row++) {
        const uint64_t at = axis->place[file][row];

        if (axis->rows[at].file != file
            && !is_empty(what->type, &to[at * size]))
            continue;
        memcpy(&to[at * size], &from[row * size], size);
        if (refer(self, what, file, &to[at * size], err) < 0)
            return -1;
    }
    return 0;
}

/* Each part of an identity that differs, as one. */
static void join_identities(const struct merge *self,
                            char ***texts,
                            char **identities)
{
    const struct merge_order *order = self->order;
    const struct merge_axis *axis = &order->axes[DIM_MODEL];

    for (uint64_t m = 0; m < axis->num; m++) {
        struct sha256 *sum = sha256_create();
        char digest[SHA256_TEXT];
        size_t num = 0;

        for (size_t f = 0; f < order->num; f++) {
            const uint64_t row = merge_order_row(order, DIM_MODEL, f, m);

            if (row == MERGE_NOWHERE)
                continue;
            num += text_equal(texts[f][row], identities[m]) ? 0 : 1;
            sha256_add(sum, texts[f][row], strlen(texts[f][row]) + 1);
        }
        sha256_end(sum, digest);
        if (num > 0) {
            identities[m] = text_format("replay:%s", digest);
        } else {
            identities[m] = mem_text(identities[m]);
        }
    }
}

static int write_rows(const struct merge *self,
                      const struct schema_dataset *what,
                      const void *rows,
                      struct error *err)
{
    const uint64_t num = self->order->axes[what->dims[0]].num;

    if (stream_put(self->file, what->path, rows, num, err) < 0)
        return -1;
    return layout_end_dimension(self->file, what->dims[0], num, err);
}

int merge_texts(const struct merge *self,
                const struct schema_dataset *what,
                struct error *err)
{
    const struct merge_order *order = self->order;
    const uint64_t num = order->axes[what->dims[0]].num;
    char ***texts = mem_alloc(order->num, sizeof(char **));
    char **out = mem_alloc(num, sizeof(char *));
    const bool is_identity = text_equal(what->path, "/models/identity");
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < order->num; f++) {
        if (!schema_is_there(what, order->readers[f]->lengths))
            continue;
        texts[f] = reader_data_load_texts(order->readers[f], what->path, err);
        rc = texts[f]
                 ? take_rows(self, what, f, (void *)texts[f], (void *)out, err)
                 : -1;
    }
    if (rc == 0 && is_identity)
        join_identities(self, texts, out);
    if (rc == 0)
        rc = write_rows(self, what, out, err);
    for (uint64_t i = 0; rc == 0 && is_identity && i < num; i++)
        free(out[i]);
    for (size_t f = 0; f < order->num; f++) {
        reader_data_free_texts(
            texts[f],
            (size_t)order->readers[f]->lengths[what->dims[0]]);
    }
    free((void *)texts);
    free((void *)out);
    return rc;
}

int merge_numbers(const struct merge *self,
                  const struct schema_dataset *what,
                  struct error *err)
{
    const struct merge_order *order = self->order;
    const uint64_t num = order->axes[what->dims[0]].num;
    unsigned char *out = mem_alloc(num, schema_type_size(what->type));
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < order->num; f++) {
        unsigned char *rows;

        if (!schema_is_there(what, order->readers[f]->lengths))
            continue;
        rows = reader_data_load(order->readers[f], what->path, err);
        rc = rows ? take_rows(self, what, f, rows, out, err) : -1;
        free(rows);
    }
    if (rc == 0)
        rc = write_rows(self, what, out, err);
    free(out);
    return rc;
}
