/*
 * utf8.h - code points of a text, for what C leaves to a locale.
 *
 * All functions take any bytes; one that is no UTF-8 is a code point of its
 * own, U+FFFD, and is copied as it is.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The code point at *at, which must be below `len` and moves behind it. */
uint32_t utf8_next(const char *text, size_t len, size_t *at);

/* White space as Python's str.isspace() has it. */
bool utf8_is_space(uint32_t point);

/* Copies to free().  Lower case of Latin (up to Extended-A, and Vietnamese),
 * Greek and Cyrillic letters, one for one; the other takes the accents off
 * Latin letters (up to Extended-A) as well. */
char *utf8_lower(const char *text);
char *utf8_fold(const char *text);

#endif
