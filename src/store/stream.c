#include "store/stream.h"

#include "base/background.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "store/h5.h"
#include "store/pack.h"
#include "trustsweep/error.h"

#include <hdf5.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_BYTES = 128 * 1024 };

struct stream {
    const struct schema_dataset *what;
    hid_t id;
    unsigned char *buffer; /* [cap * size] */
    size_t size;           /* of an element */
    size_t cap;
    size_t num;       /* elements in the buffer */
    uint64_t written; /* elements in the file or in `ahead` */
    bool is_growing;
    bool is_packed; /* chunks of `cap` elements, as pack_chunk() makes them */
    struct packed ready;   /* the buffer, packed; bytes NULL: not yet */
    struct background *by; /* or NULL */
    struct ahead {         /* the chunk before the buffer, being packed */
        struct errand errand;
        unsigned char *buffer;
        size_t size;
        size_t cap;
        uint64_t start;
        struct packed packed;
    } ahead;
};

/* Whether pack_chunk() makes what the file wants: its filters, its chunks, and
 * numbers as they stand in memory (little-endian). */
static bool wants_packing(const struct stream *self)
{
    hid_t storage = H5Dget_create_plist(self->id);
    hid_t file_type = h5_type_file(self->what->type);
    hid_t type = h5_type_memory(self->what->type);
    hsize_t chunk = 0;
    bool is_wanted =
        self->what->type != TYPE_STRING && H5Pget_layout(storage) == H5D_CHUNKED
        && H5Pget_chunk(storage, 1, &chunk) == 1 && chunk == self->cap
        && H5Pget_nfilters(storage) == 2 && H5Tequal(file_type, type) > 0;

    h5_type_close(self->what->type, type);
    h5_type_close(self->what->type, file_type);
    (void)H5Pclose(storage);
    return is_wanted;
}

struct stream *stream_open(hid_t file, const char *path, struct error *err)
{
    struct stream *self = mem_alloc(1, sizeof *self);

    self->what = schema_find(path);
    self->is_growing = schema_dimensions[self->what->dims[0]].is_growing;
    self->size = schema_type_size(self->what->type);
    self->cap = BUFFER_BYTES / self->size;
    self->id = H5Dopen2(file, path, H5P_DEFAULT);
    if (self->id < 0) {
        (void)h5_fail(err, ERR_IO, "%s", path);
        free(self);
        return NULL;
    }
    self->is_packed = wants_packing(self);
    self->buffer = mem_resize(NULL, self->cap, self->size);
    return self;
}

static void forget_texts(struct stream *self)
{
    char **texts = (char **)(void *)self->buffer;

    if (self->what->type != TYPE_STRING)
        return;
    for (size_t i = 0; i < self->num; i++)
        free(texts[i]);
}

/* Whether the buffer begins where a chunk begins in the file. */
static bool is_chunk(const struct stream *self)
{
    return self->is_packed && self->written % self->cap == 0;
}

/* What is missing at a chunk's end is beyond the dataset's end, and zero. */
static void pack(struct stream *self)
{
    memset(self->buffer + self->num * self->size,
           0,
           (self->cap - self->num) * self->size);
    self->ready = pack_chunk(self->buffer, self->cap, self->size);
}

static int write_packed(struct stream *self,
                        struct packed *packed,
                        hsize_t start)
{
    const herr_t rc = H5Dwrite_chunk(self->id,
                                     H5P_DEFAULT,
                                     packed->skipped,
                                     &start,
                                     packed->len,
                                     packed->bytes);

    pack_release(packed);
    return rc < 0 ? -1 : 0;
}

static int write_chunk(struct stream *self, hsize_t start)
{
    if (!self->ready.bytes)
        pack(self);
    return write_packed(self, &self->ready, start);
}

static void pack_errand(void *context)
{
    struct ahead *ahead = context;

    ahead->packed = pack_chunk(ahead->buffer, ahead->cap, ahead->size);
}

/* What was packed meanwhile goes into the file. */
static int settle(struct stream *self)
{
    if (!self->ahead.errand.is_begun)
        return 0;
    background_wait(self->by, &self->ahead.errand);
    return write_packed(self, &self->ahead.packed, self->ahead.start);
}

void stream_pack_by(struct stream *self, struct background *by)
{
    self->by = self->is_packed ? by : NULL;
}

/* A whole chunk: another buffer is filled while this one is packed. */
static int hand_over(struct stream *self)
{
    struct ahead *ahead = &self->ahead;
    unsigned char *empty;

    if (settle(self) < 0)
        return -1;
    empty =
        ahead->buffer ? ahead->buffer : mem_resize(NULL, self->cap, self->size);
    *ahead = (struct ahead){ .errand = { .fn = pack_errand, .context = ahead },
                             .buffer = self->buffer,
                             .size = self->size,
                             .cap = self->cap,
                             .start = self->written };
    self->buffer = empty;
    background_start(self->by, &ahead->errand);
    return 0;
}

/* By the library, which converts and packs. */
static int write_rows(struct stream *self, hsize_t start)
{
    hsize_t count = self->num;
    hid_t file_space = H5Dget_space(self->id);
    hid_t memory_space = H5Screate_simple(1, &count, NULL);
    hid_t type = h5_type_memory(self->what->type);
    herr_t rc = H5Sselect_hyperslab(file_space,
                                    H5S_SELECT_SET,
                                    &start,
                                    NULL,
                                    &count,
                                    NULL);

    if (rc >= 0) {
        rc = H5Dwrite(self->id,
                      type,
                      memory_space,
                      file_space,
                      H5P_DEFAULT,
                      self->buffer);
    }
    h5_type_close(self->what->type, type);
    (void)H5Sclose(memory_space);
    (void)H5Sclose(file_space);
    return rc < 0 ? -1 : 0;
}

/* The buffer, which may not be in the file yet. */
static int empty_buffer(struct stream *self, struct error *err)
{
    hsize_t start = self->written;
    hsize_t end = start + self->num;
    int rc;

    if (self->num == 0)
        return 0;
    if (self->is_growing && H5Dset_extent(self->id, &end) < 0)
        return h5_fail(err, ERR_IO, "%s", self->what->path);
    if (!is_chunk(self)) {
        rc = write_rows(self, start);
    } else if (self->by && self->num == self->cap) {
        rc = hand_over(self);
    } else {
        rc = write_chunk(self, start);
    }
    if (rc < 0)
        return h5_fail(err, ERR_IO, "%s", self->what->path);
    forget_texts(self);
    self->written = end;
    self->num = 0;
    return 0;
}

struct many {
    struct stream *const *streams;
};

int stream_flush(struct stream *self, struct error *err)
{
    if (empty_buffer(self, err) < 0)
        return -1;
    return settle(self) < 0 ? h5_fail(err, ERR_IO, "%s", self->what->path) : 0;
}

static void pack_ahead(void *context, size_t i)
{
    struct stream *stream = ((struct many *)context)->streams[i];

    if (stream->num > 0 && is_chunk(stream))
        pack(stream);
}

int stream_flush_all(struct stream *const *streams,
                     size_t num,
                     struct error *err)
{
    struct many many = { streams };

    parallel_each(num, pack_ahead, &many);
    for (size_t i = 0; i < num; i++) {
        if (stream_flush(streams[i], err) < 0)
            return -1;
    }
    return 0;
}

int stream_add(struct stream *self,
               const void *values,
               uint64_t num,
               struct error *err)
{
    const unsigned char *from = values;

    while (num > 0) {
        const size_t room = self->cap - self->num;
        const size_t take = num < room ? (size_t)num : room;
        unsigned char *to = self->buffer + self->num * self->size;

        memcpy(to, from, take * self->size);
        if (self->what->type == TYPE_STRING) {
            char **texts = (char **)(void *)to;

            for (size_t i = 0; i < take; i++)
                texts[i] = mem_text(texts[i] ? texts[i] : "");
        }
        self->num += take;
        from += take * self->size;
        num -= take;
        if (self->num == self->cap && empty_buffer(self, err) < 0)
            return -1;
    }
    return 0;
}

uint64_t stream_count(const struct stream *self)
{
    return self->written + self->num;
}

enum schema_dim stream_dim(const struct stream *self)
{
    return self->what->dims[0];
}

void stream_close(struct stream *self)
{
    if (!self)
        return;
    forget_texts(self);
    background_wait(self->by, &self->ahead.errand);
    pack_release(&self->ahead.packed);
    free(self->ahead.buffer);
    pack_release(&self->ready);
    (void)H5Dclose(self->id);
    free(self->buffer);
    free(self);
}

int stream_put(hid_t file,
               const char *path,
               const void *values,
               uint64_t num,
               struct error *err)
{
    struct stream *stream = stream_open(file, path, err);
    int rc = stream ? stream_add(stream, values, num, err) : -1;

    if (rc == 0)
        rc = stream_flush(stream, err);
    stream_close(stream);
    return rc;
}
