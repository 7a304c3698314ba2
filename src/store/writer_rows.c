#include "store/writer_rows.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/layout.h"
#include "store/stream.h"
#include "trustsweep/error.h"

#include <stdlib.h>

struct rows {
    hid_t file;
    struct stream **streams; /* [num] */
    size_t num;
};

/* The first row of values begins where they do. */
static int open_one(struct rows *self,
                    const char *path,
                    struct background *packer,
                    struct error *err)
{
    struct stream *stream = stream_open(self->file, path, err);
    const uint64_t zero = 0;

    if (!stream)
        return -1;
    self->streams[self->num++] = stream;
    if (packer)
        stream_pack_by(stream, packer);
    return text_ends(path, "_offset") ? stream_add(stream, &zero, 1, err) : 0;
}

struct rows *rows_open(hid_t file,
                       const char *const *paths,
                       size_t num,
                       struct background *packer,
                       struct error *err)
{
    struct rows *self = mem_alloc(1, sizeof *self);

    self->file = file;
    self->streams = mem_alloc(num, sizeof(struct stream *));
    for (size_t i = 0; i < num; i++) {
        if (open_one(self, paths[i], packer, err) < 0) {
            rows_close(self);
            return NULL;
        }
    }
    return self;
}

void rows_close(struct rows *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num; i++)
        stream_close(self->streams[i]);
    free((void *)self->streams);
    free(self);
}

int rows_add(struct rows *self,
             const struct rows_field *fields,
             size_t num,
             struct error *err)
{
    for (size_t i = 0; i < num; i++) {
        if (stream_add(self->streams[fields[i].dataset],
                       fields[i].value,
                       1,
                       err)
            < 0)
            return -1;
    }
    return 0;
}

int rows_add_many(struct rows *self,
                  int dataset,
                  const void *values,
                  uint64_t num,
                  struct error *err)
{
    struct stream *stream = self->streams[dataset];
    uint64_t end;

    if (stream_add(stream, values, values ? num : 0, err) < 0)
        return -1;
    end = stream_count(stream);
    return stream_add(self->streams[dataset - 1], &end, 1, err);
}

uint64_t rows_num(const struct rows *self, int dataset)
{
    return stream_count(self->streams[dataset]);
}

int rows_flush(struct rows *self, struct error *err)
{
    if (stream_flush_all(self->streams, self->num, err) < 0)
        return -1;
    for (size_t i = 0; i < self->num; i++) {
        if (layout_end_dimension(self->file,
                                 stream_dim(self->streams[i]),
                                 stream_count(self->streams[i]),
                                 err)
            < 0)
            return -1;
    }
    return 0;
}
