#include "job/job_edit.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* VALUE of --set as JSON; a text when it does not parse. */
static struct cJSON *parse_value(const char *value)
{
    struct cJSON *json = json_parse(value, strlen(value), "--set", NULL);

    if (!json) {
        struct cJSON *object = json_new_object();
        struct text quoted = { 0 };

        json_write_text(value, strlen(value), &quoted);
        json_free(object);
        json = json_parse(quoted.data, quoted.len, "--set", NULL);
        text_release(&quoted);
    }
    return json;
}

/* The child that one step of a dotted key names; made when absent. */
static struct cJSON *descend(struct cJSON *at, const char *step)
{
    int64_t index;

    if (json_is_array(at)) {
        if (!text_to_int64(step, &index) || index < 0)
            return NULL;
        return (struct cJSON *)(uintptr_t)json_element(at, (size_t)index);
    }
    if (!json_is_object(at))
        return NULL;
    const struct cJSON *child = json_member(at, step);

    return child ? (struct cJSON *)(uintptr_t)child : json_add_object(at, step);
}

int job_edit_set(struct cJSON *root, const char *set, struct error *err)
{
    size_t len = strcspn(set, "=");
    char *key = mem_text_len(set, len);
    char *step = key;
    struct cJSON *at = root;
    struct cJSON *value;
    char *dot;

    if (set[len] != '=' || len == 0) {
        free(key);
        return error_set(err,
                         ERR_USAGE,
                         "--set %s: it is written --set KEY=VALUE",
                         set);
    }
    while (at && (dot = strchr(step, '.'))) {
        *dot = '\0';
        at = descend(at, step);
        step = dot + 1;
    }
    if (!at || !json_is_object(at)) {
        error_set(err, ERR_USAGE, "--set %s: the job has no such place", set);
        free(key);
        return -1;
    }
    value = parse_value(set + len + 1);
    json_set(at, step, value);
    free(key);
    return 0;
}

static int add_variable(struct text *out, const char *name, struct error *err)
{
    static const char *const secrets[] = { "KEY",
                                           "TOKEN",
                                           "SECRET",
                                           "PASSWORD" };
    const char *value = getenv(name);

    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        if (strstr(name, secrets[i]))
            return error_set(err,
                             ERR_USAGE,
                             "${%s}: secrets do not belong in a job file; it "
                             "is copied into the results",
                             name);
    }
    if (!value)
        return error_set(err,
                         ERR_USAGE,
                         "${%s}: no such environment variable; set it, or "
                         "write the path itself",
                         name);
    text_add(out, value);
    return 0;
}

char *job_edit_expand(const char *text, struct error *err)
{
    struct text out = { 0 };

    while (*text) {
        const char *end = text_starts(text, "${") ? strchr(text, '}') : NULL;

        if (!end) {
            text_add_len(&out, text++, 1);
            continue;
        }
        char *name = mem_text_len(text + 2, (size_t)(end - text) - 2);
        int rc = add_variable(&out, name, err);

        free(name);
        if (rc < 0) {
            text_release(&out);
            return NULL;
        }
        text = end + 1;
    }
    return text_take(&out);
}
