#include "job/job_secret.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/secret_value.h"
#include "base/text.h"
#include "job/job_object.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A value that is still to be looked at. */
struct below {
    const struct cJSON *value;
    char *pointer; /* RFC 6901 */
};

struct stack {
    struct below *values; /* [num] */
    size_t num;
    size_t cap;
};

static void push(struct stack *self, const struct cJSON *value, char *pointer)
{
    self->values = mem_reserve(self->values,
                               &self->cap,
                               self->num + 1,
                               sizeof *self->values);
    self->values[self->num++] = (struct below){ value, pointer };
}

/* Of a backend, a role's also written without an object. */
static bool is_spec(const char *pointer,
                    const char *key,
                    const struct cJSON *value)
{
    return text_equal(key, "backend")
           || (text_equal(pointer, "/roles") && json_is_text(value));
}

static void push_members(struct stack *self, const struct below *of)
{
    size_t i = 0;

    for (const struct cJSON *at = json_first(of->value); at;
         at = json_next(at), i++) {
        const char *key = json_key(at);

        if (is_spec(of->pointer, key, at))
            continue;
        if (!key) {
            push(self, at, text_format("%s/%zu", of->pointer, i));
        } else { /* no key of a job has a '/' or '~' */
            push(self, at, text_format("%s/%s", of->pointer, key));
        }
    }
}

static int refuse(const struct job_source *source,
                  const struct below *at,
                  struct error *err)
{
    char *place = job_object_place(source, at->pointer, false);

    if (text_starts(place, "--set "))
        place[strcspn(place, "=")] = '\0';
    error_set(
        err,
        ERR_USAGE,
        "%s: \"%.60s\" has a login or a key, which would be in every file "
        "of the run (it is not shown); a key belongs into a variable or a "
        "file (key_env, key_file), and what a source gives only with a "
        "login is got before and named by its path",
        place,
        at->pointer);
    free(place);
    return -1;
}

int job_secret_check(const struct job_source *source,
                     const struct cJSON *root,
                     struct error *err)
{
    struct stack left = { 0 };
    int rc = 0;

    push(&left, root, mem_text(""));
    while (left.num > 0) {
        struct below top = left.values[--left.num];
        const char *text = json_text(top.value);

        if (rc == 0 && text
            && (secret_value_is(text) || secret_value_has_key(text)))
            rc = refuse(source, &top, err);
        if (rc == 0)
            push_members(&left, &top);
        free(top.pointer);
    }
    free(left.values);
    return rc;
}
