#include "base/gzip.h"

#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#define ZLIB_CONST /* zlib only reads its input */
#include <zlib.h>

enum {
    PIECE = 1 << 16,
    MAX_FEED = 1 << 30,    /* zlib counts in unsigned int */
    GZIP_WINDOW = 15 + 16, /* the largest, with a gzip header */
};

bool gzip_is(const void *bytes, size_t len)
{
    const unsigned char *start = bytes;

    return len >= 2 && start[0] == 0x1F && start[1] == 0x8B;
}

/* Give zlib the next part of [*left] bytes once it has used up the last. */
static void feed(z_stream *stream, const unsigned char **next, size_t *left)
{
    if (stream->avail_in == 0 && *left > 0) {
        size_t len = *left < MAX_FEED ? *left : MAX_FEED;
        stream->next_in = *next;
        stream->avail_in = (uInt)len;
        *next += len;
        *left -= len;
    }
}

/* Inflate into `piece` once.  Z_OK, Z_STREAM_END, or -1 and `err` filled. */
static int inflate_piece(z_stream *stream,
                         unsigned char piece[PIECE],
                         struct error *err)
{
    stream->next_out = piece;
    stream->avail_out = PIECE;
    int rc = inflate(stream, Z_NO_FLUSH);
    if (rc == Z_OK || rc == Z_STREAM_END) {
        return rc;
    }
    /* Z_BUF_ERROR: it wants more, and there is no more. */
    return error_set(err,
                     ERR_FORMAT,
                     "gzip data is %s",
                     rc == Z_BUF_ERROR ? "cut short" : "damaged");
}

/* Inflate every member up to the end of the input. */
static int inflate_all(z_stream *stream,
                       const void *bytes,
                       size_t len,
                       size_t max_bytes,
                       struct text *out,
                       struct error *err)
{
    const unsigned char *next = bytes;
    size_t start = out->len;
    unsigned char piece[PIECE];

    for (;;) {
        feed(stream, &next, &len);
        int rc = inflate_piece(stream, piece, err);
        if (rc < 0) {
            return -1;
        }
        size_t got = PIECE - stream->avail_out;
        if (got > max_bytes - (out->len - start)) {
            return error_set(err,
                             ERR_FORMAT,
                             "gzip data holds more than the %zu bytes allowed",
                             max_bytes);
        }
        text_add_len(out, (const char *)piece, got);
        if (rc == Z_STREAM_END && stream->avail_in == 0 && len == 0) {
            return 0;
        }
        if (rc == Z_STREAM_END && inflateReset(stream) != Z_OK) {
            BUG("zlib cannot start again");
        }
    }
}

int gzip_inflate(const void *bytes,
                 size_t len,
                 size_t max_bytes,
                 struct text *out,
                 struct error *err)
{
    z_stream stream = { 0 };
    size_t start = out->len;

    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
        BUG("zlib cannot start");
    }
    int rc = inflate_all(&stream, bytes, len, max_bytes, out, err);
    (void)inflateEnd(&stream);
    if (rc < 0 && out->data) {
        out->len = start;
        out->data[start] = '\0';
    }
    return rc;
}

void gzip_deflate(const void *bytes, size_t len, struct text *out)
{
    z_stream stream = { 0 };
    const unsigned char *next = bytes;
    unsigned char piece[PIECE];
    int rc;

    if (deflateInit2(&stream,
                     Z_DEFAULT_COMPRESSION,
                     Z_DEFLATED,
                     GZIP_WINDOW,
                     8,
                     Z_DEFAULT_STRATEGY)
        != Z_OK) {
        BUG("zlib cannot start");
    }
    do {
        feed(&stream, &next, &len);
        stream.next_out = piece;
        stream.avail_out = PIECE;
        rc = deflate(&stream, len == 0 ? Z_FINISH : Z_NO_FLUSH);
        if (rc != Z_OK && rc != Z_STREAM_END) {
            BUG("zlib cannot deflate: %d", rc);
        }
        text_add_len(out, (const char *)piece, PIECE - stream.avail_out);
    } while (rc != Z_STREAM_END);
    (void)deflateEnd(&stream);
}
