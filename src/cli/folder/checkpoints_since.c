#include "cli/folder/checkpoints_since.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"

#include <stdlib.h>

static const char key[] = "since";

static char *find(const char *dir)
{
    return path_join(dir, "checkpoints-since.json");
}

static int64_t kept(const char *dir)
{
    char *path = find(dir);
    struct cJSON *json =
        run_dir_has_run(dir)
            ? json_read_regular(path, RUN_DIR_STATE_BYTES, NULL)
            : NULL;
    const double since_s = json_member_number(json, key);

    json_free(json);
    free(path);
    return since_s > 0 ? (int64_t)since_s : 0; /* NaN where it is not there */
}

int64_t checkpoints_since(const char *dir)
{
    const char *text = getenv(CHECKPOINTS_SINCE);
    int64_t since_s = 0;

    if (!text || !text_to_int64(text, &since_s) || since_s <= 0)
        since_s = kept(dir);
    return since_s > 0 ? since_s : clock_unix_ms() / 1000;
}

int checkpoints_since_keep(const char *dir, int64_t since_s, struct error *err)
{
    struct cJSON *json;
    char *path;
    int rc;

    if (run_dir_has_run(dir))
        return 0;
    if (file_make_folder(dir, err) < 0)
        return -1;
    path = find(dir);
    json = json_new_object();
    json_add_number(json, key, (double)since_s);
    rc = json_save(json, path, err);
    json_free(json);
    free(path);
    return rc;
}
