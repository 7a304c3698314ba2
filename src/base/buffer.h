/*
 * buffer.h - numbers and texts as bytes, for wire, pipe and journal.
 *
 * Little-endian, fixed width, texts with a 64-bit length in front.  Reading
 * never passes the end and never allocates more than the bytes at hand allow:
 * after the first bad read every further one gives zero, and buffer_failed()
 * says so once at the end.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include "base/hash.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writing: appended to a struct text. */
void buffer_put_u8(struct text *out, uint8_t number);
void buffer_put_u32(struct text *out, uint32_t number);
void buffer_put_u64(struct text *out, uint64_t number);
void buffer_put_i64(struct text *out, int64_t number);
void buffer_put_double(struct text *out, double number);
void buffer_put_hash(struct text *out, struct hash128 hash);
void buffer_put_bytes(struct text *out, const void *bytes, size_t len);
void buffer_put_text(struct text *out, const char *text); /* NULL is kept */

/* Reading. */
struct buffer {
    const unsigned char *bytes; /* borrowed */
    size_t len;
    size_t at;
    bool failed;
};

void buffer_init(struct buffer *buffer, const void *bytes, size_t len);
uint8_t buffer_u8(struct buffer *buffer);
uint32_t buffer_u32(struct buffer *buffer);
uint64_t buffer_u64(struct buffer *buffer);
int64_t buffer_i64(struct buffer *buffer);
double buffer_double(struct buffer *buffer);
struct hash128 buffer_hash(struct buffer *buffer);

/* A count of things that take at least `item_bytes` each: fails when the rest
 * of the buffer cannot hold so many. */
uint32_t buffer_count(struct buffer *buffer, size_t item_bytes);

/* A text for the caller to free(), NUL added; `len` may be NULL.  NULL for a
 * NULL that was put, and after a failure. */
char *buffer_text(struct buffer *buffer, uint64_t *len);

size_t buffer_left(const struct buffer *buffer);
bool buffer_failed(const struct buffer *buffer); /* or bytes are left over */

#endif
