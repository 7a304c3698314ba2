#include "base/buffer.h"

#include "base/mem.h"

#include <string.h>

/* The length that stands for a NULL text. */
#define LEN_NULL UINT64_MAX

static void put(struct text *out, uint64_t number, size_t width)
{
    char bytes[8];

    for (size_t i = 0; i < width; i++) {
        bytes[i] = (char)(unsigned char)(number >> 8 * i);
    }
    text_add_len(out, bytes, width);
}

void buffer_put_u8(struct text *out, uint8_t number)
{
    put(out, number, 1);
}

void buffer_put_u32(struct text *out, uint32_t number)
{
    put(out, number, 4);
}

void buffer_put_u64(struct text *out, uint64_t number)
{
    put(out, number, 8);
}

void buffer_put_i64(struct text *out, int64_t number)
{
    put(out, (uint64_t)number, 8);
}

void buffer_put_double(struct text *out, double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    put(out, bits, 8);
}

void buffer_put_hash(struct text *out, struct hash128 hash)
{
    put(out, hash.high, 8);
    put(out, hash.low, 8);
}

void buffer_put_bytes(struct text *out, const void *bytes, size_t len)
{
    if (!bytes) {
        put(out, LEN_NULL, 8);
        return;
    }
    put(out, len, 8);
    text_add_len(out, bytes, len);
}

void buffer_put_text(struct text *out, const char *text)
{
    buffer_put_bytes(out, text, text ? strlen(text) : 0);
}

void buffer_init(struct buffer *buffer, const void *bytes, size_t len)
{
    *buffer = (struct buffer){ .bytes = bytes, .len = len };
}

size_t buffer_left(const struct buffer *buffer)
{
    return buffer->failed ? 0 : buffer->len - buffer->at;
}

bool buffer_failed(const struct buffer *buffer)
{
    return buffer->failed || buffer->at != buffer->len;
}

/* The next `len` bytes, or NULL after or with a failure. */
static const unsigned char *take(struct buffer *buffer, uint64_t len)
{
    if (buffer->failed || len > buffer->len - buffer->at) {
        buffer->failed = true;
        return NULL;
    }
    const unsigned char *bytes = buffer->bytes + buffer->at;
    buffer->at += (size_t)len;
    return bytes;
}

static uint64_t get(struct buffer *buffer, size_t width)
{
    const unsigned char *bytes = take(buffer, width);
    uint64_t number = 0;

    for (size_t i = 0; bytes && i < width; i++) {
        number |= (uint64_t)bytes[i] << 8 * i;
    }
    return number;
}

uint8_t buffer_u8(struct buffer *buffer)
{
    return (uint8_t)get(buffer, 1);
}

uint32_t buffer_u32(struct buffer *buffer)
{
    return (uint32_t)get(buffer, 4);
}

uint64_t buffer_u64(struct buffer *buffer)
{
    return get(buffer, 8);
}

int64_t buffer_i64(struct buffer *buffer)
{
    return (int64_t)get(buffer, 8);
}

double buffer_double(struct buffer *buffer)
{
    uint64_t bits = get(buffer, 8);
    double number;

    memcpy(&number, &bits, sizeof number);
    return number;
}

struct hash128 buffer_hash(struct buffer *buffer)
{
    struct hash128 hash = { 0 };

    hash.high = get(buffer, 8);
    hash.low = get(buffer, 8);
    if (buffer->failed) {
        return (struct hash128){ 0 };
    }
    return hash;
}

uint32_t buffer_count(struct buffer *buffer, size_t item_bytes)
{
    uint32_t num = buffer_u32(buffer);

    if (item_bytes == 0) {
        item_bytes = 1; /* nothing takes no room: a count must be paid for */
    }
    if (num > buffer_left(buffer) / item_bytes) {
        buffer->failed = true;
        return 0;
    }
    return num;
}

char *buffer_text(struct buffer *buffer, uint64_t *len)
{
    uint64_t num = buffer_u64(buffer);
    const unsigned char *bytes = NULL;

    if (num != LEN_NULL) {
        bytes = take(buffer, num);
    }
    if (len) {
        *len = bytes ? num : 0;
    }
    return bytes ? mem_text_len((const char *)bytes, (size_t)num) : NULL;
}
