#include "base/json_list.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/json_memory.h"
#include "base/json_scan.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

/* A member of an object, as it stands in the text. */
struct pair {
    const char *key; /* without quotes */
    size_t key_len;
    size_t start; /* of the value */
    size_t len;
};

struct json_list {
    struct text bytes;
    const char *const *beside;
    struct json_list_entry *entries; /* [num] */
    size_t num;
    size_t cap;
};

/* What is read at the moment. */
struct reading {
    struct json_list *list;
    struct json_scan scan;
    const char *name;
    struct pair *pairs; /* [num] of the object */
    size_t num;
    size_t cap;
    struct text canonical; /* reused */
};

/* Whether a value is written as json_canonical() writes it. */
static bool is_canonical(const char *value, size_t len)
{
    if (value[0] == '"') {
        for (const char *at = value; at; at++) {
            const char *end = value + len;

            at = memchr(at, '\\', (size_t)(end - at));
            if (!at)
                return true;
            if (!strchr("\"\\bfnrt", *++at))
                return false;
        }
    }
    if (value[0] == 't' || value[0] == 'f' || value[0] == 'n')
        return true;
    if (len > 15 || value[0] == '-')
        return false;
    return strspn(value, "0123456789") >= len;
}

static struct cJSON *parse(const struct json_list *self,
                           size_t start,
                           size_t len)
{
    struct error err = { 0 };
    struct cJSON *value =
        json_parse(text_data(&self->bytes) + start, len, "a value", &err);

    if (!value)
        BUG("what was scanned does not parse: %s", err.text);
    return value;
}

static void add_value(struct reading *self, const struct pair *pair)
{
    const char *value = text_data(&self->list->bytes) + pair->start;
    struct cJSON *tree;

    if (is_canonical(value, pair->len)) {
        text_add_len(&self->canonical, value, pair->len);
        return;
    }
    tree = parse(self->list, pair->start, pair->len);
    json_canonical(tree, &self->canonical);
    json_free(tree);
}

/* A hash alone is made of it, so digits need not be found: 8 bytes say it. */
static void add_beside(struct reading *self, const struct pair *pair)
{
    const char *value = text_data(&self->list->bytes) + pair->start;
    char digits[64];
    double number;

    if (pair->len < sizeof digits && strchr("-0123456789", value[0])) {
        memcpy(digits, value, pair->len);
        digits[pair->len] = '\0';
        if (text_to_double(digits, &number)) {
            text_add(&self->canonical, "#"); /* begins no other value */
            buffer_put_double(&self->canonical, number);
            return;
        }
    }
    add_value(self, pair);
}

static int find_beside(const char *const *beside, const struct pair *pair)
{
    for (int i = 0; beside[i]; i++) {
        if (strlen(beside[i]) == pair->key_len
            && memcmp(beside[i], pair->key, pair->key_len) == 0)
            return i;
    }
    return -1;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a;
    const struct pair *y = b;
    size_t len = x->key_len < y->key_len ? x->key_len : y->key_len;
    int order = memcmp(x->key, y->key, len);

    if (order != 0)
        return order;
    if (x->key_len != y->key_len)
        return x->key_len < y->key_len ? -1 : 1;
    return (x->start > y->start) - (x->start < y->start);
}

/* The hash of an object whose keys have escapes: by way of a tree. */
static struct hash128 hash_tree(const struct reading *self,
                                const struct json_list_entry *entry)
{
    struct cJSON *tree = parse(self->list, entry->start, entry->len);
    struct hash128 hash;

    for (size_t i = 0; self->list->beside[i]; i++)
        json_remove(tree, self->list->beside[i]);
    hash = json_hash(tree);
    json_free(tree);
    return hash;
}

static struct hash128 hash_canonical(const struct reading *self)
{
    return hash_bytes(text_data(&self->canonical), self->canonical.len);
}

static void hash_beside(struct reading *self, struct json_list_entry *entry)
{
    text_clear(&self->canonical);
    for (size_t i = 0; self->list->beside[i]; i++) {
        struct pair pair = { .start = entry->members[i].start,
                             .len = entry->members[i].len };

        if (pair.len > 0)
            add_beside(self, &pair);
        text_add(&self->canonical, ",");
    }
    entry->beside = hash_canonical(self);
}

/* Of the pairs [0, num), none of which has an escape in its key. */
static struct hash128 hash_pairs(struct reading *self, size_t num)
{
    struct text *out = &self->canonical;

    if (num > 1)
        qsort(self->pairs, num, sizeof *self->pairs, compare_pairs);
    text_clear(out);
    for (size_t i = 0; i < num; i++) {
        text_add(out, i == 0 ? "{\"" : ",\"");
        text_add_len(out, self->pairs[i].key, self->pairs[i].key_len);
        text_add(out, "\":");
        add_value(self, &self->pairs[i]);
    }
    text_add(out, num > 0 ? "}" : "{}");
    return hash_canonical(self);
}

/* The pairs are all read; those of `beside` are taken out of them. */
static void set_hashes(struct reading *self, struct json_list_entry *entry)
{
    bool is_plain = true;
    size_t num = 0;

    for (size_t i = 0; i < self->num; i++) {
        const struct pair pair = self->pairs[i];
        int name = find_beside(self->list->beside, &pair);

        if (name < 0) {
            is_plain = is_plain && !memchr(pair.key, '\\', pair.key_len);
            self->pairs[num++] = pair;
        } else if (entry->members[name].len == 0) {
            entry->members[name].start = pair.start;
            entry->members[name].len = pair.len;
        }
    }
    hash_beside(self, entry);
    entry->item = is_plain ? hash_pairs(self, num) : hash_tree(self, entry);
}

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
        struct pair pair = { .key = self->scan.bytes + self->scan.start + 1 };

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
    set_hashes(self, &entry);
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

    self->beside = beside;
    rc = json_mend_read(path, max_bytes, &self->bytes, num_mended, err);
    if (rc == 0) {
        json_scan_init(&reading.scan, text_data(&self->bytes), self->bytes.len);
        rc = read_array(&reading, err);
    }
    free(reading.pairs);
    text_release(&reading.canonical);
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
    return parse(self, entry->members[name].start, entry->members[name].len);
}

struct cJSON *json_list_object(const struct json_list *self, size_t i)
{
    return parse(self, self->entries[i].start, self->entries[i].len);
}

/* A member as it stands in the text; -1 = no key reads so, without escapes. */
static int find_member(const struct json_list *self,
                       const struct json_list_entry *entry,
                       const char *key,
                       struct pair *out)
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
    struct reading reading = { .list = self };
    struct cJSON *object;
    const struct cJSON *value;
    struct pair pair;

    if (find_member(self, &self->entries[i], key, &pair) == 0) {
        add_value(&reading, &pair);
        *out = hash_canonical(&reading);
        text_release(&reading.canonical);
        return true;
    }
    object = json_list_object(self, i);
    value = json_member(object, key);
    if (value)
        *out = json_hash(value);
    json_free(object);
    return value != NULL;
}
