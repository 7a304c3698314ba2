#include "cli/run/checkpoints_left.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_BYTES = 16 * 1024 * 1024 };

static const char key[] = "checkpoints_left_out";

static char *find(const char *dir)
{
    return path_join(dir, "checkpoints-left.json");
}

static void add_names(struct cJSON *list, const char *names)
{
    while (*names) {
        const size_t len = strcspn(names, "\n");
        char *name = text_format("%.*s", (int)len, names);

        json_append_text(list, name);
        free(name);
        names += len + (names[len] == '\n');
    }
}

int checkpoints_left_write(const char *dir,
                           const char *names,
                           struct error *err)
{
    char *path = find(dir);
    struct cJSON *json;
    int rc;

    if (*names) {
        json = json_new_object();
        add_names(json_add_array(json, key), names);
        rc = file_make_folder(dir, err);
        if (rc == 0)
            rc = json_save(json, path, err);
        json_free(json);
    } else {
        rc = unlink(path) < 0 && errno != ENOENT && errno != ENOTDIR
                 ? error_set_errno(err, errno, "cannot remove %s", path)
                 : 0;
    }
    free(path);
    return rc;
}

void checkpoints_left_add(const char *dir, struct cJSON *run)
{
    char *path = find(dir);
    struct cJSON *json =
        file_exists(path) ? json_read(path, MAX_BYTES, NULL) : NULL;
    const struct cJSON *names = json_member(json, key);

    if (json_count(names) > 0)
        json_add(run, key, json_copy(names));
    json_free(json);
    free(path);
}

void checkpoints_left_print(const struct cJSON *run)
{
    const struct cJSON *names = json_member(run, key);
    const size_t num = json_count(names);

    if (num == 0)
        return;
    printf("%zu checkpoint%s left out, no time before the deadline:",
           num,
           num == 1 ? "" : "s");
    for (const struct cJSON *name = json_first(names); name;
         name = json_next(name)) {
        const char *text = json_text(name);

        printf(" %s", text ? text : "?");
    }
    printf("\n");
}
