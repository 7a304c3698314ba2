/*
 * pattern.h - regular expressions over replies, for evaluators.
 *
 * PCRE2 with UTF and UCP: \b, \w, \s and \d know Unicode, as Python's do.
 * Bytes that are not UTF-8 match nothing and end nothing but the match.  A
 * pattern is part of the program, so one that does not compile is a BUG().
 * A match that runs into the library's limits counts as no match.
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

/* Whether `pattern` is found in `text`; `(?i)` in front ignores case. */
bool pattern_found(const char *pattern, const char *text);

/* The first match at or after byte `start`; false when there is none. */
bool pattern_search(const char *pattern,
                    const char *text,
                    size_t start,
                    struct pattern_hit *out);

/*
 * How often `pattern` is found, telling matches apart by the first byte of
 * group 1: counts[c - first] for the bytes first .. first + num - 1.
 */
void pattern_count(const char *pattern,
                   const char *text,
                   char first,
                   size_t num,
                   size_t *counts);

/* `text` without what the pattern matches, for the caller to free(). */
char *pattern_delete(const char *pattern, const char *text);

#endif
