#include "base/text.h"

#include "base/mem.h"
#include "trustsweep/bug.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_release(struct text *text)
{
    free(text->data);
    *text = (struct text){ 0 };
}

void text_clear(struct text *text)
{
    text->len = 0;
    if (text->data) {
        text->data[0] = '\0';
    }
}

void text_reserve(struct text *text, size_t more)
{
    if (more > SIZE_MAX - text->len - 1) {
        BUG("a text of %zu + %zu bytes", text->len, more);
    }
    text->data = mem_reserve(text->data, &text->cap, text->len + more + 1, 1);
}

void text_add_len(struct text *text, const char *more, size_t len)
{
    text_reserve(text, len);
    if (len > 0) {
        memcpy(text->data + text->len, more, len);
    }
    text->len += len;
    text->data[text->len] = '\0';
}

void text_add(struct text *text, const char *more)
{
    text_add_len(text, more, strlen(more));
}

void text_addf(struct text *text, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0) {
        BUG("cannot format '%s'", fmt);
    }
    text_reserve(text, (size_t)len);
    va_start(args, fmt);
    (void)vsnprintf(text->data + text->len, (size_t)len + 1, fmt, args);
    va_end(args);
    text->len += (size_t)len;
}

const char *text_data(const struct text *text)
{
    return text->data ? text->data : "";
}

char *text_take(struct text *text)
{
    char *data = text->data ? text->data : mem_text("");

    *text = (struct text){ 0 };
    return data;
}

bool text_equal(const char *a, const char *b)
{
    if (!a || !b) {
        return a == b;
    }
    return strcmp(a, b) == 0;
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t len = strlen(text);
    size_t suffix_len = strlen(suffix);

    return len >= suffix_len && strcmp(text + len - suffix_len, suffix) == 0;
}

/* One way back is enough: a later star can take over whatever an earlier one
 * would have tried. */
bool text_glob(const char *pattern, const char *text)
{
    const char *star = NULL; /* the last star passed */
    const char *from = NULL; /* where the text behind that star begins */

    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            from = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

/* Bytes of the UTF-8 sequence at `at`, or 0 when there is no valid one.  The
 * limits of the second byte keep out overlong forms, surrogates and what lies
 * beyond U+10FFFF. */
static size_t sequence_len(const unsigned char *at, size_t left)
{
    static const struct {
        unsigned char first, last; /* of the first byte */
        unsigned char min, max;    /* of the second byte */
        size_t len;
    } forms[] = {
        { 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 },
        { 0xE1, 0xEC, 0x80, 0xBF, 3 }, { 0xED, 0xED, 0x80, 0x9F, 3 },
        { 0xEE, 0xEF, 0x80, 0xBF, 3 }, { 0xF0, 0xF0, 0x90, 0xBF, 4 },
        { 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 },
    };

    if (at[0] < 0x80) {
        return 1;
    }
    size_t i = 0;
    while (i < ARRAY_LEN(forms)
           && (at[0] < forms[i].first || at[0] > forms[i].last)) {
        i++;
    }
    if (i == ARRAY_LEN(forms) || left < forms[i].len || at[1] < forms[i].min
        || at[1] > forms[i].max) {
        return 0;
    }
    for (size_t k = 2; k < forms[i].len; k++) {
        if ((at[k] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return forms[i].len;
}

/* Whether the next 8 bytes are all ASCII: most texts are, and this is much of
 * what reading JSON costs. */
static bool is_ascii_word(const char *text)
{
    uint64_t word;

    memcpy(&word, text, sizeof word);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

size_t text_valid_utf8(const char *text, size_t len)
{
    size_t at = 0;

    while (at < len) {
        if (len - at >= sizeof(uint64_t) && is_ascii_word(text + at)) {
            at += sizeof(uint64_t);
            continue;
        }
        size_t step = sequence_len((const unsigned char *)text + at, len - at);
        if (step == 0) {
            break;
        }
        at += step;
    }
    return at;
}

void text_add_utf8(struct text *text, const char *bytes, size_t len)
{
    size_t at = 0;

    text_add_len(text, "", 0);
    while (at < len) {
        size_t valid = text_valid_utf8(bytes + at, len - at);
        text_add_len(text, bytes + at, valid);
        at += valid;
        if (at < len) {
            text_add(text, "\xEF\xBF\xBD");
            at++;
        }
    }
}

size_t text_width(const char *text)
{
    size_t width = 0;

    for (; *text; text++) {
        width += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return width;
}
