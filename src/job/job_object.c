#include "job/job_object.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_show.h"
#include "job/job.h"
#include "job/job_edit.h"
#include "job/job_table.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

/* Whether `pointer` is `whole` or leads to something in it. */
static bool is_within(const char *pointer, const char *whole)
{
    size_t len = strlen(whole);

    return strncmp(pointer, whole, len) == 0
           && (pointer[len] == '\0' || pointer[len] == '/');
}

/* The last --set that made the value at `pointer`; or, with `or_part`, one that
 * made a part of it; or NULL. */
static const char *find_set(const struct job_source *source,
                            const char *pointer,
                            bool or_part)
{
    for (size_t i = source->num_sets; i-- > 0;) {
        char *made = job_edit_pointer(source->sets[i]);
        bool is_it =
            is_within(pointer, made) || (or_part && is_within(made, pointer));

        free(made);
        if (is_it)
            return source->sets[i];
    }
    return NULL;
}

char *job_object_place(const struct job_source *source,
                       const char *pointer,
                       bool about_key)
{
    enum { LONGEST_SET = 120 };
    const char *set = find_set(source, pointer, false);
    int line;
    int column;

    if (!set
        && json_locate(source->bytes,
                       source->len,
                       pointer,
                       about_key,
                       &line,
                       &column))
        return text_format("%s:%d:%d", source->path, line, column);
    if (!set)
        set = find_set(source, pointer, true);
    return set ? text_format("--set %.*s", LONGEST_SET, set)
               : mem_text(source->path);
}

int job_object_complain(const struct job_source *source,
                        const char *pointer,
                        bool about_key,
                        struct error *err)
{
    char *place = job_object_place(source, pointer, about_key);

    (void)error_wrap(err, "%s", place);
    free(place);
    return -1;
}

static int unknown_key(const struct option *table,
                       const char *key,
                       struct error *err)
{
    const char *nearest = options_nearest(table, key);

    return error_set(err,
                     ERR_USAGE,
                     nearest ? "no key '%s' here; did you mean '%s'?"
                             : "no key '%s' here; docs/JOB.md has all",
                     key,
                     nearest ? nearest : "");
}

/* Texts that are shown: all but what a model is told, and how (`backend`, whose
 * values may have lines). */
static int check_shown(const struct option *option,
                       const struct cJSON *member,
                       struct error *err)
{
    const char *text = json_text(member);

    if (!text || option->type != OPTION_TEXT || !text_show_hides(text)
        || text_equal(option->name, "system")
        || text_equal(option->name, "backend"))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "\"%s\" has a control character, or one that turns the "
                     "direction of writing, which a terminal would obey; leave "
                     "it out",
                     option->name);
}

static char *member_pointer(const char *pointer, const char *key)
{
    struct text out = { 0 };

    text_add(&out, pointer);
    json_add_step(&out, key);
    return text_take(&out);
}

int job_object_read(const struct job_source *source,
                    const struct option *table,
                    const struct cJSON *object,
                    const char *pointer,
                    void *out,
                    struct error *err)
{
    if (!json_is_object(object)) {
        error_set(err,
                  ERR_USAGE,
                  "%s where an object is wanted",
                  json_type_name(object));
        return job_object_complain(source, pointer, false, err);
    }
    for (const struct cJSON *member = json_first(object); member;
         member = json_next(member)) {
        const char *key = json_key(member);
        const struct option *option = options_find(table, key, strlen(key));
        char *place = member_pointer(pointer, key);
        int rc = 0;

        if (!option || strcmp(option->name, key) != 0) {
            (void)unknown_key(table, key, err);
            rc = job_object_complain(source, place, true, err);
        } else if (!(json_is_null(member) && !option->is_required)
                   && (check_shown(option, member, err) < 0
                       || options_set_json(option, member, out, err) < 0)) {
            rc = job_object_complain(source, place, false, err);
        }
        free(place);
        if (rc < 0)
            return -1;
    }
    for (const struct option *option = table; option->name; option++) {
        if (option->is_required && !json_member(object, option->name)) {
            error_set(err, ERR_USAGE, "key '%s' is missing", option->name);
            return job_object_complain(source, pointer, false, err);
        }
    }
    return 0;
}

int job_object_expand(const struct job_source *source,
                      const char *pointer,
                      char **text,
                      struct error *err)
{
    char *expanded;

    if (!*text)
        return 0;
    expanded = job_edit_expand(*text, err);
    if (!expanded)
        return job_object_complain(source, pointer, false, err);
    free(*text);
    *text = expanded;
    return 0;
}

int job_object_check_rate(const struct job_source *source,
                          const char *pointer,
                          double tokens_per_s,
                          struct error *err)
{
    char *place;

    if (!(tokens_per_s < JOB_LEAST_RATE))
        return 0;
    error_set(err,
              ERR_USAGE,
              "tokens_per_s: at a rate of %g it never ends; leave the key out "
              "where the rate is unknown",
              tokens_per_s);
    place = text_format("%s/tokens_per_s", pointer);
    (void)job_object_complain(source, place, false, err);
    free(place);
    return -1;
}

struct member {
    const char *name;
    const struct option *table;
};

/* A member that is an object of its own, which may be absent or null. */
static int read_member(const struct job_source *source,
                       const struct cJSON *owner,
                       const char *pointer,
                       const struct member *member,
                       void *out,
                       struct error *err)
{
    const struct cJSON *object = json_member(owner, member->name);
    char *place;
    int rc;

    options_defaults(member->table, out);
    if (!object || json_is_null(object))
        return 0;
    place = text_format("%s/%s", pointer, member->name);
    rc = job_object_read(source, member->table, object, place, out, err);
    free(place);
    return rc;
}

int job_object_generation(const struct job_source *source,
                          const struct cJSON *owner,
                          const char *pointer,
                          struct job_generation *out,
                          struct error *err)
{
    const struct member member = { "generation", job_table_generation };

    return read_member(source, owner, pointer, &member, out, err);
}

int job_object_facts(const struct job_source *source,
                     const struct cJSON *owner,
                     const char *pointer,
                     struct job_facts *out,
                     struct error *err)
{
    const struct member member = { "facts", job_table_facts };

    return read_member(source, owner, pointer, &member, out, err);
}

/* Append one pattern. */
static int read_pattern(const struct job_source *source,
                        const struct cJSON *json,
                        const char *pointer,
                        const struct job_patterns *out,
                        struct error *err)
{
    if (!json_is_text(json)) {
        error_set(err,
                  ERR_USAGE,
                  "%s where a pattern is wanted",
                  json_type_name(json));
        return job_object_complain(source, pointer, false, err);
    }
    (*out->list)[(*out->num)++] = mem_text(json_text(json));
    return 0;
}

int job_object_patterns(const struct job_source *source,
                        const struct cJSON *owner,
                        const char *pointer,
                        const char *key,
                        const struct job_patterns *out,
                        struct error *err)
{
    const struct cJSON *member = json_member(owner, key);
    size_t num = json_is_array(member) ? json_count(member) : 0;
    char *place;
    int rc = 0;

    if (!member || json_is_null(member))
        return 0;
    place = text_format("%s/%s", pointer, key);
    *out->list = mem_alloc(num + 1, sizeof **out->list);
    if (!json_is_array(member))
        rc = read_pattern(source, member, place, out, err);
    for (const struct cJSON *one = num > 0 ? json_first(member) : NULL;
         one && rc == 0;
         one = json_next(one)) {
        char *at = text_format("%s/%zu", place, *out->num);

        rc = read_pattern(source, one, at, out, err);
        free(at);
    }
    free(place);
    return rc;
}

void job_object_free_patterns(char **list, size_t num)
{
    for (size_t i = 0; i < num; i++)
        free(list[i]);
    free(list);
}
