/*
 * json_parts.h - what src/base/json*.c share.
 */
#ifndef JSON_PARTS_H
#define JSON_PARTS_H

#include <stddef.h>

struct error;
struct text;

/* From now on cJSON allocates through mem.h and so never gives NULL. */
void json_memory_use(void);

/* In a step of an RFC 6901 pointer "~1" is '/', "~0" is '~'. */
void json_unescape_step(char *segment);

/* The text of a file (.gz too) that others wrote, into an empty `out`: a byte
 * that is not UTF-8, and an escaped NUL, become U+FFFD; `num_mended` is how
 * many. */
int json_mend_read(const char *path,
                   size_t max_bytes,
                   struct text *out,
                   size_t *num_mended,
                   struct error *err);

#endif
