/*
 * pattern_ascii.h - a pattern as it reads where every character is ASCII.
 *
 * Most replies are ASCII only.  Without Unicode properties and characters of
 * several bytes the library finds the same in them two to three times sooner.
 */
#ifndef PATTERN_ASCII_H
#define PATTERN_ASCII_H

#include <stdbool.h>

/* Whether a text has no byte over 0x7f. */
bool pattern_is_ascii(const char *text);

/*
 * The pattern for a library without UTF and UCP, for the caller to free().
 * Properties become ranges.  A character over 0x7f becomes NUL, which no text
 * contains.  A property that is not in the list is a BUG().
 */
char *pattern_ascii(const char *pattern);

#endif
