#include "store/merge.h"

#include "base/text.h"
#include "store/h5.h"
#include "store/layout.h"
#include "store/merge_order.h"
#include "store/merge_parts.h"
#include "store/merge_provenance.h"
#include "store/merge_recorded.h"
#include "store/reader_parts.h"
#include "store/writer_file.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <stdbool.h>
#include <stdint.h>

enum { MAX_ROWS = 200 * 1000 * 1000 };

static int merge_dataset(const struct merge *self,
                         const struct schema_dataset *what,
                         struct error *err)
{
    if (what->dims[1] != DIM_NONE)
        return merge_table(self, what->path, what->type, what->dims[1], 1, err);
    if (merge_rows_of_edge(what->dims[0]) != DIM_NONE)
        return merge_many(self, what, err);
    if (!self->order->axes[what->dims[0]].place)
        return 0; /* values, which were written with their offsets */
    return what->type == TYPE_STRING ? merge_texts(self, what, err)
                                     : merge_numbers(self, what, err);
}

static int merge_scores(const struct merge *self, struct error *err)
{
    for (int i = 0; i < NUM_PROFILES * 2 * NUM_SCORE_FIELDS; i++) {
        const bool by_repeat = i / NUM_SCORE_FIELDS % 2;
        char path[SCHEMA_PATH];
        const enum schema_type type =
            schema_score_path((enum profile)(i / (2 * NUM_SCORE_FIELDS)),
                              by_repeat,
                              i % NUM_SCORE_FIELDS,
                              path);

        if (merge_table(self,
                        path,
                        type,
                        DIM_COLUMN,
                        by_repeat ? self->order->axes[DIM_REPEAT].num : 1,
                        err)
            < 0)
            return -1;
    }
    return 0;
}

static int fill(const struct merge *self,
                const uint64_t lengths[NUM_DIMS],
                struct error *err)
{
    for (size_t i = 0; i < schema_num_datasets; i++) {
        if (schema_is_there(&schema_datasets[i], lengths)
            && merge_dataset(self, &schema_datasets[i], err) < 0)
            return -1;
    }
    if (merge_scores(self, err) < 0)
        return -1;
    return merge_provenance_write(self->order, self->file, err);
}

/* Growing dimensions begin at 0. */
static void set_lengths(const struct merge_order *order,
                        uint64_t lengths[NUM_DIMS])
{
    for (int d = 0; d < NUM_DIMS; d++) {
        const enum schema_dim rows = merge_rows_of_edge((enum schema_dim)d);

        if (schema_dimensions[d].is_growing) {
            lengths[d] = 0;
        } else if (rows != DIM_NONE) {
            lengths[d] = order->axes[rows].num + 1;
        } else {
            lengths[d] = order->axes[d].num;
        }
    }
}

static int write_file(struct merge *self, const char *path, struct error *err)
{
    struct writer_file file;
    uint64_t lengths[NUM_DIMS];
    char digest[65];
    int rc = writer_file_create(&file, path, err);

    if (rc == 0) {
        self->file = file.id;
        set_lengths(self->order, lengths);
        rc = layout_create(self->file, lengths, path, err);
        if (rc == 0)
            rc = fill(self, lengths, err);
        if (rc < 0)
            (void)error_wrap(err, "cannot write %s", path);
    }
    if (rc == 0)
        rc = writer_file_commit(&file, digest, err);
    writer_file_empty(&file); /* what was committed stays */
    writer_file_release(&file);
    return rc;
}

/* Masked texts are no replies, and numbers of one file's masks mean nothing in
 * another. */
static int check_file(const struct reader *reader,
                      const char *path,
                      struct error *err)
{
    if (reader->redaction) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: its texts are redacted: merge the files it was "
                         "made of, then redact",
                         path);
    }
    for (int d = 0; d < NUM_DIMS; d++) {
        if (merge_rows_of_edge((enum schema_dim)d) == DIM_NONE
            && d != DIM_TEXT_BYTE && d != DIM_REASONING_BYTE
            && d != DIM_RECORDED_BYTE && d != DIM_DETAIL_BYTE
            && d != DIM_QUESTION_BYTE && d != DIM_ANSWER_BYTE
            && d != DIM_ENTRY_BYTE && reader->lengths[d] > MAX_ROWS) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: %s: more rows than are read",
                             path,
                             schema_dimensions[d].name);
        }
    }
    return 0;
}

int merge_write(const struct reader *const *readers,
                const char *const *paths,
                size_t num,
                const char *path,
                struct error *err)
{
    struct merge_order order = { .readers = readers,
                                 .paths = paths,
                                 .num = num };
    struct merge self = { .order = &order, .file = -1 };
    int rc = 0;

    if (num == 0 || num > MERGE_MAX_FILES)
        BUG("%zu files", num);
    for (size_t f = 0; rc == 0 && f < num; f++)
        rc = check_file(readers[f], paths[f], err);
    if (rc == 0)
        rc = merge_order_make(&order, err);
    if (rc == 0)
        rc = merge_provenance_check(&order, err);
    if (rc == 0)
        rc = merge_recorded_check(&order, err);
    if (rc == 0)
        rc = write_file(&self, path, err);
    merge_order_release(&order);
    return rc;
}
