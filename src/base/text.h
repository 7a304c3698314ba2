/*
 * text.h - strings that grow, and what C lacks for those that do not.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing string; start with { 0 }.  `data` is NULL or NUL-terminated; bytes
 * may hold NUL.  text_data() never gives NULL. */
struct text {
    char *data;
    size_t len;
    size_t cap;
};

void text_release(struct text *text);
void text_clear(struct text *text); /* keeps the memory */
void text_add(struct text *text, const char *more);
void text_add_len(struct text *text, const char *more, size_t len);
void text_addf(struct text *text, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Room for `more` bytes and the NUL behind them; `data` is not NULL then. */
void text_reserve(struct text *text, size_t more);
const char *text_data(const struct text *text);

/* Hand the string to the caller to free(); the text is empty afterwards.
 * Never NULL. */
char *text_take(struct text *text);

/* A formatted string for the caller to free(). */
char *text_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

bool text_equal(const char *a, const char *b); /* NULL equals only NULL */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* Whether shell pattern (* ? and nothing else) covers the whole text. */
bool text_glob(const char *pattern, const char *text);

/*
 * The candidate nearest to `word` by edit distance, or NULL when none is near
 * enough to be meant (distance over a third of the length, at least 2).
 *
 * candidates  [num], NULL entries are passed over
 */
const char *text_nearest(const char *word,
                         const char *const *candidates,
                         size_t num);

/* Whole-string numbers: true when all of `text` was used and it is in range.
 * text_to_double accepts neither "nan" nor "inf". */
bool text_to_int64(const char *text, int64_t *out);
bool text_to_uint64(const char *text, uint64_t *out);
bool text_to_double(const char *text, double *out);

/* Length of the valid UTF-8 prefix; equal to `len` when all is valid. */
size_t text_valid_utf8(const char *text, size_t len);

/* Add `bytes` with every invalid UTF-8 byte replaced by U+FFFD. */
void text_add_utf8(struct text *text, const char *bytes, size_t len);

/* Columns on a terminal, counting code points; enough for tables. */
size_t text_width(const char *text);

/* Add words from column `at` on, in lines of at most `width`. */
void text_wrap(struct text *text, const char *words, int at, int width);

/* "1.2 GB", "3 min 20 s": for people; `out` holds at least 32 bytes. */
void text_format_bytes(char *out, size_t size, uint64_t bytes);
void text_format_seconds(char *out, size_t size, double seconds);
/* The same of time that is left: what is not over is a second at least. */
void text_format_left(char *out, size_t size, double seconds);

#endif
