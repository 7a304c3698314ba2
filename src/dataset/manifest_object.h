/*
 * manifest_object.h - objects of a manifest by tables of keys, for
 * src/dataset/manifest*.c only.
 *
 * A key is read into a member of a struct.  Unknown keys, missing ones and
 * wrong types are ERR_FORMAT with file, line and column.
 */
#ifndef MANIFEST_OBJECT_H
#define MANIFEST_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct error;

enum manifest_kind {
    MANIFEST_TEXT = 1, /* char *, owned by the struct; null is NULL */
    MANIFEST_NUMBER,   /* double */
    MANIFEST_COUNT,    /* uint64_t */
    MANIFEST_SIGN,     /* int: -1, 0, 1 */
    MANIFEST_FLAG,     /* bool */
    MANIFEST_TEXTS,    /* char **, its number (size_t) at `num_offset` */
    MANIFEST_LIST,     /* only checked to be an array; the caller reads it */
    MANIFEST_MAP,      /* the same of an object */
};

struct manifest_key {
    const char *name;
    enum manifest_kind kind;
    bool is_required;
    size_t offset;
    size_t num_offset;
};

/* What errors need to say where. */
struct manifest_place {
    const char *path;  /* of the file */
    const char *bytes; /* [len], its text */
    size_t len;
    struct error *err;
};

/* "PATH:LINE:COLUMN: ..." for the value (or key) at an RFC 6901 pointer.
 * Returns -1. */
int manifest_refuse(const struct manifest_place *place,
                    const char *pointer,
                    const char *fmt,
                    ...) __attribute__((format(printf, 3, 4)));

/*
 * Read one object.  What is read before an error stays in `out` and is the
 * caller's to free, as after success.
 *
 * keys     table, ends with a NULL name
 * pointer  RFC 6901 path of `object`
 * errors   ERR_FORMAT
 */
int manifest_object(const struct manifest_place *place,
                    const struct cJSON *object,
                    const char *pointer,
                    const struct manifest_key *keys,
                    void *out);

#endif
