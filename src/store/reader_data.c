#include "store/reader_data.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/h5.h"
#include "store/reader_load.h"
#include "store/reader_parts.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

/* Whoever made the file chose its lengths. */
enum { MAX_ROWS = 200 * 1000 * 1000, MAX_TEXT = 256 * 1024 * 1024 };
enum { WINDOW = 4 * 1024 * 1024 };

struct reader_texts {
    const struct reader *reader;
    char *path;
    uint64_t *offset; /* [num + 1] */
    size_t num;
    uint64_t num_bytes;
    hid_t data;
    char *window; /* bytes first..first + len of the dataset */
    uint64_t first, len, cap;
};

size_t reader_data_length(const struct reader *reader, enum schema_dim dim)
{
    return (size_t)reader->lengths[dim];
}

static int measure(const struct reader *reader,
                   const char *path,
                   uint64_t *num,
                   struct error *err)
{
    const struct schema_dataset *what = schema_find(path);

    *num = reader->lengths[what->dims[0]];
    if (*num > MAX_ROWS) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: %s: more rows than are read",
                         reader->path,
                         path);
    }
    return 0;
}

void *reader_data_load(const struct reader *reader,
                       const char *path,
                       struct error *err)
{
    uint64_t num;
    void *out;

    if (measure(reader, path, &num, err) < 0)
        return NULL;
    out = load_all(reader->file, path, schema_find(path)->type, num, err);
    if (!out)
        (void)error_wrap(err, "%s", reader->path);
    return out;
}

char **reader_data_load_texts(const struct reader *reader,
                              const char *path,
                              struct error *err)
{
    uint64_t num;
    char **out;

    if (measure(reader, path, &num, err) < 0)
        return NULL;
    out = load_texts(reader->file, path, num, err);
    if (!out)
        (void)error_wrap(err, "%s", reader->path);
    return out;
}

void reader_data_free_texts(char **texts, size_t num)
{
    for (size_t i = 0; texts && i < num; i++)
        free(texts[i]);
    free((void *)texts);
}

struct reader_texts *reader_data_open(const struct reader *reader,
                                      const char *path,
                                      struct error *err)
{
    char *offset = text_format("%s_offset", path);
    struct reader_texts *self = mem_alloc(1, sizeof *self);
    const uint64_t edges = reader->lengths[schema_find(offset)->dims[0]];

    self->reader = reader;
    self->path = mem_text(path);
    self->num_bytes = reader->lengths[schema_find(path)->dims[0]];
    self->num = edges > 0 ? (size_t)edges - 1 : 0;
    self->data = H5Dopen2(reader->file, path, H5P_DEFAULT);
    self->offset = reader_data_load(reader, offset, err);
    free(offset);
    if (self->offset && self->data < 0)
        (void)h5_fail(err, ERR_IO, "%s: %s", reader->path, path);
    if (!self->offset || self->data < 0) {
        reader_data_close(self);
        return NULL;
    }
    return self;
}

/* Bytes from `first` on, at least `len` of them. */
static int fill(struct reader_texts *self,
                uint64_t first,
                uint64_t len,
                struct error *err)
{
    const uint64_t rest = self->num_bytes - first;
    hsize_t start[1] = { first };
    hsize_t count[1] = { len > WINDOW ? len : WINDOW };
    hid_t space = H5Dget_space(self->data);
    hid_t memory;
    herr_t rc;

    count[0] = count[0] > rest ? rest : count[0];
    if (count[0] > self->cap) {
        self->cap = count[0];
        self->window = mem_resize(self->window, (size_t)self->cap, 1);
    }
    memory = H5Screate_simple(1, count, NULL);
    rc = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
    if (rc >= 0) {
        rc = H5Dread(self->data,
                     H5T_NATIVE_UINT8,
                     memory,
                     space,
                     H5P_DEFAULT,
                     self->window);
    }
    (void)H5Sclose(memory);
    (void)H5Sclose(space);
    self->first = first;
    self->len = rc < 0 ? 0 : count[0];
    if (rc < 0)
        return h5_fail(err, ERR_IO, "%s: %s", self->reader->path, self->path);
    return 0;
}

int reader_data_get(struct reader_texts *self,
                    size_t row,
                    const char **bytes,
                    size_t *len,
                    struct error *err)
{
    uint64_t from, to;

    if (row >= self->num)
        BUG("%s: row %zu of %zu", self->path, row, self->num);
    from = self->offset[row];
    to = self->offset[row + 1];
    if (from > to || to > self->num_bytes || to - from > MAX_TEXT) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: %s_offset: row %zu is out of range",
                         self->reader->path,
                         self->path,
                         row);
    }
    *bytes = "";
    *len = (size_t)(to - from);
    if (*len == 0)
        return 0;
    if ((from < self->first || to > self->first + self->len)
        && fill(self, from, to - from, err) < 0)
        return -1;
    *bytes = self->window + (from - self->first);
    return 0;
}

size_t reader_data_num(const struct reader_texts *self)
{
    return self->num;
}

void reader_data_close(struct reader_texts *self)
{
    if (!self)
        return;
    if (self->data >= 0)
        (void)H5Dclose(self->data);
    free(self->offset);
    free(self->window);
    free(self->path);
    free(self);
}
