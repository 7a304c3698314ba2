/*
 * json_regular.h - JSON of a file whose name others may have given to something
 * else, as in a run directory that came from anywhere.
 */
#ifndef JSON_REGULAR_H
#define JSON_REGULAR_H

#include <stddef.h>

struct cJSON;
struct error;

/* As json_read(), of a regular file only: ERR_FORMAT for a pipe, which would be
 * waited for, a device or a folder. */
struct cJSON *json_read_regular(const char *path,
                                size_t max_bytes,
                                struct error *err);

#endif
