#include "cli/batch/submit_before.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/batch/batch_view.h"
#include "cli/folder/run_dir.h"
#include "cli/sweep/answered.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 16 * 1024 * 1024 };

/* Two would wait for each other with their nodes: a folder has one owner. */
static int check_queue(const char *dir, struct error *err)
{
    struct cJSON *view = batch_view_read(dir);
    const struct cJSON *job = json_member(view, "job");
    const char *id = json_member_text(job, "id");
    const char *state = json_member_text(job, "state");
    int rc = 0;

    /* one that ends has said all that it will */
    if (batch_view_is_queued(view) && !text_equal(state, "COMPLETING")) {
        rc =
            error_set(err,
                      ERR_USAGE,
                      "job %s of %s is %s already: wait for it ('trustsweep "
                      "watch'), or 'scancel %s' and submit again; another "
                      "--output is another run",
                      id,
                      dir,
                      text_equal(state, "PENDING") ? "in the queue" : "at work",
                      id);
    }
    json_free(view);
    return rc;
}

static bool is_same_job(const char *dir, const struct sweep *sweep)
{
    char *path = path_join(dir, "job.json");
    struct cJSON *was = json_read_regular(path, RUN_DIR_STATE_BYTES, NULL);
    struct cJSON *is = sweep_job(sweep); /* its rounds know models alone */
    struct text was_text = { 0 };
    struct text is_text = { 0 };
    bool is_same;

    json_remove(is, "checkpoints");
    if (was)
        json_write(was, &was_text);
    json_write(is, &is_text);
    is_same = was && text_equal(text_data(&was_text), text_data(&is_text));
    text_release(&was_text);
    text_release(&is_text);
    json_free(was);
    json_free(is);
    free(path);
    return is_same;
}

/* For other checkpoints than those that are there. */
static bool is_to_wait(const struct sweep *sweep)
{
    const struct job_checkpoints *of = &sweep->job->checkpoints;

    return of->files && of->until
           && job_checkpoints_time(of->until, sweep->night.since_s)
                  > clock_unix_ms() / 1000;
}

/* Every item that the sweep has now, by its settings and its model's file. */
static bool is_recorded(const char *dir, const struct sweep *sweep)
{
    const size_t num = sweep->plan->num_units;
    bool *has = mem_alloc(num + 1, sizeof *has);
    bool is_open = !answered_find(dir, sweep, has);

    for (size_t i = 0; i < num && !is_open; i++)
        is_open = !has[i] && !(sweep->is_skipped && sweep->is_skipped[i]);
    free(has);
    return !is_open;
}

/* What earlier jobs of the folder took is of the same budget. */
static int check_budget(const char *dir, double budget_h, struct error *err)
{
    char *path = path_join(dir, "batch.json");
    struct cJSON *json =
        budget_h > 0 ? json_read_regular(path, MAX_BYTES, NULL) : NULL;
    const double used_h = json_member_number(json, "used_gpu_hours");
    int rc = 0;

    if (used_h >= budget_h) {
        rc = error_set(err,
                       ERR_USAGE,
                       "--budget %g is spent: the jobs of %s took %.3g hours "
                       "already, and the budget is of all of them; say more",
                       budget_h,
                       dir,
                       used_h);
    }
    json_free(json);
    free(path);
    return rc;
}

int submit_before_check(const char *dir,
                        const struct sweep *sweep,
                        double budget_h,
                        struct error *err)
{
    if (check_queue(dir, err) < 0 || check_budget(dir, budget_h, err) < 0)
        return -1;
    if (sweep->night.is_made_up || is_to_wait(sweep) || !run_dir_is_done(dir)
        || !is_same_job(dir, sweep) || !is_recorded(dir, sweep))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "the run in %s is complete, so a job would find nothing "
                     "to do: 'trustsweep status' and 'report' show it; to "
                     "ask anew say another --output",
                     dir);
}
