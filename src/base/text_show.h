/*
 * text_show.h - texts that somebody else wrote, for a terminal and for a
 * spreadsheet: neither does what they say.
 */
#ifndef TEXT_SHOW_H
#define TEXT_SHOW_H

#include <stdbool.h>
#include <stddef.h>

struct text;

/* Bytes of the character at `at`, in a text with its NUL, that is not to be
 * shown; 0: it is.  These are control characters (C0, DEL, C1), those that end a
 * line or turn the direction of writing.  Nothing else here or elsewhere decides
 * that. */
size_t text_show_hidden(const char *at);

/* Whether one stands in `text`. */
bool text_show_hides(const char *text);

/* Each of them becomes '?', one column as before; or `with`, where the text is. */
void text_show_plain(struct text *out, const char *text);
void text_show_clean(char *text, char with);

/* One field of RFC 4180, in quotes where it needs them, or always.  What a
 * spreadsheet would take for a formula (= + - @, tab, carriage return in front)
 * gets an apostrophe in front.  `bytes` may hold NULs. */
void text_show_field(struct text *out, const char *text);
void text_show_quoted(struct text *out, const char *bytes, size_t len);

#endif
