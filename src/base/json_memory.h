/*
 * json_memory.h - for src/base/json*.c only.
 */
#ifndef JSON_MEMORY_H
#define JSON_MEMORY_H

/* From now on cJSON allocates through mem.h and so never gives NULL. */
void json_memory_use(void);

/* In a step of an RFC 6901 pointer "~1" is '/', "~0" is '~'. */
void json_unescape_step(char *segment);

#endif
