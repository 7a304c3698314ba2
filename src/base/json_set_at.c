#include "base/json.h"
#include "base/json_parts.h"
#include "base/mem.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <stdlib.h>
#include <string.h>

void json_add_step(struct text *pointer, const char *key)
{
    text_add(pointer, "/");
    for (; *key; key++) {
        if (*key == '~' || *key == '/') {
            text_add(pointer, *key == '~' ? "~0" : "~1");
        } else {
            text_add_len(pointer, key, 1);
        }
    }
}

/* The next step of a pointer; moves on behind it.  free() */
static char *take_step(const char **pointer)
{
    size_t len = strcspn(*pointer + 1, "/");
    char *step = mem_text_len(*pointer + 1, len);

    json_unescape_step(step);
    *pointer += 1 + len;
    return step;
}

/* Takes `value`, also when `at` cannot hold it. */
static struct cJSON *put(struct cJSON *at,
                         const char *step,
                         struct cJSON *value)
{
    int64_t index;
    int num = cJSON_GetArraySize(at);

    if (json_is_object(at)) {
        json_set(at, step, value);
        return value;
    }
    if (json_is_array(at) && text_to_int64(step, &index) && index >= 0
        && index <= num) {
        if (index == num) {
            json_append(at, value);
        } else {
            (void)cJSON_ReplaceItemInArray(at, (int)index, value);
        }
        return value;
    }
    json_free(value);
    return NULL;
}

/* What one step leads to; an object is made where nothing or null stands. */
static struct cJSON *descend(struct cJSON *at, const char *step)
{
    struct cJSON *child = NULL;
    int64_t index;

    if (json_is_object(at)) {
        child = cJSON_GetObjectItemCaseSensitive(at, step);
    } else if (json_is_array(at) && text_to_int64(step, &index) && index >= 0
               && index < cJSON_GetArraySize(at)) {
        child = cJSON_GetArrayItem(at, (int)index);
    }
    if (child && !json_is_null(child))
        return child;
    return put(at, step, json_new_object());
}

bool json_set_at(struct cJSON *root, const char *pointer, struct cJSON *value)
{
    struct cJSON *at = root;

    json_memory_use();
    while (*pointer == '/' && at) {
        char *step = take_step(&pointer);

        if (*pointer == '/') {
            at = descend(at, step);
        } else {
            at = put(at, step, value);
            value = NULL;
        }
        free(step);
    }
    json_free(value);
    return at && at != root;
}
