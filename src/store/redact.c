#include "store/redact.h"

#include "base/text.h"
#include "store/h5.h"
#include "store/layout.h"
#include "store/reader_data.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "store/stream.h"
#include "store/writer_file.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct redact {
    const struct reader *reader;
    hid_t file; /* the new one */
    redact_fn fn;
    void *context;
};

/* The dataset that holds the offsets of this one's rows, or NULL. */
static const struct schema_dataset *offsets_of(
    const struct schema_dataset *what)
{
    char *path = text_format("%s_offset", what->path);
    const struct schema_dataset *out = NULL;

    for (size_t i = 0; i < schema_num_datasets; i++) {
        if (text_equal(schema_datasets[i].path, path))
            out = &schema_datasets[i];
    }
    free(path);
    return out;
}

/* Whether this is the offsets of texts, which are written with them. */
static bool is_offset_of_texts(const struct schema_dataset *what)
{
    for (size_t i = 0; i < schema_num_datasets; i++) {
        if (schema_datasets[i].type == TYPE_U8
            && offsets_of(&schema_datasets[i]) == what)
            return true;
    }
    return false;
}

/* A dataset of one dimension as it is. */
static int copy_rows(const struct redact *self,
                     const struct schema_dataset *what,
                     struct error *err)
{
    const uint64_t num = self->reader->lengths[what->dims[0]];
    const bool is_text = what->type == TYPE_STRING;
    void *rows =
        is_text ? (void *)reader_data_load_texts(self->reader, what->path, err)
                : reader_data_load(self->reader, what->path, err);
    int rc = rows ? stream_put(self->file, what->path, rows, num, err) : -1;

    if (rc == 0)
        rc = layout_end_dimension(self->file, what->dims[0], num, err);
    if (is_text) {
        reader_data_free_texts(rows, (size_t)num);
    } else {
        free(rows);
    }
    return rc;
}

/* All values of a dataset of more dimensions, which is a table of scores. */
static int copy_table(const struct redact *self,
                      const char *path,
                      enum schema_type type,
                      uint64_t num,
                      struct error *err)
{
    void *values = load_all(self->reader->file, path, type, num, err);
    int rc = values ? 0 : -1;

    if (values && num > 0 && h5_write(self->file, path, type, values) < 0)
        rc = h5_fail(err, ERR_IO, "its file");
    free(values);
    return rc;
}

struct rewriting {
    struct reader_texts *from;
    struct stream *bytes, *offset;
    struct text text;
};

static int rewrite_rows(const struct redact *self,
                        const char *path,
                        struct rewriting *with,
                        struct error *err)
{
    const uint64_t zero = 0;

    if (stream_add(with->offset, &zero, 1, err) < 0)
        return -1;
    for (size_t row = 0; row < reader_data_num(with->from); row++) {
        const char *bytes;
        size_t len;
        uint64_t end;

        if (reader_data_get(with->from, row, &bytes, &len, err) < 0)
            return -1;
        text_clear(&with->text);
        if (len > 0)
            self->fn(self->context, path, row, bytes, len, &with->text);
        if (stream_add(with->bytes, text_data(&with->text), with->text.len, err)
            < 0)
            return -1;
        end = stream_count(with->bytes);
        if (stream_add(with->offset, &end, 1, err) < 0)
            return -1;
    }
    if (stream_flush(with->bytes, err) < 0
        || stream_flush(with->offset, err) < 0)
        return -1;
    return 0;
}

/* Texts and their offsets. */
static int rewrite(const struct redact *self,
                   const struct schema_dataset *what,
                   const struct schema_dataset *offset,
                   struct error *err)
{
    struct rewriting with = { 0 };
    int rc = -1;

    with.from = reader_data_open(self->reader, what->path, err);
    with.bytes = with.from ? stream_open(self->file, what->path, err) : NULL;
    with.offset =
        with.bytes ? stream_open(self->file, offset->path, err) : NULL;
    if (with.offset)
        rc = rewrite_rows(self, what->path, &with, err);
    if (rc == 0) {
        rc = layout_end_dimension(self->file,
                                  what->dims[0],
                                  stream_count(with.bytes),
                                  err);
    }
    if (rc == 0) {
        rc = layout_end_dimension(self->file,
                                  offset->dims[0],
                                  stream_count(with.offset),
                                  err);
    }
    stream_close(with.bytes);
    stream_close(with.offset);
    reader_data_close(with.from);
    text_release(&with.text);
    return rc;
}

static int copy_datasets(const struct redact *self, struct error *err)
{
    const uint64_t *lengths = self->reader->lengths;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < schema_num_datasets; i++) {
        const struct schema_dataset *what = &schema_datasets[i];
        const struct schema_dataset *offset =
            what->type == TYPE_U8 ? offsets_of(what) : NULL;

        if (!schema_is_there(what, lengths))
            continue;
        if (offset) {
            rc = rewrite(self, what, offset, err);
        } else if (what->dims[1] != DIM_NONE) {
            rc = copy_table(self,
                            what->path,
                            what->type,
                            lengths[what->dims[0]] * lengths[what->dims[1]],
                            err);
        } else if (!is_offset_of_texts(what)) {
            rc = copy_rows(self, what, err);
        }
    }
    return rc;
}

static int copy_scores(const struct redact *self, struct error *err)
{
    const uint64_t *lengths = self->reader->lengths;
    const uint64_t cells = lengths[DIM_MODEL] * lengths[DIM_COLUMN];

    for (int i = 0; i < NUM_PROFILES * 2 * NUM_SCORE_FIELDS; i++) {
        const bool by_repeat = i / NUM_SCORE_FIELDS % 2;
        char path[SCHEMA_PATH];
        const enum schema_type type =
            schema_score_path((enum profile)(i / (2 * NUM_SCORE_FIELDS)),
                              by_repeat,
                              i % NUM_SCORE_FIELDS,
                              path);

        if (copy_table(self,
                       path,
                       type,
                       by_repeat ? cells * lengths[DIM_REPEAT] : cells,
                       err)
            < 0)
            return -1;
    }
    return 0;
}

/* One text of the provenance; another kind of object as it is. */
static int copy_provenance(const struct redact *self,
                           hid_t from,
                           const char *name)
{
    char *path = text_format("/provenance/%s", name);
    char *text = reader_provenance(self->reader, name);
    struct text out = { 0 };
    int rc;

    if (text) {
        self->fn(self->context, path, 0, text, strlen(text), &out);
        rc = h5_write_text(self->file, path, text_data(&out));
    } else {
        rc = H5Ocopy(from, name, self->file, path, H5P_DEFAULT, H5P_DEFAULT) < 0
                 ? -1
                 : 0;
    }
    text_release(&out);
    free(text);
    free(path);
    return rc;
}

static int copy_all_provenance(const struct redact *self, struct error *err)
{
    hid_t from = H5Gopen2(self->reader->file, "/provenance", H5P_DEFAULT);
    H5G_info_t info = { 0 };
    int rc = from < 0 || H5Gget_info(from, &info) < 0 ? -1 : 0;

    for (hsize_t i = 0; rc == 0 && i < info.nlinks; i++) {
        char name[256];

        rc = H5Lget_name_by_idx(from,
                                ".",
                                H5_INDEX_NAME,
                                H5_ITER_INC,
                                i,
                                name,
                                sizeof name,
                                H5P_DEFAULT)
                     < 0
                 ? -1
                 : copy_provenance(self, from, name);
    }
    if (from >= 0)
        (void)H5Gclose(from);
    return rc < 0 ? h5_fail(err, ERR_IO, "/provenance") : 0;
}

static int fill(const struct redact *self, const char *how, struct error *err)
{
    if (copy_datasets(self, err) < 0 || copy_scores(self, err) < 0
        || copy_all_provenance(self, err) < 0)
        return -1;
    if (h5_put_text(self->file, "redaction", how) < 0
        || h5_put_text(self->file, "redacted_from", self->reader->digest) < 0)
        return h5_fail(err, ERR_IO, "attributes");
    return 0;
}

/* Growing dimensions begin at 0. */
static int lay_out(const struct redact *self,
                   const char *path,
                   struct error *err)
{
    uint64_t lengths[NUM_DIMS];

    for (int d = 0; d < NUM_DIMS; d++) {
        lengths[d] =
            schema_dimensions[d].is_growing ? 0 : self->reader->lengths[d];
    }
    return layout_create(self->file, lengths, path, err);
}

int redact_write(const struct reader *reader,
                 const char *path,
                 const char *how,
                 redact_fn fn,
                 void *context,
                 struct error *err)
{
    struct redact self = { .reader = reader,
                           .file = -1,
                           .fn = fn,
                           .context = context };
    struct writer_file file;
    char digest[65];
    int rc = writer_file_create(&file, path, err);

    if (rc == 0) {
        self.file = file.id;
        rc = lay_out(&self, path, err);
        if (rc == 0)
            rc = fill(&self, how, err);
        if (rc < 0)
            (void)error_wrap(err, "cannot write %s", path);
    }
    if (rc == 0)
        rc = writer_file_commit(&file, digest, err);
    writer_file_empty(&file); /* what was committed stays */
    writer_file_release(&file);
    return rc;
}
