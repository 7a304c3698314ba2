/*
 * json_shape.h - whether JSON that may come from anywhere has what its readers take
 * for given.
 */
#ifndef JSON_SHAPE_H
#define JSON_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct error;

enum json_type { JSON_TEXT, JSON_NUMBER, JSON_BOOL, JSON_OBJECT, JSON_ARRAY };

/* What leads to a path is told by rows of its own. */
struct json_shape {
    /* "counts/done"; "models/[]/name": of every element or member */
    const char *path;
    enum json_type type;
    /* where what it is in is there; else it may be absent or null */
    bool is_required;
};

/*
 * shapes  [num]
 * what    the file, for the error
 * errors  ERR_FORMAT, with the path in it
 */
int json_shape_check(const struct cJSON *root,
                     const struct json_shape *shapes,
                     size_t num,
                     const char *what,
                     struct error *err);

#endif
