/*
 * json_memory.h - for src/base/json*.c only.
 */
#ifndef JSON_MEMORY_H
#define JSON_MEMORY_H

#include <stddef.h>

struct error;
struct text;

/* From now on cJSON allocates through mem.h and so never gives NULL. */
void json_memory_use(void);

/* In a step of an RFC 6901 pointer "~1" is '/', "~0" is '~'. */
void json_unescape_step(char *segment);

/* The text that json_read_mended() parses, into an empty `out`. */
int json_mend_read(const char *path,
                   size_t max_bytes,
                   struct text *out,
                   size_t *num_mended,
                   struct error *err);

#endif
