#include "store/merge_provenance.h"

#include "base/json.h"
#include "base/text.h"
#include "store/h5.h"
#include "store/merge_order.h"
#include "store/reader_parts.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>

static bool is_same(const struct cJSON *a, const struct cJSON *b)
{
    struct text first = { 0 };
    struct text second = { 0 };
    bool out;

    json_canonical(a, &first);
    json_canonical(b, &second);
    out = text_equal(text_data(&first), text_data(&second));
    text_release(&first);
    text_release(&second);
    return out;
}

/* Whether the list has it: by name or role where it has one. */
static bool has(const struct cJSON *list, const struct cJSON *element)
{
    static const char *const keys[] = { "name", "role" };

    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        if (is_same(at, element))
            return true;
        for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
            const char *name = json_member_text(element, keys[i]);

            if (name && text_equal(name, json_member_text(at, keys[i])))
                return true;
        }
    }
    return false;
}

static struct cJSON *join_lists(const struct cJSON *a, const struct cJSON *b)
{
    struct cJSON *out = json_copy(a);

    for (const struct cJSON *at = json_first(b); at; at = json_next(at)) {
        if (!has(out, at))
            json_append(out, json_copy(at));
    }
    return out;
}

/* A job without "only" runs all of its tasks: so does the sum. */
static struct cJSON *join_only(const struct cJSON *a, const struct cJSON *b)
{
    if (json_count(a) == 0 || json_count(b) == 0)
        return json_new_array();
    return join_lists(a, b);
}

/* What the first says, and what only the second does.  Values are the
 * program's own and never deep. */
static struct cJSON *join(const struct cJSON *a, const struct cJSON *b)
{
    struct cJSON *out;

    if (json_is_array(a) && json_is_array(b))
        return join_lists(a, b);
    if (!json_is_object(a) || !json_is_object(b))
        return json_copy(a);
    out = json_new_object();
    for (const struct cJSON *at = json_first(a); at; at = json_next(at)) {
        const char *key = json_key(at);
        const struct cJSON *other = json_member(b, key);

        if (other && text_equal(key, "only")) {
            json_add(out, key, join_only(at, other));
        } else if (json_is_array(at) && json_is_array(other)) {
            json_add(out, key, join_lists(at, other));
        } else {
            json_add(out, key, json_copy(at));
        }
    }
    for (const struct cJSON *at = json_first(b); at; at = json_next(at)) {
        if (!json_member(a, json_key(at)))
            json_add(out, json_key(at), json_copy(at));
    }
    return out;
}

/* What a file says of itself: an object of all that stands in the group. */
static struct cJSON *read_all(const struct reader *reader)
{
    struct cJSON *out = json_new_object();
    hid_t group = H5Gopen2(reader->file, "/provenance", H5P_DEFAULT);
    H5G_info_t info = { 0 };
    herr_t rc = group < 0 ? -1 : H5Gget_info(group, &info);

    for (hsize_t i = 0; rc >= 0 && i < info.nlinks; i++) {
        char name[256];

        if (H5Lget_name_by_idx(group,
                               ".",
                               H5_INDEX_NAME,
                               H5_ITER_INC,
                               i,
                               name,
                               sizeof name,
                               H5P_DEFAULT)
            >= 0)
            reader_provenance_add(reader, name, out);
    }
    if (group >= 0)
        (void)H5Gclose(group);
    return out;
}

/* Whether another one of `roles` plays it. */
static bool is_another(const struct cJSON *roles, const struct cJSON *own)
{
    const char *role = json_member_text(own, "role");

    for (const struct cJSON *at = json_first(roles); role && at;
         at = json_next(at)) {
        if (text_equal(role, json_member_text(at, "role"))
            && !text_equal(json_member_text(own, "identity"),
                           json_member_text(at, "identity")))
            return true;
    }
    return false;
}

int merge_provenance_check(const struct merge_order *order, struct error *err)
{
    struct cJSON *roles = json_new_array(); /* of the files so far */
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < order->num; f++) {
        struct cJSON *own = reader_provenance_json(order->readers[f], "roles");

        for (const struct cJSON *at = json_first(own); rc == 0 && at;
             at = json_next(at)) {
            if (is_another(roles, at)) {
                rc = error_set(err,
                               ERR_USAGE,
                               "another model plays role '%s' in %s than "
                               "before: score them with one ('trustsweep "
                               "score'), or compare them with 'analyze'",
                               json_member_text(at, "role"),
                               order->paths[f]);
            } else {
                json_append(roles, json_copy(at));
            }
        }
        json_free(own);
    }
    json_free(roles);
    return rc;
}

static int put(hid_t file,
               const char *name,
               const struct cJSON *value,
               struct error *err)
{
    char *path = text_format("/provenance/%s", name);
    struct text text = { 0 };
    int rc = 0;

    if (json_is_text(value)) {
        text_add(&text, json_text(value));
    } else {
        json_write(value, &text);
    }
    if (h5_write_text(file, path, text_data(&text)) < 0)
        rc = h5_fail(err, ERR_IO, "%s", path);
    text_release(&text);
    free(path);
    return rc;
}

/* Of one run: its time, its batch jobs, its bill. */
static bool is_of_run(const char *name)
{
    static const char *const names[] = { "run", "batch", "cost" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (text_equal(names[i], name))
            return true;
    }
    return false;
}

/* What the files so far say, and what one more does; takes `sum`. */
static struct cJSON *add_said(struct cJSON *sum, const struct cJSON *said)
{
    struct cJSON *out = json_new_object();

    for (const struct cJSON *at = json_first(said); at; at = json_next(at)) {
        const struct cJSON *known = json_member(sum, json_key(at));

        if (is_of_run(json_key(at)) || text_equal(json_key(at), "merged"))
            continue;
        json_add(out, json_key(at), known ? join(known, at) : json_copy(at));
    }
    for (const struct cJSON *at = json_first(sum); at; at = json_next(at)) {
        if (!json_member(out, json_key(at)))
            json_add(out, json_key(at), json_copy(at));
    }
    json_free(sum);
    return out;
}

int merge_provenance_write(const struct merge_order *order,
                           hid_t file,
                           struct error *err)
{
    struct cJSON *merged = json_new_array();
    struct cJSON *sum = json_new_object();
    int rc = 0;

    for (size_t f = 0; f < order->num; f++) {
        struct cJSON *one = json_new_object();
        struct cJSON *said = read_all(order->readers[f]);

        sum = add_said(sum, said);
        json_add_text(one, "content_digest", reader_digest(order->readers[f]));
        json_add(one, "provenance", said);
        json_append(merged, one);
    }
    for (const struct cJSON *at = json_first(sum); rc == 0 && at;
         at = json_next(at))
        rc = put(file, json_key(at), at, err);
    if (rc == 0)
        rc = put(file, "merged", merged, err);
    json_free(sum);
    json_free(merged);
    return rc;
}
