#include "dataset/prompts_file.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "trustsweep/error.h"

#include <stdlib.h>

enum { MAX_BYTES = 1024 * 1024 };

void prompts_file_print(const struct prompts *prompts,
                        const char *origin,
                        struct text *out)
{
    struct cJSON *root = json_new_object();
    struct cJSON *object;

    json_add_text(root, "origin", origin);
    object = json_add_object(root, "prompts");
    for (size_t i = 0; i < prompts->num; i++)
        json_add_text(object, prompts->list[i].name, prompts->list[i].text);
    json_write(root, out);
    json_free(root);
}

static int check(const struct cJSON *root,
                 const char *path,
                 const struct prompts *otherwise,
                 struct error *err)
{
    const struct cJSON *object = json_member(root, "prompts");

    if (!json_member_text(root, "origin") || !json_is_object(object)
        || json_count(root) != 2) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: must hold a text 'origin' and an object "
                         "'prompts', nothing else; remove it, or import the "
                         "toolkit's wordings again",
                         path);
    }
    for (const struct cJSON *at = json_first(object); at; at = json_next(at)) {
        if (!json_is_text(at) || !prompts_text(otherwise, json_key(at))) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: key 'prompts': '%.80s' is %s; remove the "
                             "file, or import the toolkit's wordings again",
                             path,
                             json_key(at),
                             json_is_text(at)
                                 ? "no wording that this data set knows"
                                 : "no text");
        }
    }
    return 0;
}

int prompts_file_read(const char *folder,
                      const struct prompts *otherwise,
                      struct prompts *out,
                      char **origin,
                      struct error *err)
{
    char *path = path_join(folder, "prompts.json");
    struct cJSON *root = NULL;
    const struct cJSON *object = NULL;
    int rc = 0;

    *out = (struct prompts){ 0 };
    *origin = NULL;
    if (file_exists(path)) {
        root = json_read(path, MAX_BYTES, err);
        rc = root ? check(root, path, otherwise, err) : -1;
    }
    if (rc == 0) {
        object = json_member(root, "prompts");
        *origin = root ? mem_text(json_member_text(root, "origin")) : NULL;
        for (size_t i = 0; i < otherwise->num; i++) {
            const char *name = otherwise->list[i].name;
            const char *text = object ? json_member_text(object, name) : NULL;

            prompts_add(out, name, text ? text : otherwise->list[i].text);
        }
    }
    json_free(root);
    free(path);
    return rc;
}
