#include "store/merge_recorded.h"

#include "base/json.h"
#include "base/text.h"
#include "store/merge_order.h"
#include "store/reader.h"
#include "trustsweep/error.h"

#include <stdlib.h>

/* Which model and task it is of: neither has a line end. */
static char *key_of(const char *model, const char *task)
{
    return text_format("%s\n%s", model, task);
}

static int differ(const char *model,
                  const char *task,
                  const char *path,
                  const struct cJSON *before,
                  struct error *err)
{
    return error_set(err,
                     ERR_USAGE,
                     "model '%.60s': its recorded answers to %.60s are others "
                     "in %.200s than in %.200s, so these are two recordings of "
                     "one name: give one of them another name, or compare them "
                     "with 'analyze'",
                     model,
                     task,
                     path,
                     json_member_text(before, "file"));
}

/* `known` has {KEY: {"hash", "file"}} of the files so far. */
static int add_tasks(struct cJSON *known,
                     const struct cJSON *model,
                     const char *path,
                     struct error *err)
{
    const struct cJSON *says = json_member(model, "recorded");
    const char *name = json_member_text(model, "name");
    int rc = 0;

    for (const struct cJSON *at = name ? json_first(says) : NULL; at && rc == 0;
         at = json_next(at)) {
        char *key = key_of(name, json_key(at));
        const struct cJSON *before = json_member(known, key);
        const char *hash = json_text(at);

        if (before && !text_equal(json_member_text(before, "hash"), hash)) {
            rc = differ(name, json_key(at), path, before, err);
        } else if (!before && hash) {
            struct cJSON *now = json_new_object();

            json_add_text(now, "hash", hash);
            json_add_text(now, "file", path);
            json_add(known, key, now);
        }
        free(key);
    }
    return rc;
}

static int add_file(struct cJSON *known,
                    const struct merge_order *order,
                    size_t file,
                    struct error *err)
{
    struct cJSON *models =
        reader_provenance_json(order->readers[file], "models");
    int rc = 0;

    for (const struct cJSON *at = json_first(models); at && rc == 0;
         at = json_next(at))
        rc = add_tasks(known, at, order->paths[file], err);
    json_free(models);
    return rc;
}

int merge_recorded_check(const struct merge_order *order, struct error *err)
{
    struct cJSON *known = json_new_object();
    int rc = 0;

    for (size_t f = 0; f < order->num && rc == 0; f++)
        rc = add_file(known, order, f, err);
    json_free(known);
    return rc;
}
