#include "base/json.h"

#include "base/json_parts.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"

#include <cjson/cJSON.h>

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

/* cJSON's own constructors would give NULL when memory is out. */
static void *allocate(size_t size)
{
    return mem_resize(NULL, 1, size);
}

static void set_hooks(void)
{
    cJSON_Hooks hooks = { .malloc_fn = allocate, .free_fn = free };

    cJSON_InitHooks(&hooks);
}

void json_memory_use(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, set_hooks);
}

void json_free(struct cJSON *value)
{
    cJSON_Delete(value);
}

bool json_is_object(const struct cJSON *value)
{
    return cJSON_IsObject(value);
}

bool json_is_array(const struct cJSON *value)
{
    return cJSON_IsArray(value);
}

bool json_is_text(const struct cJSON *value)
{
    return cJSON_IsString(value);
}

bool json_is_number(const struct cJSON *value)
{
    return cJSON_IsNumber(value);
}

bool json_is_bool(const struct cJSON *value)
{
    return cJSON_IsBool(value);
}

bool json_is_null(const struct cJSON *value)
{
    return cJSON_IsNull(value);
}

const char *json_type_name(const struct cJSON *value)
{
    if (json_is_object(value))
        return "object";
    if (json_is_array(value))
        return "array";
    if (json_is_text(value))
        return "string";
    if (json_is_number(value))
        return "number";
    if (json_is_bool(value))
        return "true or false";
    return value ? "null" : "nothing";
}

static bool is_container(const struct cJSON *value)
{
    return json_is_object(value) || json_is_array(value);
}

size_t json_count(const struct cJSON *value)
{
    size_t count = 0;

    for (const struct cJSON *at = json_first(value); at; at = at->next)
        count++;
    return count;
}

const struct cJSON *json_first(const struct cJSON *value)
{
    return is_container(value) ? value->child : NULL;
}

const struct cJSON *json_next(const struct cJSON *value)
{
    return value ? value->next : NULL;
}

const char *json_key(const struct cJSON *member)
{
    return member ? member->string : NULL;
}

const struct cJSON *json_member(const struct cJSON *object, const char *key)
{
    return json_is_object(object)
               ? cJSON_GetObjectItemCaseSensitive(object, key)
               : NULL;
}

const struct cJSON *json_element(const struct cJSON *array, size_t index)
{
    const struct cJSON *at = json_is_array(array) ? array->child : NULL;

    while (at && index-- > 0)
        at = at->next;
    return at;
}

const char *json_text(const struct cJSON *value)
{
    return json_is_text(value) ? value->valuestring : NULL;
}

double json_number(const struct cJSON *value)
{
    return json_is_number(value) ? value->valuedouble : (double)NAN;
}

bool json_bool(const struct cJSON *value, bool otherwise)
{
    return json_is_bool(value) ? (bool)cJSON_IsTrue(value) : otherwise;
}

const char *json_member_text(const struct cJSON *object, const char *key)
{
    return json_text(json_member(object, key));
}

double json_member_number(const struct cJSON *object, const char *key)
{
    return json_number(json_member(object, key));
}

bool json_member_bool(const struct cJSON *object,
                      const char *key,
                      bool otherwise)
{
    return json_bool(json_member(object, key), otherwise);
}

struct cJSON *json_new_object(void)
{
    json_memory_use();
    return cJSON_CreateObject();
}

struct cJSON *json_new_array(void)
{
    json_memory_use();
    return cJSON_CreateArray();
}

struct cJSON *json_copy(const struct cJSON *value)
{
    json_memory_use();
    return cJSON_Duplicate(value, true);
}

static struct cJSON *new_number(double number)
{
    json_memory_use();
    return isfinite(number) ? cJSON_CreateNumber(number) : cJSON_CreateNull();
}

static struct cJSON *new_text(const char *text)
{
    json_memory_use();
    return text ? cJSON_CreateString(text) : cJSON_CreateNull();
}

void json_add(struct cJSON *object, const char *key, struct cJSON *value)
{
    json_memory_use();
    if (!json_is_object(object) || !cJSON_AddItemToObject(object, key, value))
        BUG("json_add() of '%s' to no object", key);
}

void json_append(struct cJSON *array, struct cJSON *value)
{
    if (!json_is_array(array) || !cJSON_AddItemToArray(array, value))
        BUG("json_append() to no array");
}

struct cJSON *json_add_object(struct cJSON *object, const char *key)
{
    struct cJSON *added = json_new_object();

    json_add(object, key, added);
    return added;
}

struct cJSON *json_add_array(struct cJSON *object, const char *key)
{
    struct cJSON *added = json_new_array();

    json_add(object, key, added);
    return added;
}

void json_add_text(struct cJSON *object, const char *key, const char *text)
{
    json_add(object, key, new_text(text));
}

void json_add_number(struct cJSON *object, const char *key, double number)
{
    json_add(object, key, new_number(number));
}

void json_add_bool(struct cJSON *object, const char *key, bool yes)
{
    json_memory_use();
    json_add(object, key, cJSON_CreateBool(yes));
}

void json_add_null(struct cJSON *object, const char *key)
{
    json_add(object, key, new_text(NULL));
}

void json_add_text_or_null(struct cJSON *object,
                           const char *key,
                           const char *text)
{
    if (text) {
        json_add_text(object, key, text);
    } else {
        json_add_null(object, key);
    }
}

void json_append_text(struct cJSON *array, const char *text)
{
    json_append(array, new_text(text));
}

void json_append_number(struct cJSON *array, double number)
{
    json_append(array, new_number(number));
}

void json_set(struct cJSON *object, const char *key, struct cJSON *value)
{
    json_memory_use();
    if (!json_is_object(object))
        BUG("json_set() of '%s' in no object", key);
    if (!cJSON_ReplaceItemInObjectCaseSensitive(object, key, value))
        json_add(object, key, value);
}

void json_remove(struct cJSON *object, const char *key)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
}
