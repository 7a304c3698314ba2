#include "base/json_list_hashes.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/json_list.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

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

struct cJSON *json_list_parse(const char *bytes, size_t len)
{
    struct error err = { 0 };
    struct cJSON *value = json_parse(bytes, len, "a value", &err);

    if (!value)
        BUG("what was scanned does not parse: %s", err.text);
    return value;
}

static void add_value(struct json_list_hasher *self,
                      const struct json_list_pair *pair)
{
    const char *value = self->bytes + pair->start;
    struct cJSON *tree;

    if (is_canonical(value, pair->len)) {
        text_add_len(&self->canonical, value, pair->len);
        return;
    }
    tree = json_list_parse(value, pair->len);
    json_canonical(tree, &self->canonical);
    json_free(tree);
}

/* A hash alone is made of it, so digits need not be found: 8 bytes say it. */
static void add_beside(struct json_list_hasher *self,
                       const struct json_list_pair *pair)
{
    const char *value = self->bytes + pair->start;
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

static int find_beside(const char *const *beside,
                       const struct json_list_pair *pair)
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
    const struct json_list_pair *x = a;
    const struct json_list_pair *y = b;
    size_t len = x->key_len < y->key_len ? x->key_len : y->key_len;
    int order = memcmp(x->key, y->key, len);

    if (order != 0)
        return order;
    if (x->key_len != y->key_len)
        return x->key_len < y->key_len ? -1 : 1;
    return (x->start > y->start) - (x->start < y->start);
}

/* The hash of an object whose keys have escapes: by way of a tree. */
static struct hash128 hash_tree(const struct json_list_hasher *self,
                                const struct json_list_entry *entry)
{
    struct cJSON *tree =
        json_list_parse(self->bytes + entry->start, entry->len);
    struct hash128 hash;

    for (size_t i = 0; self->beside[i]; i++)
        json_remove(tree, self->beside[i]);
    hash = json_hash(tree);
    json_free(tree);
    return hash;
}

static struct hash128 hash_canonical(const struct json_list_hasher *self)
{
    return hash_bytes(text_data(&self->canonical), self->canonical.len);
}

static void hash_beside(struct json_list_hasher *self,
                        struct json_list_entry *entry)
{
    text_clear(&self->canonical);
    for (size_t i = 0; self->beside[i]; i++) {
        struct json_list_pair pair = { .start = entry->members[i].start,
                                       .len = entry->members[i].len };

        if (pair.len > 0)
            add_beside(self, &pair);
        text_add(&self->canonical, ",");
    }
    entry->beside = hash_canonical(self);
}

/* None of the pairs has an escape in its key. */
static struct hash128 hash_pairs(struct json_list_hasher *self,
                                 struct json_list_pair *pairs,
                                 size_t num)
{
    struct text *out = &self->canonical;

    if (num > 1)
        qsort(pairs, num, sizeof *pairs, compare_pairs);
    text_clear(out);
    for (size_t i = 0; i < num; i++) {
        text_add(out, i == 0 ? "{\"" : ",\"");
        text_add_len(out, pairs[i].key, pairs[i].key_len);
        text_add(out, "\":");
        add_value(self, &pairs[i]);
    }
    text_add(out, num > 0 ? "}" : "{}");
    return hash_canonical(self);
}

void json_list_hashes(struct json_list_hasher *self,
                      struct json_list_pair *pairs,
                      size_t num_pairs,
                      struct json_list_entry *entry)
{
    bool is_plain = true;
    size_t num = 0;

    for (size_t i = 0; i < num_pairs; i++) {
        const struct json_list_pair pair = pairs[i];
        int name = find_beside(self->beside, &pair);

        if (name < 0) {
            is_plain = is_plain && !memchr(pair.key, '\\', pair.key_len);
            pairs[num++] = pair;
        } else if (entry->members[name].len == 0) {
            entry->members[name].start = pair.start;
            entry->members[name].len = pair.len;
        }
    }
    hash_beside(self, entry);
    entry->item =
        is_plain ? hash_pairs(self, pairs, num) : hash_tree(self, entry);
}

struct hash128 json_list_hash_value(struct json_list_hasher *self,
                                    const struct json_list_pair *pair)
{
    text_clear(&self->canonical);
    add_value(self, pair);
    return hash_canonical(self);
}
