#include "cli/run_state.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/run_explain.h"
#include "cli/run_spending.h"
#include "dispatch/coordinator.h"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

enum { MAX_BYTES = 16 * 1024 * 1024 };

static void add_counts(struct cJSON *run, const struct coordinator_view *view)
{
    struct cJSON *counts = json_add_object(run, "counts");

    json_add_number(counts, "units", (double)view->num_units);
    json_add_number(counts, "done", (double)view->num_done);
    json_add_number(counts, "from_earlier_runs", (double)view->num_before);
    json_add_number(counts, "failed", (double)view->num_failed);
    json_add_number(counts, "quarantined", (double)view->num_quarantined);
    json_add_number(counts, "retries", (double)view->num_retries);
    json_add_number(counts, "workers", (double)view->num_workers);
    json_add_number(counts, "workers_lost", (double)view->num_lost);
    json_add_number(counts, "messages_refused", (double)view->num_refused);
    json_add_number(counts, "prompt_tokens", (double)view->prompt_tokens);
    json_add_number(counts, "reply_tokens", (double)view->reply_tokens);
    if (view->cost > 0)
        json_add_number(counts, "cost", view->cost);
}

void run_state_format(const struct run_state *state, struct text *out)
{
    struct cJSON *run = json_new_object();
    char when[32];
    char host[256] = "";

    (void)gethostname(host, sizeof host - 1);
    json_add_text(run, "job", state->job);
    json_add_text(run, "state", state->state);
    json_add_bool(run, "is_final", state->is_final);
    json_add_number(run, "exit_status", state->exit_status);
    if (state->reason)
        json_add_text(run, "reason", state->reason);
    if (state->digest)
        json_add_text(run, "digest", state->digest);
    json_add_text(run, "host", host);
    json_add_number(run, "pid", (double)getpid());
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
    if (state->view) {
        add_counts(run, state->view);
        run_spending_add(run, state->sweep, &state->view->ledger);
        run_explain_add(run, state);
    }
    json_write(run, out);
    json_free(run);
}

/* On a full disk no second file can be made, but the few bytes of the one that
 * is there can be replaced within its block.  A reader that meets them half
 * written finds no JSON and looks again. */
static int write_over(const char *path, const struct text *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
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
    if (rc < 0 && state->is_final && write_over(path, &text) == 0)
        rc = 0;
    text_release(&text);
    return rc;
}

double run_state_num_done(const char *path)
{
    struct cJSON *run =
        file_exists(path) ? json_read(path, MAX_BYTES, NULL) : NULL;
    double num = 0;

    if (run && json_member_bool(run, "is_final", false))
        num = json_member_number(json_member(run, "counts"), "done");
    json_free(run);
    return num > 0 ? num : 0; /* NaN where it is not there */
}

static void set_text(struct cJSON *run, const char *key, const char *text)
{
    json_remove(run, key);
    json_add_text(run, key, text);
}

void run_state_conclude(const char *path,
                        const char *launch,
                        const char *state,
                        int exit_status,
                        const char *reason)
{
    struct cJSON *run = json_read(path, MAX_BYTES, NULL);
    struct text text = { 0 };

    if (run && text_equal(json_member_text(run, "launch"), launch)
        && !json_member_bool(run, "is_final", false)) {
        json_remove(run, "is_final");
        json_add_bool(run, "is_final", true);
        json_remove(run, "exit_status");
        json_add_number(run, "exit_status", exit_status);
        set_text(run, "state", state);
        set_text(run, "reason", reason);
        json_write(run, &text);
        (void)file_write(path, text_data(&text), text.len, NULL);
    }
    text_release(&text);
    json_free(run);
}
