#include "base/json_shape.h"

#include "base/json.h"
#include "base/mem.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_STEP = 40 }; /* bytes of a step of a path */

/* Values that the steps so far lead to. */
struct found {
    const struct cJSON **values; /* [num] */
    size_t num;
    size_t cap;
};

static void add(struct found *self, const struct cJSON *value)
{
    /* NOLINTBEGIN(bugprone-sizeof-expression): an array of pointers */
    self->values = mem_reserve(self->values,
                               &self->cap,
                               self->num + 1,
                               sizeof *self->values);
    /* NOLINTEND(bugprone-sizeof-expression) */
    self->values[self->num++] = value;
}

/* One step on: what is absent stays as NULL at the end of a path alone. */
static struct found step_on(const struct found *from,
                            const char *step,
                            bool is_last)
{
    struct found out = { 0 };

    for (size_t i = 0; i < from->num; i++) {
        const struct cJSON *member;

        if (json_is_null(from->values[i]))
            continue; /* as if it were absent */
        if (strcmp(step, "[]") == 0) {
            for (const struct cJSON *at = json_first(from->values[i]); at;
                 at = json_next(at))
                add(&out, at);
            continue;
        }
        member = json_member(from->values[i], step);
        if (member || is_last)
            add(&out, member);
    }
    return out;
}

static struct found find(const struct cJSON *root, const char *path)
{
    struct found at = { 0 };

    add(&at, root);
    for (const char *step = path; *step;) {
        const size_t len = strcspn(step, "/");
        char name[MAX_STEP + 1] = "";
        struct found next;

        memcpy(name, step, len < MAX_STEP ? len : MAX_STEP);
        next = step_on(&at, name, step[len] == '\0');
        free(at.values);
        at = next;
        step += len + (step[len] == '/');
    }
    return at;
}

static bool fits(const struct cJSON *value, const struct json_shape *shape)
{
    if (!value || json_is_null(value))
        return !shape->is_required;
    switch (shape->type) {
    case JSON_TEXT:
        return json_is_text(value);
    case JSON_NUMBER:
        return json_is_number(value);
    case JSON_BOOL:
        return json_is_bool(value);
    case JSON_OBJECT:
        return json_is_object(value);
    case JSON_ARRAY:
        return json_is_array(value);
    }
    return false;
}

int json_shape_check(const struct cJSON *root,
                     const struct json_shape *shapes,
                     size_t num,
                     const char *what,
                     struct error *err)
{
    static const char *const types[] = { "a text",
                                         "a number",
                                         "true or false",
                                         "an object",
                                         "an array" };
    int rc = 0;

    for (size_t i = 0; i < num && rc == 0; i++) {
        struct found found = find(root, shapes[i].path);

        for (size_t v = 0; v < found.num && rc == 0; v++) {
            if (!fits(found.values[v], &shapes[i])) {
                rc = error_set(err,
                               ERR_FORMAT,
                               "%s: \"%s\" is to be %s",
                               what,
                               shapes[i].path,
                               types[shapes[i].type]);
            }
        }
        free(found.values);
    }
    return rc;
}
