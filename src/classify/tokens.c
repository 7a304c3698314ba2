#include "classify/tokens.h"

#include "base/utf8.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const uint64_t fnv_start = 1469598103934665603U;
static const uint64_t fnv_prime = 1099511628211U;

struct cursor {
    const unsigned char *bytes;
    size_t len;
    size_t at;
};

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* A letter or digit of any script: roughly, all but the blocks of punctuation,
 * symbols and emoji. */
static bool is_of_word(uint32_t point)
{
    if (point < 0x80) {
        return is_letter((unsigned char)point)
               || is_digit((unsigned char)point);
    }
    return (point >= 0xC0 && point < 0x2000 && point != 0xD7 && point != 0xF7)
           || (point >= 0x2C00 && point < 0x2E00)
           || (point >= 0x3041 && point < 0xE000)
           || (point >= 0xF900 && point < 0xFE00)
           || (point >= 0xFE70 && point < 0xFEFF)
           || (point >= 0xFF10 && point < 0xFFE0)
           || (point >= 0x20000 && point < 0x40000);
}

static bool has_word(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        if (is_of_word(utf8_next(text, len, &at))) {
            return true;
        }
    }
    return false;
}

static uint64_t add(uint64_t hash, unsigned byte)
{
    return (hash ^ byte) * fnv_prime;
}

/* Length of an apostrophe (ASCII or U+2019) before another letter, or 0. */
static size_t apostrophe(const struct cursor *c, size_t at)
{
    const unsigned char *b = c->bytes + at;
    size_t left = c->len - at;

    if (left > 1 && b[0] == '\'' && is_letter(b[1])) {
        return 1;
    }
    if (left > 3 && memcmp(b, "\xE2\x80\x99", 3) == 0 && is_letter(b[3])) {
        return 3;
    }
    return 0;
}

static uint64_t read_word(struct cursor *c)
{
    uint64_t hash = fnv_start;

    while (c->at < c->len) {
        unsigned char byte = c->bytes[c->at];
        size_t mark = apostrophe(c, c->at);
        if (is_letter(byte)) {
            hash = add(hash, byte | 0x20U);
            c->at++;
        } else if (mark > 0) {
            hash = add(hash, '\'');
            c->at += mark;
        } else {
            break;
        }
    }
    return hash;
}

static uint64_t read_digits(struct cursor *c)
{
    size_t start = c->at;
    size_t len;
    uint64_t hash;

    while (c->at < c->len && is_digit(c->bytes[c->at])) {
        c->at++;
    }
    len = c->at - start;
    hash = add(fnv_start, (unsigned)(200 + (len < 6 ? len : 6)));
    return len == 1 ? add(hash, c->bytes[start]) : hash;
}

static uint64_t read_other(struct cursor *c)
{
    unsigned char first = c->bytes[c->at];
    uint64_t hash = fnv_start;
    size_t len = 1;

    if (first == '\n') {
        while (c->at < c->len
               && (c->bytes[c->at] == '\n' || c->bytes[c->at] == ' ')) {
            c->at++;
        }
        return add(hash, '\n');
    }
    if (first >= 0x80) {
        len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    }
    for (size_t i = 0; i < len && c->at < c->len; i++) {
        hash = add(hash, c->bytes[c->at++]);
    }
    return hash;
}

static void read_part(struct tokens *out, const char *text, size_t len)
{
    struct cursor c = { (const unsigned char *)text, len, 0 };

    out->has_word = out->has_word || has_word(text, len);
    while (c.at < c.len && out->num < TOKENS_CAP) {
        unsigned char byte = c.bytes[c.at];
        uint64_t hash;
        if (byte == ' ' || byte == '\t' || byte == '\r') {
            c.at++;
            continue;
        }
        if (is_letter(byte)) {
            hash = read_word(&c);
        } else if (is_digit(byte)) {
            hash = read_digits(&c);
        } else {
            hash = read_other(&c);
        }
        hash = (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15U;
        out->hashes[out->num++] = (uint32_t)(hash >> 32);
    }
}

static void read_shape(struct tokens *out, const char *text, size_t len)
{
    double num = (double)out->num;
    size_t lines = 0;
    size_t beyond = 0;
    size_t seen = len < TOKENS_HEAD_BYTES ? len : TOKENS_HEAD_BYTES;
    bool ends = len > 0 && text[len - 1] != '\0'
                && strchr(".!?", text[len - 1]) != NULL;

    for (size_t i = 0; i < seen; i++) {
        lines += text[i] == '\n';
        beyond += (unsigned char)text[i] >= 0x80;
    }
    out->shape[0] = (float)(log1p(num) / 3 - 1);
    out->shape[1] = (float)(log1p((double)lines) / 2 - 0.5);
    out->shape[2] = out->num < 6 ? 1 : 0;
    out->shape[3] = out->num < 30 ? 1 : 0;
    out->shape[4] = out->num > 250 ? 1 : 0;
    out->shape[5] = ends ? 1 : 0;
    out->shape[6] = (float)((double)beyond / (double)(seen + 1));
    out->shape[7] = out->num > 600 ? 1 : 0;
}

void tokens_read(struct tokens *out, const char *text, size_t len)
{
    out->num = 0;
    out->has_word = false;
    if (len <= TOKENS_CAP) {
        read_part(out, text, len);
    } else {
        read_part(out, text, TOKENS_HEAD_BYTES);
        read_part(out, text + len - TOKENS_TAIL_BYTES, TOKENS_TAIL_BYTES);
    }
    read_shape(out, text, len);
}
