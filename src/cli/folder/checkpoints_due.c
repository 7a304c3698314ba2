#include "cli/folder/checkpoints_due.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/text.h"
#include "cli/folder/run_standing.h"
#include "job/job_checkpoints.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_BYTES = 4096 };

static const char key[] = "deadline_unix_s";

static char *find(const char *dir)
{
    return path_join(dir, "checkpoints-due.json");
}

static double now_s(void)
{
    return (double)clock_unix_ms() / 1000.0;
}

int64_t checkpoints_due(const char *dir)
{
    char *path = find(dir);
    struct cJSON *json = json_read_regular(path, MAX_BYTES, NULL);
    const double at_s = json_member_number(json, key);

    json_free(json);
    free(path);
    return at_s > 0 && at_s < 1e15 ? (int64_t)at_s : 0; /* NaN: none */
}

void checkpoints_due_keep(const char *dir, int64_t at_s)
{
    char *path = find(dir);
    struct cJSON *json = json_new_object();

    if (at_s > 0) {
        json_add_number(json, key, (double)at_s);
        (void)json_save(json, path, NULL);
    } else {
        (void)unlink(path);
    }
    json_free(json);
    free(path);
}

double checkpoints_due_late_s(int64_t at_s, double eta_s)
{
    const double end_s = now_s() + (isfinite(eta_s) ? fmax(eta_s, 0) : 0);

    return at_s > 0 ? fmax(end_s - (double)at_s, 0) : 0;
}

void checkpoints_due_add(struct cJSON *run, int64_t at_s, double eta_s)
{
    const double late_s = checkpoints_due_late_s(at_s, eta_s);
    char at[JOB_CHECKPOINTS_SHOWN];

    if (at_s <= 0)
        return;
    json_add_text(run, "deadline", job_checkpoints_show_time(at_s, at));
    json_add_number(run, key, (double)at_s);
    if (late_s > 0)
        json_add_number(run, "late_s", late_s);
}

void checkpoints_due_renew(struct cJSON *run)
{
    const double at_s = json_member_number(run, key);
    const double late_s =
        at_s > 0 ? checkpoints_due_late_s((int64_t)at_s, 0) : 0;

    json_remove(run, "late_s");
    if (late_s > 0)
        json_add_number(run, "late_s", late_s);
}

void checkpoints_due_describe(const struct cJSON *run,
                              const struct run_standing *standing,
                              struct text *out)
{
    const char *at = json_member_text(run, "deadline");
    const double left_s = json_member_number(run, key) - now_s();
    const double late_s = json_member_number(run, "late_s");
    char left[32];
    char late[32];

    if (!at || isnan(left_s))
        return;
    text_format_seconds(left, sizeof left, fabs(left_s));
    text_format_seconds(late, sizeof late, late_s);
    if (standing->has_ended) {
        /* without a word the ETA's would be taken for what was */
        if (late_s > 0 && json_member_bool(run, "is_final", false))
            text_addf(out, "ended %s after its deadline, %s\n", late, at);
    } else if (left_s <= 0) {
        text_addf(out, "deadline %s, passed %s ago\n", at, left);
    } else if (standing->is_at_work && late_s > 0) {
        text_addf(out,
                  "deadline %s, in %s: by the ETA it ends %s after it\n",
                  at,
                  left,
                  late);
    } else {
        text_addf(out, "deadline %s, in %s\n", at, left);
    }
}
