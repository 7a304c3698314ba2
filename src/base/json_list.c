#include "base/json_list.h"

#include "base/json.h"
#include "base/json_list_hashes.h"
#include "base/json_parts.h"
#include "base/json_scan.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

struct json_list {
    struct text bytes;
    struct json_list_entry *entries; /* [num] */
    size_t num;
    size_t cap;
};

/* What is read at the moment. */
struct reading {
    struct json_list *list;
    struct json_scan scan;
    const char *name;
    struct json_list_pair *pairs; /* [num] of the object */
    size_t num;
    size_t cap;
    struct json_list_hasher hasher;
};

/* The next token; JSON_TOKEN_ERROR with `err` filled. */
static enum json_token next(struct reading *self, struct error *err)
{
    enum json_token token = json_scan_next(&self->scan);
    int line;
    int column;

    if (token == JSON_TOKEN_ERROR) {
        json_scan_place(self->scan.bytes, self->scan.start, &line, &column);
        error_set(err,
                  ERR_FORMAT,
                  "%s:%d:%d: %s",
                  self->name,
                  line,
                  column,
                  self->scan.problem);
    }
    return token;
}

/* To the end of the value that `token` begins; -1 = it does not read. */
static int skip_value(struct reading *self,
                      enum json_token token,
                      struct error *err)
{
    size_t depth = self->scan.depth - 1;

    if (token != JSON_TOKEN_OBJECT && token != JSON_TOKEN_ARRAY)
        return token == JSON_TOKEN_ERROR ? -1 : 0;
    while (self->scan.depth > depth) {
        if (next(self, err) == JSON_TOKEN_ERROR)
            return -1;
    }
    return 0;
}

static int read_object(struct reading *self, size_t index, struct error *err)
{
    struct json_list *list = self->list;
    struct json_list_entry entry = { .index = index,
                                     .start = self->scan.start };
    enum json_token token;

    self->num = 0;
    while ((token = next(self, err)) == JSON_TOKEN_KEY) {
        struct json_list_pair pair = { .key = self->scan.bytes
                                              + self->scan.start + 1 };

        pair.key_len = self->scan.end - self->scan.start - 2;
        token = next(self, err);
        pair.start = self->scan.start;
        if (skip_value(self, token, err) < 0)
            return -1;
        pair.len = self->scan.end - pair.start;
        self->pairs = mem_reserve(self->pairs,
                                  &self->cap,
                                  self->num + 1,
                                  sizeof *self->pairs);
        self->pairs[self->num++] = pair;
    }
    if (token == JSON_TOKEN_ERROR)
        return -1;
    entry.len = self->scan.end - entry.start;
    json_list_hashes(&self->hasher, self->pairs, self->num, &entry);
    list->entries = mem_reserve(list->entries,
                                &list->cap,
                                list->num + 1,
                                sizeof *list->entries);
    list->entries[list->num++] = entry;
    return 0;
}

static int read_array(struct reading *self, struct error *err)
{
    enum json_token token = next(self, err);
    int rc = 0;

    if (token == JSON_TOKEN_ERROR)
        return -1;
    if (token != JSON_TOKEN_ARRAY) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s holds no array of items",
                         self->name);
    }
    for (size_t i = 0; rc == 0; i++) {
        token = next(self, err);
        if (token == JSON_TOKEN_CLOSE)
            break;
        rc = token == JSON_TOKEN_OBJECT ? read_object(self, i, err)
                                        : skip_value(self, token, err);
    }
    if (rc == 0 && next(self, err) != JSON_TOKEN_END)
        rc = -1;
    return rc;
}

struct json_list *json_list_read(const char *path,
                                 const char *const *beside,
                                 size_t max_bytes,
                                 size_t *num_mended,
                                 struct error *err)
{
    struct json_list *self = mem_alloc(1, sizeof *self);
    struct reading reading = { .list = self, .name = path };
    int rc;

    rc = json_mend_read(path, max_bytes, &self->bytes, num_mended, err);
    if (rc == 0) {
        json_scan_init(&reading.scan, text_data(&self->bytes), self->bytes.len);
        reading.hasher.bytes = text_data(&self->bytes);
        reading.hasher.beside = beside;
        rc = read_array(&reading, err);
    }
    free(reading.pairs);
    text_release(&reading.hasher.canonical);
    if (rc == 0)
        return self;
    json_list_destroy(self);
    return NULL;
}

void json_list_destroy(struct json_list *self)
{
    if (!self)
        return;
    text_release(&self->bytes);
    free(self->entries);
    free(self);
}

size_t json_list_num(const struct json_list *self)
{
    return self->num;
}

size_t json_list_bytes(const struct json_list *self)
{
    return self->bytes.cap + self->cap * sizeof *self->entries;
}

const struct json_list_entry *json_list_at(const struct json_list *self,
                                           size_t i)
{
    return &self->entries[i];
}

char json_list_kind(const struct json_list *self, size_t i, size_t name)
{
    const struct json_list_entry *entry = &self->entries[i];

    if (entry->members[name].len == 0)
        return '\0';
    return text_data(&self->bytes)[entry->members[name].start];
}

struct cJSON *json_list_member(const struct json_list *self,
                               size_t i,
                               size_t name)
{
    const struct json_list_entry *entry = &self->entries[i];

    if (entry->members[name].len == 0)
        return NULL;
    return json_list_parse(text_data(&self->bytes) + entry->members[name].start,
                           entry->members[name].len);
}

struct cJSON *json_list_object(const struct json_list *self, size_t i)
{
    return json_list_parse(text_data(&self->bytes) + self->entries[i].start,
                           self->entries[i].len);
}

/* A member as it stands in the text; -1 = no key reads so, without escapes. */
static int find_member(const struct json_list *self,
                       const struct json_list_entry *entry,
                       const char *key,
                       struct json_list_pair *out)
{
    struct json_scan scan;
    enum json_token token;

    json_scan_init(&scan, text_data(&self->bytes) + entry->start, entry->len);
    while ((token = json_scan_next(&scan)) != JSON_TOKEN_END) {
        const char *at = scan.bytes + scan.start + 1;
        size_t len = scan.end - scan.start - 2;

        if (token != JSON_TOKEN_KEY || scan.depth != 1 || len != strlen(key)
            || memcmp(at, key, len) != 0)
            continue;
        (void)json_scan_next(&scan);
        out->start = entry->start + scan.start;
        while (scan.depth > 1)
            (void)json_scan_next(&scan);
        out->len = entry->start + scan.end - out->start;
        return 0;
    }
    return -1;
}

bool json_list_hash(struct json_list *self,
                    size_t i,
                    const char *key,
                    struct hash128 *out)
{
    struct json_list_hasher hasher = { .bytes = text_data(&self->bytes) };
    struct cJSON *object;
    const struct cJSON *value;
    struct json_list_pair pair;

    if (find_member(self, &self->entries[i], key, &pair) == 0) {
        *out = json_list_hash_value(&hasher, &pair);
        text_release(&hasher.canonical);
        return true;
    }
    object = json_list_object(self, i);
    value = json_member(object, key);
    if (value)
        *out = json_hash(value);
    json_free(object);
    return value != NULL;
}
