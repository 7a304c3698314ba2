#include "base/gzip.h"

#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <libdeflate.h>

#include <stdint.h>

enum {
    LEVEL = 6,
    MIN_MEMBER = 18,      /* header and trailer */
    SIZE_FIELD = 4,       /* at the end: length modulo 2^32, little-endian */
    MAX_EXPANSION = 1032, /* of deflate, about */
    FIRST_ROOM = 1 << 16,
};

bool gzip_is(const void *bytes, size_t len)
{
    const unsigned char *start = bytes;

    return len >= 2 && start[0] == 0x1F && start[1] == 0x8B;
}

/* How long the content says it is.  Only a guess: the last member's alone, and
 * not to be believed beyond what deflate can do. */
static size_t said_len(const unsigned char *bytes, size_t len)
{
    size_t said = 0;

    if (len < MIN_MEMBER)
        return FIRST_ROOM;
    for (size_t i = 0; i < SIZE_FIELD; i++)
        said |= (size_t)bytes[len - SIZE_FIELD + i] << (8 * i);
    return said / MAX_EXPANSION > len ? FIRST_ROOM : said;
}

struct inflating {
    struct libdeflate_decompressor *by;
    const unsigned char *at; /* [left] */
    size_t left;
    struct text *out;
    size_t start; /* of what is added to `out` */
    size_t max_bytes;
};

/* Inflate the next member; `room` is what to try with. */
static int inflate_member(struct inflating *self,
                          size_t room,
                          struct error *err)
{
    struct text *out = self->out;
    const size_t most = self->max_bytes - (out->len - self->start);
    enum libdeflate_result result;
    size_t used;
    size_t got;

    for (;; room = room < FIRST_ROOM ? FIRST_ROOM : room * 2) {
        if (room > most)
            room = most;
        text_reserve(out, room);
        result = libdeflate_gzip_decompress_ex(self->by,
                                               self->at,
                                               self->left,
                                               out->data + out->len,
                                               room,
                                               &used,
                                               &got);
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE || room == most)
            break;
    }
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
        return error_set(err,
                         ERR_FORMAT,
                         "gzip data holds more than the %zu bytes allowed",
                         self->max_bytes);
    }
    if (result != LIBDEFLATE_SUCCESS)
        return error_set(err, ERR_FORMAT, "gzip data is damaged or cut short");
    out->len += got;
    out->data[out->len] = '\0';
    self->at += used;
    self->left -= used;
    return 0;
}

int gzip_inflate(const void *bytes,
                 size_t len,
                 size_t max_bytes,
                 struct text *out,
                 struct error *err)
{
    struct inflating self = { .by = libdeflate_alloc_decompressor(),
                              .at = bytes,
                              .left = len,
                              .out = out,
                              .start = out->len,
                              .max_bytes = max_bytes };
    const bool was_empty = !out->data;
    size_t room = said_len(bytes, len);
    int rc;

    if (!self.by)
        BUG("libdeflate cannot start");
    do {
        rc = inflate_member(&self, room, err);
        room = FIRST_ROOM;
    } while (rc == 0 && self.left > 0);
    libdeflate_free_decompressor(self.by);
    if (rc < 0 && was_empty) {
        text_release(out); /* nobody releases what was never filled */
    } else if (rc < 0) {
        out->len = self.start;
        out->data[self.start] = '\0';
    }
    return rc;
}

void gzip_deflate(const void *bytes, size_t len, struct text *out)
{
    struct libdeflate_compressor *by = libdeflate_alloc_compressor(LEVEL);
    size_t room = by ? libdeflate_gzip_compress_bound(by, len) : 0;
    size_t got;

    text_reserve(out, room);
    got = by ? libdeflate_gzip_compress(by,
                                        bytes,
                                        len,
                                        out->data + out->len,
                                        room)
             : 0;
    if (got == 0)
        BUG("libdeflate cannot deflate %zu bytes", len);
    out->len += got;
    out->data[out->len] = '\0';
    libdeflate_free_compressor(by);
}
