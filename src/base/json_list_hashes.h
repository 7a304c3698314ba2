/*
 * json_list_hashes.h - the two hashes of an object, of its text where that is
 * canonical already.  For json_list.c only.
 */
#ifndef JSON_LIST_HASHES_H
#define JSON_LIST_HASHES_H

#include "base/hash.h"
#include "base/text.h"

struct cJSON;
struct json_list_entry;

/* A member of an object, as it stands in the text. */
struct json_list_pair {
    const char *key; /* without quotes */
    size_t key_len;
    size_t start; /* of the value */
    size_t len;
};

struct json_list_hasher {
    const char *bytes;         /* the text that has been scanned; borrowed */
    const char *const *beside; /* NULL-terminated; borrowed */
    struct text canonical;     /* reused; text_release() */
};

/* Both hashes of `entry`, and its members of `beside`; these are taken out of
 * `pairs`, which are sorted. */
void json_list_hashes(struct json_list_hasher *self,
                      struct json_list_pair *pairs, /* [num_pairs] */
                      size_t num_pairs,
                      struct json_list_entry *entry);

/* json_hash() of one value. */
struct hash128 json_list_hash_value(struct json_list_hasher *self,
                                    const struct json_list_pair *pair);

/* A value of a text that has been scanned, which therefore parses. */
struct cJSON *json_list_parse(const char *bytes, size_t len);

#endif
