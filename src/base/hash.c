#include "base/hash.h"

#include "base/mem.h"
#include "trustsweep/bug.h"

#include <xxhash.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hash_stream {
    XXH3_state_t *state;
};

static struct hash128 from_xxh(XXH128_hash_t hash)
{
    return (struct hash128){ .high = hash.high64, .low = hash.low64 };
}

struct hash128 hash_bytes(const void *bytes, size_t len)
{
    return from_xxh(XXH3_128bits(len > 0 ? bytes : "", len));
}

bool hash_equal(struct hash128 a, struct hash128 b)
{
    return a.high == b.high && a.low == b.low;
}

int hash_compare(struct hash128 a, struct hash128 b)
{
    if (a.high != b.high) {
        return a.high < b.high ? -1 : 1;
    }
    if (a.low != b.low) {
        return a.low < b.low ? -1 : 1;
    }
    return 0;
}

void hash_format(struct hash128 hash, char out[HASH_TEXT])
{
    (void)snprintf(out,
                   HASH_TEXT,
                   "%016" PRIx64 "%016" PRIx64,
                   hash.high,
                   hash.low);
}

/* Value of a hexadecimal digit, or -1. */
static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

bool hash_parse(const char *text, struct hash128 *out)
{
    uint64_t halves[2] = { 0, 0 };

    if (strlen(text) != HASH_TEXT - 1) {
        return false;
    }
    for (size_t i = 0; i < HASH_TEXT - 1; i++) {
        int value = digit_value(text[i]);
        if (value < 0) {
            return false;
        }
        halves[i / 16] = halves[i / 16] << 4 | (unsigned)value;
    }
    *out = (struct hash128){ .high = halves[0], .low = halves[1] };
    return true;
}

struct hash_stream *hash_stream_create(void)
{
    struct hash_stream *self = mem_alloc(1, sizeof *self);

    self->state = XXH3_createState();
    if (!self->state || XXH3_128bits_reset(self->state) != XXH_OK) {
        BUG("xxhash cannot start");
    }
    return self;
}

static void add(struct hash_stream *self, const void *bytes, size_t len)
{
    if (len > 0 && XXH3_128bits_update(self->state, bytes, len) != XXH_OK) {
        BUG("xxhash cannot take %zu bytes", len);
    }
}

/* Low byte first, so that a hash is the same on every machine. */
static void add_u64(struct hash_stream *self, uint64_t number)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(number >> 8 * i);
    }
    add(self, bytes, sizeof bytes);
}

void hash_stream_bytes(struct hash_stream *self, const void *bytes, size_t len)
{
    add_u64(self, len);
    add(self, bytes, len);
}

void hash_stream_text(struct hash_stream *self, const char *text)
{
    if (text) {
        hash_stream_bytes(self, text, strlen(text));
    } else {
        add_u64(self, UINT64_MAX); /* a length that no text has */
    }
}

void hash_stream_u64(struct hash_stream *self, uint64_t number)
{
    add_u64(self, sizeof number);
    add_u64(self, number);
}

void hash_stream_double(struct hash_stream *self, double number)
{
    uint64_t bits = UINT64_C(0x7FF8000000000000); /* of every NaN */

    if (!isnan(number)) {
        number += 0.0; /* -0 becomes 0: equal numbers, equal hash */
        memcpy(&bits, &number, sizeof bits);
    }
    hash_stream_u64(self, bits);
}

struct hash128 hash_stream_end(struct hash_stream *self)
{
    struct hash128 hash = from_xxh(XXH3_128bits_digest(self->state));

    (void)XXH3_freeState(self->state);
    free(self);
    return hash;
}
