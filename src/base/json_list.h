/*
 * json_list.h - a large array of objects, read without a tree of its values.
 *
 * Of each object there are two hashes: of some members by name ("beside"), and
 * of all the others.  Values are looked at where they stand in the text.
 */
#ifndef JSON_LIST_H
#define JSON_LIST_H

#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct json_list;

enum { JSON_LIST_BESIDE = 5 }; /* names at most */

struct json_list_entry {
    size_t index;          /* in the array */
    struct hash128 item;   /* json_hash() of the object without `beside` */
    struct hash128 beside; /* of the members in `beside` */
    size_t start;          /* in the text */
    size_t len;
    struct {
        size_t start;
        size_t len; /* 0 = there is none */
    } members[JSON_LIST_BESIDE];
};

/*
 * Elements that are no objects are left out.
 *
 * beside      NULL-terminated names; borrowed
 * num_mended  how many bytes that are not UTF-8, and escaped NULs, became
 *             U+FFFD: others wrote the file
 * errors      ERR_IO; ERR_FORMAT, also when the file holds no array
 */
struct json_list *json_list_read(const char *path,
                                 const char *const *beside,
                                 size_t max_bytes,
                                 size_t *num_mended,
                                 struct error *err);
void json_list_destroy(struct json_list *self); /* accepts NULL */

size_t json_list_num(const struct json_list *self);
size_t json_list_bytes(const struct json_list *self); /* in memory, about */
const struct json_list_entry *json_list_at(const struct json_list *self,
                                           size_t i);

/* The first byte of a member of `beside`, which says its type; '\0' = none. */
char json_list_kind(const struct json_list *self, size_t i, size_t name);

/* A member of `beside` (NULL = none), or the object; json_free(). */
struct cJSON *json_list_member(const struct json_list *self,
                               size_t i,
                               size_t name);
struct cJSON *json_list_object(const struct json_list *self, size_t i);

/* json_hash() of a member by its key; false = there is none. */
bool json_list_hash(struct json_list *self,
                    size_t i,
                    const char *key,
                    struct hash128 *out);

#endif
