#include "job/job_edit.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/secret_value.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* VALUE of --set as JSON; a text when it does not parse. */
static struct cJSON *parse_value(const char *value)
{
    struct cJSON *json = json_parse(value, strlen(value), "--set", NULL);

    if (!json) {
        struct text quoted = { 0 };

        json_write_text(value, strlen(value), &quoted);
        json = json_parse(quoted.data, quoted.len, "--set", NULL);
        text_release(&quoted);
    }
    return json;
}

char *job_edit_pointer(const char *set)
{
    struct text pointer = { 0 };
    const char *end = set + strcspn(set, "=");

    for (;;) {
        size_t len = strcspn(set, ".=");
        char *step = mem_text_len(set, len);

        json_add_step(&pointer, step);
        free(step);
        if (set + len >= end)
            return text_take(&pointer);
        set += len + 1;
    }
}

int job_edit_set(struct cJSON *root, const char *set, struct error *err)
{
    size_t len = strcspn(set, "=");
    bool is_done;
    char *pointer;

    if (set[len] != '=' || len == 0) {
        return error_set(err,
                         ERR_USAGE,
                         "--set %s: it is written --set KEY=VALUE",
                         set);
    }
    pointer = job_edit_pointer(set);
    is_done = json_set_at(root, pointer, parse_value(set + len + 1));
    free(pointer);
    if (!is_done) {
        return error_set(
            err,
            ERR_USAGE,
            "--set %s: the job has no such place; docs/JOB.md has all keys, "
            "and models.0.name is a key of the first model",
            set);
    }
    return 0;
}

/* As in the shell's ${NAME:-...}: an empty one counts as unset. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] ? value : NULL;
}

char *job_edit_models(void)
{
    const char *models = variable("TRUSTSWEEP_MODELS");
    const char *cache = variable("TRUSTSWEEP_CACHE");
    const char *xdg = variable("XDG_CACHE_HOME");
    const char *home = variable("HOME");

    if (models)
        return mem_text(models);
    if (cache)
        return text_format("%s/models", cache);
    if (xdg)
        return text_format("%s/trustsweep/models", xdg);
    return home ? text_format("%s/.cache/trustsweep/models", home) : NULL;
}

static int add_variable(struct text *out, const char *name, struct error *err)
{
    const char *value = getenv(name);
    char *models = NULL;

    if (secret_value_is_variable(name, strlen(name), value ? value : "")) {
        return error_set(err,
                         ERR_USAGE,
                         "${%s}: secrets do not belong in a job file, which is "
                         "copied into the results; an http backend reads its "
                         "key itself (key_env)",
                         name);
    }
    if (strcmp(name, "TRUSTSWEEP_MODELS") == 0)
        value = models = job_edit_models();
    if (!value) {
        return error_set(err,
                         ERR_USAGE,
                         "${%s}: no such environment variable; set it, or "
                         "write the path itself",
                         name);
    }
    text_add(out, value);
    free(models);
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
