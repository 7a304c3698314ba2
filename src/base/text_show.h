/*
 * text_show.h - texts that somebody else wrote, for a terminal and for a
 * spreadsheet: neither does what they say.
 */
#ifndef TEXT_SHOW_H
#define TEXT_SHOW_H

#include <stddef.h>

struct text;

/* Control characters (C0, DEL, C1) and those that turn the direction of writing
 * become '?', each one column as before. */
void text_show_plain(struct text *out, const char *text);

/* One field of RFC 4180, in quotes where it needs them, or always.  What a
 * spreadsheet would take for a formula (= + - @, tab, carriage return in front)
 * gets an apostrophe in front.  `bytes` may hold NULs. */
void text_show_field(struct text *out, const char *text);
void text_show_quoted(struct text *out, const char *bytes, size_t len);

#endif
