/*
 * pattern.h - regular expressions over replies, for evaluators.
 *
 * PCRE2 with UTF and UCP: \b, \w, \s and \d know Unicode, as Python's do.  A
 * byte that is not UTF-8 counts as a punctuation mark.  A pattern is a
 * literal of the program: it is known again by its address, and one that does
 * not compile is a BUG().  A match that runs into
 * the library's limits counts as no match.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* Where a match and its first group lie: bytes from the start of the text. */
struct pattern_hit {
    size_t from;
    size_t to;
    size_t group_from; /* equal to group_to when there is no group */
    size_t group_to;
};

/* "10.42 2022-12-11", of PCRE2, cut to `size` bytes. */
void pattern_library(char *out, size_t size);

/* Whether `pattern` is found in `text`; `(?i)` in front ignores case. */
bool pattern_found(const char *pattern, const char *text);

/* The first match; false when there is none. */
bool pattern_search(const char *pattern,
                    const char *text,
                    struct pattern_hit *out);

typedef void (*pattern_fn)(const char *text,
                           const struct pattern_hit *hit,
                           void *context);

/* Calls `fn` for every match from left to right.  Matches do not overlap, and
 * a pattern must not match the empty text. */
void pattern_each(const char *pattern,
                  const char *text,
                  pattern_fn fn,
                  void *context);

/* `text` without what the pattern matches, for the caller to free(). */
char *pattern_delete(const char *pattern, const char *text);

#endif
