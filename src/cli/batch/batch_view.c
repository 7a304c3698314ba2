#include "cli/batch/batch_view.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_view_print.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"
#include "cli/folder/run_view.h"
#include "cli/parts/show_json.h"
#include "launch/sacct.h"
#include "launch/squeue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_file(struct cJSON *view,
                     const char *key,
                     const char *dir,
                     const char *name)
{
    char *path = path_join(dir, name);
    struct cJSON *value =
        file_exists(path) ? run_dir_read_file(path, NULL) : NULL;

    if (value)
        json_add(view, key, value);
    free(path);
}

const struct cJSON *batch_view_last_job(const struct cJSON *view)
{
    const struct cJSON *jobs = json_member(json_member(view, "batch"), "jobs");
    size_t num = json_count(jobs);

    return num > 0 ? json_element(jobs, num - 1) : NULL;
}

/* What the site has of the jobs: of the last one asked anew once it has ended,
 * of all others as they were written down. */
static void add_accounts(struct cJSON *view, const char *id)
{
    const struct cJSON *known =
        json_member(json_member(view, "batch"), "accounting");
    struct cJSON *rows =
        id && !batch_view_is_queued(view) ? sacct_ask(id) : NULL;
    const size_t len = id ? strlen(id) : 0;

    if (!rows && !known)
        return;
    if (!rows) {
        json_add(view, "accounting", json_copy(known));
        return;
    }
    for (const struct cJSON *row = json_first(known); row;
         row = json_next(row)) {
        const char *of = json_member_text(row, "id");

        if (!of || strncmp(of, id, len) != 0 || (of[len] && of[len] != '.'))
            json_append(rows, json_copy(row));
    }
    json_add(view, "accounting", rows);
}

struct cJSON *batch_view_read(const char *dir)
{
    struct cJSON *view = json_new_object();
    struct cJSON *run = run_view_read(dir, NULL);
    const char *submitted;
    const char *begun;
    const char *id;

    if (run)
        json_add(view, "run", run);
    add_file(view, "submit", dir, "submit.json");
    add_file(view, "batch", dir, "batch.json");
    submitted = json_member_text(json_member(view, "submit"), "job_id");
    begun = json_member_text(batch_view_last_job(view), "next_job_id");
    if (!begun)
        begun = json_member_text(batch_view_last_job(view), "job_id");
    id = begun ? begun : submitted;
    /* the later one; a chained job is not in submit.json, and no line of its own
     * before it begins */
    if (begun && submitted
        && strtoll(submitted, NULL, 10) > strtoll(begun, NULL, 10))
        id = submitted;
    if (id)
        json_add(view, "job", squeue_ask(id));
    add_accounts(view, id);
    return view;
}

bool batch_view_is_queued(const struct cJSON *view)
{
    static const char *const over[] = {
        "GONE",      "UNKNOWN",  "COMPLETED",    "CANCELLED",
        "FAILED",    "TIMEOUT",  "NODE_FAIL",    "PREEMPTED",
        "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY"
    };
    const char *state = json_member_text(json_member(view, "job"), "state");

    if (!state)
        return false;
    for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
        if (strcmp(state, over[i]) == 0)
            return false;
    }
    return true;
}

bool batch_view_is_live(const struct cJSON *view, const char *dir)
{
    const struct cJSON *run = json_member(view, "run");

    if (batch_view_is_queued(view))
        return true;
    return run && !run_standing_of(run, dir).has_ended;
}

bool batch_view_show(const char *dir, bool is_all, bool as_json)
{
    char *submitted = path_join(dir, "submit.json");
    const bool is_there = file_exists(submitted);
    struct cJSON *view = is_there ? batch_view_read(dir) : NULL;
    struct text out = { 0 };

    if (is_there && as_json) {
        show_json(view);
    } else if (is_there && is_all) {
        batch_view_print(view, dir, &out);
    } else if (is_there) {
        batch_view_print_job(view, &out);
    }
    (void)fputs(text_data(&out), stdout);
    text_release(&out);
    json_free(view);
    free(submitted);
    return is_there;
}
