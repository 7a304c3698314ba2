#include "base/json.h"
#include "base/json_parts.h"
#include "base/json_scan.h"
#include "base/mem.h"
#include "trustsweep/error.h"

#include <cjson/cJSON.h>

#include <stdlib.h>
#include <string.h>

/* A key of an object that is open. */
struct key {
    char *text; /* without quotes and escapes; owned */
    size_t start;
};

/* The keys of all open objects, outermost first; those of the container at
 * depth d + 1 begin at first[d]. */
struct keys {
    struct key *keys; /* [num] */
    size_t num;
    size_t cap;
    size_t first[JSON_MAX_DEPTH];
};

static void add(struct keys *self, const struct json_scan *scan)
{
    struct cJSON *key;

    json_memory_use();
    key = cJSON_ParseWithLength(scan->bytes + scan->start,
                                scan->end - scan->start);
    self->keys =
        mem_reserve(self->keys, &self->cap, self->num + 1, sizeof *self->keys);
    self->keys[self->num++] =
        (struct key){ mem_text(key ? json_text(key) : ""), scan->start };
    cJSON_Delete(key);
}

static void drop(struct keys *self, size_t num)
{
    while (self->num > num)
        free(self->keys[--self->num].text);
}

static int compare(const void *a, const void *b)
{
    const struct key *left = a;
    const struct key *right = b;
    int order = strcmp(left->text, right->text);

    if (order != 0)
        return order;
    return (left->start > right->start) - (left->start < right->start);
}

/* The first two equal keys of the object that ends now; or NULL. */
static const struct key *find_twice(struct keys *self, size_t first)
{
    size_t num = self->num - first;
    const struct key *twice = NULL;
    struct key *keys;

    if (num < 2 || !self->keys)
        return NULL;
    keys = self->keys + first;
    qsort(keys, num, sizeof *keys, compare);
    for (size_t i = 0; i + 1 < num; i++) {
        if (strcmp(keys[i].text, keys[i + 1].text) == 0
            && (!twice || keys[i + 1].start < twice[1].start))
            twice = &keys[i];
    }
    return twice;
}

static int complain(const struct json_scan *scan,
                    const struct key *twice,
                    const char *name,
                    struct error *err)
{
    int line[2];
    int column[2];

    for (int i = 0; i < 2; i++)
        json_scan_place(scan->bytes, twice[i].start, &line[i], &column[i]);
    return error_set(err,
                     ERR_USAGE,
                     "%s:%d:%d: key '%s' stands at %s:%d:%d already; leave one "
                     "of them out",
                     name,
                     line[1],
                     column[1],
                     twice->text,
                     name,
                     line[0],
                     column[0]);
}

int json_check_keys(const char *bytes,
                    size_t len,
                    const char *name,
                    struct error *err)
{
    struct json_scan scan;
    struct keys keys = { 0 };
    enum json_token token;
    int rc = 0;

    json_scan_init(&scan, bytes, len);
    do {
        token = json_scan_next(&scan);
        if (token == JSON_TOKEN_OBJECT || token == JSON_TOKEN_ARRAY) {
            keys.first[scan.depth - 1] = keys.num;
        } else if (token == JSON_TOKEN_KEY) {
            add(&keys, &scan);
        } else if (token == JSON_TOKEN_CLOSE) {
            size_t first = keys.first[scan.depth];
            const struct key *twice = find_twice(&keys, first);

            if (twice)
                rc = complain(&scan, twice, name, err);
            drop(&keys, first);
        }
    } while (rc == 0 && token != JSON_TOKEN_END && token != JSON_TOKEN_ERROR);
    drop(&keys, 0);
    free(keys.keys);
    return rc;
}
