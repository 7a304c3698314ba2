#include "dataset/manifest_object.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_KEYS = 32 };

int manifest_refuse(const struct manifest_place *place,
                    const char *pointer,
                    const char *fmt,
                    ...)
{
    char what[400];
    int line = 0;
    int column = 0;
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    if (json_locate(place->bytes, place->len, pointer, true, &line, &column)
        || json_locate(place->bytes,
                       place->len,
                       pointer,
                       false,
                       &line,
                       &column)) {
        return error_set(place->err,
                         ERR_FORMAT,
                         "%s:%d:%d: %s",
                         place->path,
                         line,
                         column,
                         what);
    }
    return error_set(place->err, ERR_FORMAT, "%s: %s", place->path, what);
}

static int refuse_member(const struct manifest_place *place,
                         const char *pointer,
                         const char *key,
                         const char *what)
{
    struct text at = { 0 };
    int rc;

    text_add(&at, pointer);
    json_add_step(&at, key);
    rc = manifest_refuse(place, text_data(&at), "'%.80s' %s", key, what);
    text_release(&at);
    return rc;
}

static int refuse_unknown(const struct manifest_place *place,
                          const char *pointer,
                          const struct manifest_key *keys,
                          const char *key)
{
    const char *names[MAX_KEYS];
    size_t num = 0;
    char what[160] = "is not a key of this object";

    for (; keys[num].name; num++) {
        if (num == MAX_KEYS)
            BUG("a table of more than %d keys", MAX_KEYS);
        names[num] = keys[num].name;
    }
    const char *nearest = text_nearest(key, names, num);
    if (nearest) {
        (void)snprintf(what,
                       sizeof what,
                       "is not a key of this object; did you mean '%s'?",
                       nearest);
    }
    return refuse_member(place, pointer, key, what);
}

static bool is_known(const struct manifest_key *keys, const char *name)
{
    for (; keys->name; keys++) {
        if (text_equal(keys->name, name))
            return true;
    }
    return false;
}

/* What is wrong with a list of texts, or NULL. */
static const char *read_texts(const struct cJSON *value,
                              char ***out,
                              size_t *num)
{
    if (!json_is_array(value))
        return "must be an array of strings";
    *out = mem_alloc(json_count(value), sizeof **out);
    for (const struct cJSON *at = json_first(value); at; at = json_next(at)) {
        if (!json_is_text(at))
            return "must be an array of strings";
        (*out)[(*num)++] = mem_text(json_text(at));
    }
    return NULL;
}

static const char *read_number(const struct manifest_key *key,
                               const struct cJSON *value,
                               char *out)
{
    enum { MAX_COUNT = 100000000 };
    double number = json_number(value);

    if (isnan(number))
        return "must be a number";
    if (key->kind == MANIFEST_NUMBER) {
        *(double *)(void *)out = number;
        return NULL;
    }
    if (floor(number) < number)
        return "must be a whole number";
    if (key->kind == MANIFEST_SIGN) {
        if (number < -1 || number > 1)
            return "must be -1, 0 or 1";
        *(int *)(void *)out = (int)number;
        return NULL;
    }
    if (number < 0 || number > MAX_COUNT)
        return "must be between 0 and 100000000";
    *(uint64_t *)(void *)out = (uint64_t)number;
    return NULL;
}

/* What is wrong with the value, or NULL. */
static const char *read_value(const struct manifest_key *key,
                              const struct cJSON *value,
                              char *out)
{
    char *member = out + key->offset;

    switch (key->kind) {
    case MANIFEST_TEXT:
        if (json_is_null(value) && !key->is_required)
            return NULL;
        if (!json_is_text(value))
            return "must be a string";
        *(char **)(void *)member = mem_text(json_text(value));
        return NULL;
    case MANIFEST_FLAG:
        if (!json_is_bool(value))
            return "must be true or false";
        *(bool *)(void *)member = json_bool(value, false);
        return NULL;
    case MANIFEST_TEXTS:
        return read_texts(value,
                          (char ***)(void *)member,
                          (size_t *)(void *)(out + key->num_offset));
    case MANIFEST_LIST:
        return json_is_array(value) ? NULL : "must be an array";
    case MANIFEST_MAP:
        return json_is_object(value) ? NULL : "must be an object";
    case MANIFEST_NUMBER:
    case MANIFEST_COUNT:
    case MANIFEST_SIGN:
        return read_number(key, value, member);
    }
    BUG("no such kind of key: %d", (int)key->kind);
}

int manifest_object(const struct manifest_place *place,
                    const struct cJSON *object,
                    const char *pointer,
                    const struct manifest_key *keys,
                    void *out)
{
    if (!json_is_object(object))
        return manifest_refuse(place, pointer, "an object is expected here");
    for (const struct cJSON *at = json_first(object); at; at = json_next(at)) {
        if (!is_known(keys, json_key(at)))
            return refuse_unknown(place, pointer, keys, json_key(at));
    }
    for (const struct manifest_key *key = keys; key->name; key++) {
        const struct cJSON *value = json_member(object, key->name);
        if (!value && key->is_required) {
            return manifest_refuse(place,
                                   pointer,
                                   "'%s' is missing",
                                   key->name);
        }
        if (!value)
            continue;
        const char *problem = read_value(key, value, out);
        if (problem)
            return refuse_member(place, pointer, key->name, problem);
    }
    return 0;
}
