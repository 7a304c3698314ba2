/*
 * json_regular.h - JSON of a file whose name others may have given to something
 * else, as in a run directory that came from anywhere.
 */
#ifndef JSON_REGULAR_H
#define JSON_REGULAR_H

#include <stddef.h>

struct cJSON;
struct error;

/* As json_read(), of a regular file only, as file_read_regular().  Without `err`
 * it is also how to ask for what may not be there, or not whole: NULL then. */
struct cJSON *json_read_regular(const char *path,
                                size_t max_bytes,
                                struct error *err);

#endif
