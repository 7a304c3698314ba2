#include "cli/folder/checkpoints_since.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"

#include <stdlib.h>

static const char key[] = "since";
static const char key_held[] = "is_held";

static char *find(const char *dir)
{
    return path_join(dir, "checkpoints-since.json");
}

/* json_free(); NULL: there is none */
static struct cJSON *read_kept(const char *dir)
{
    char *path = find(dir);
    struct cJSON *json = json_read_regular(path, RUN_DIR_STATE_BYTES, NULL);

    free(path);
    return json;
}

bool checkpoints_since_is_settled(const char *dir)
{
    struct cJSON *json = read_kept(dir);
    const bool is_held = json_member_bool(json, key_held, false);

    json_free(json);
    return is_held || run_dir_has_run(dir);
}

static int64_t kept(const char *dir)
{
    struct cJSON *json =
        checkpoints_since_is_settled(dir) ? read_kept(dir) : NULL;
    const double since_s = json_member_number(json, key);

    json_free(json);
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

static int save(const char *dir, struct cJSON *json, struct error *err)
{
    char *path = find(dir);
    const int rc = json_save(json, path, err);

    free(path);
    return rc;
}

void checkpoints_since_hold(const char *dir)
{
    struct cJSON *json = read_kept(dir);

    if (json_is_object(json) && !json_member_bool(json, key_held, false)) {
        json_add_bool(json, key_held, true);
        (void)save(dir, json, NULL);
    }
    json_free(json);
}

int checkpoints_since_keep(const char *dir, int64_t since_s, struct error *err)
{
    struct cJSON *json;
    int rc;

    if (kept(dir) > 0)
        return 0;
    if (file_make_folder(dir, err) < 0)
        return -1;
    json = json_new_object();
    json_add_number(json, key, (double)since_s);
    rc = save(dir, json, err);
    json_free(json);
    return rc;
}
