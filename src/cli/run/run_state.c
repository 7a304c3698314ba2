#include "cli/run/run_state.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/text.h"
#include "cli/folder/checkpoints_due.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"
#include "cli/run/run_costs.h"
#include "cli/run/run_explain.h"
#include "cli/run/run_policy.h"
#include "cli/run/run_rates.h"
#include "cli/run/run_spending.h"
#include "dispatch/coordinator.h"
#include "gather/reply_cache.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { MAX_WORKERS = 1024 }; /* that are listed */

static void add_counts(struct cJSON *run, const struct coordinator_view *view)
{
    struct cJSON *counts = json_add_object(run, "counts");

    json_add_number(counts, "units", (double)view->num_units);
    json_add_number(counts, "left_out", (double)view->num_left_out);
    json_add_number(counts, "done", (double)view->num_done);
    json_add_number(counts, "from_earlier_runs", (double)view->num_before);
    json_add_number(counts, "failed", (double)view->num_failed);
    json_add_number(counts, "overlong", (double)view->num_overlong);
    json_add_number(counts, "quarantined", (double)view->num_quarantined);
    json_add_number(counts, "retries", (double)view->num_retries);
    json_add_number(counts, "loads", (double)view->num_loads);
    json_add_number(counts, "workers", (double)view->num_workers);
    json_add_number(counts, "workers_lost", (double)view->num_lost);
    json_add_number(counts, "messages_refused", (double)view->num_refused);
    json_add_number(counts, "prompt_tokens", (double)view->prompt_tokens);
    json_add_number(counts, "reply_tokens", (double)view->reply_tokens);
    if (view->cost > 0)
        json_add_number(counts, "cost", view->cost);
    if (view->is_cost_estimated)
        json_add_bool(counts, "cost_estimated", true);
}

static bool is_asking(const struct run_state *state)
{
    return !state->is_final && text_equal(state->stage, RUN_STAGE_ANSWERING);
}

/* How fast this start is, and until when it goes on so. */
static void add_speed(struct cJSON *run,
                      const struct run_state *state,
                      const struct coordinator_view *view)
{
    const double seconds =
        (double)(clock_unix_ms() - state->started_ms) / 1000.0;
    const size_t fresh = view->num_done - view->num_before;

    json_add_number(run, "elapsed_s", seconds > 0 ? seconds : 0);
    if (seconds > 0)
        json_add_number(run, "items_per_s", (double)fresh / seconds);
    if (!is_asking(state))
        return;
    if (state->rates)
        json_add_number(run, "items_per_s_now", run_rates_now(state->rates));
    if (isfinite(view->eta_s)) {
        json_add_number(run, "eta_s", view->eta_s);
        if (view->is_eta_guess)
            json_add_bool(run, "eta_is_guess", true);
    }
}

/* One that was lost is listed, however many there are. */
static void add_workers(struct cJSON *run, const struct coordinator_view *view)
{
    struct cJSON *list = json_add_array(run, "workers");
    size_t num = 0;

    for (size_t i = 0; i < view->num_workers; i++) {
        const struct worker_view *worker = &view->workers[i];
        struct cJSON *row;

        if (!worker->is_lost && num++ >= MAX_WORKERS)
            continue;
        row = json_new_object();
        json_add_number(row, "rank", (double)i + 1);
        json_add_text(row, "host", worker->host);
        json_add_text(row, "state", worker->state);
        json_add_text(row, "doing", worker->doing);
        json_add_number(row, "done", (double)worker->num_done);
        json_append(list, row);
    }
}

/* Answers of roles that this run found in the cache, or left there. */
static void add_cache(struct cJSON *run, const struct reply_cache *cache)
{
    const struct reply_cache_count count = reply_cache_count(cache);
    struct cJSON *object = json_add_object(run, "role_cache");

    json_add_number(object, "hits", (double)count.hits);
    json_add_number(object, "misses", (double)count.misses);
    json_add_number(object, "added", (double)count.added);
    json_add_number(object, "damaged", (double)count.damaged);
    json_add_number(object, "unwritten", (double)count.unwritten);
}

/* A last word has none, unless more comes after it. */
static void add_stage(struct cJSON *run, const struct run_state *state)
{
    if (!state->stage || (state->is_final && !state->is_ending))
        return;
    json_add_text(run, "stage", state->stage);
    if (state->stage_units == 0)
        return;
    json_add_number(run, "stage_done", (double)state->stage_done);
    json_add_number(run, "stage_units", (double)state->stage_units);
}

/* How it stands, in few words. */
static void add_standing(struct cJSON *run, const struct run_state *state)
{
    json_add_text(run, "job", state->job);
    json_add_text(run, "state", state->state);
    json_add_bool(run, "is_final", state->is_final);
    add_stage(run, state);
    if (state->is_complete)
        json_add_bool(run, "is_complete", true);
    if (state->is_ending)
        json_add_bool(run, "is_ending", true);
    json_add_number(run, "exit_status", state->exit_status);
    if (state->reason)
        json_add_text(run, "reason", state->reason);
    if (state->digest)
        json_add_text(run, "digest", state->digest);
}

/* Which start this is, where, since when. */
static void add_start(struct cJSON *run, const struct run_state *state)
{
    const char *batch = getenv("SLURM_JOB_ID");
    char when[32];
    char host[256] = "";

    (void)gethostname(host, sizeof host - 1);
    json_add_text(run, "host", host);
    json_add_number(run, "pid", (double)getpid());
    if (batch)
        json_add_text(run, "batch_job", batch);
    json_add_number(run, "ranks", state->ranks);
    if (state->launch)
        json_add_text(run, "launch", state->launch);
    if (state->starts > 0)
        json_add_number(run, "starts", state->starts);
    if (state->start_again)
        json_add_bool(run, "start_again", true);
    clock_format(state->started_ms, when, sizeof when);
    json_add_text(run, "started", when);
    clock_format(clock_unix_ms(), when, sizeof when);
    json_add_text(run, "written", when);
}

/* brief: without workers, seconds and reasons. */
static struct cJSON *make(const struct run_state *state, bool is_brief)
{
    struct cJSON *run = json_new_object();

    add_standing(run, state);
    add_start(run, state);
    checkpoints_due_add(run,
                        state->deadline_s,
                        state->view && !state->is_final ? state->view->eta_s
                                                        : (double)NAN);
    if (state->cache)
        add_cache(run, state->cache);
    if (state->view) {
        run_policy_add(run, state->policy);
        add_counts(run, state->view);
        add_speed(run, state, state->view);
    }
    if (state->view && !is_brief) {
        add_workers(run, state->view);
        if (state->spent)
            run_spending_add(run, state->spent);
        run_costs_add(run, state);
        run_explain_add(run, state);
    }
    return run;
}

static void format(const struct run_state *state,
                   bool is_brief,
                   struct text *out)
{
    struct cJSON *run = make(state, is_brief);

    json_write(run, out);
    json_free(run);
}

struct cJSON *run_state_json(const struct run_state *state)
{
    return make(state, false);
}

void run_state_format(const struct run_state *state, struct text *out)
{
    format(state, false, out);
}

/* On a full disk, or where files may not grow, no second file can be made, but the
 * bytes of the one that is there can be replaced by fewer.  A reader that meets
 * them half written finds no JSON and looks again. */
static int write_over(const char *path, const struct text *text)
{
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    int rc = -1;

    if (fd < 0)
        return -1;
    if (pwrite(fd, text_data(text), text->len, 0) == (ssize_t)text->len
        && ftruncate(fd, (off_t)text->len) == 0 && fsync(fd) == 0)
        rc = 0;
    (void)close(fd);
    return rc;
}

int run_state_write(const char *path,
                    const struct run_state *state,
                    struct error *err)
{
    struct text text = { 0 };
    int rc;

    run_state_format(state, &text);
    rc = file_write(path, text_data(&text), text.len, err);
    if (rc < 0 && state->is_final) {
        text_clear(&text);
        format(state, true, &text);
        rc = write_over(path, &text);
    }
    text_release(&text);
    return rc;
}

static double count_of(const struct cJSON *run, const char *key)
{
    const double num = json_member_number(json_member(run, "counts"), key);

    return num > 0 ? num : 0; /* NaN where it is not there */
}

struct run_state_before run_state_before(const char *path)
{
    struct cJSON *run = json_read_regular(path, RUN_DIR_STATE_BYTES, NULL);
    struct run_state_before before = { .num_units = count_of(run, "units") };

    if (json_member_bool(run, "is_final", false)
        || text_equal(json_member_text(run, "state"), RUN_STATE_WAITING))
        before.num_done = count_of(run, "done");
    json_free(run);
    return before;
}
