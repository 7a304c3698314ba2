#include "cli/batch/batch_view.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_view_rows.h"
#include "cli/folder/checkpoints_due.h"
#include "cli/folder/checkpoints_skipped.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"
#include "cli/folder/run_view.h"
#include "cli/parts/show_json.h"
#include "launch/sacct.h"
#include "launch/squeue.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double hour_s = 3600;
static const double joules_of_kwh = 3.6e6;

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

static const struct cJSON *last_job(const struct cJSON *view)
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

        if (strncmp(of, id, len) != 0 || (of[len] && of[len] != '.'))
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
    begun = json_member_text(last_job(view), "next_job_id");
    if (!begun)
        begun = json_member_text(last_job(view), "job_id");
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

static void print_accounts(const struct cJSON *view, struct text *out)
{
    const struct cJSON *rows = json_member(view, "accounting");
    const double joules = sacct_energy_j(rows);
    double seconds = 0;
    double cpu_s = 0;
    size_t num = 0;
    char elapsed[32];
    char cpu[32];

    for (const struct cJSON *row = json_first(rows); row;
         row = json_next(row)) {
        if (strchr(json_member_text(row, "id"), '.'))
            continue; /* a step */
        num++;
        seconds += fmax(json_member_number(row, "elapsed_s"), 0);
        cpu_s += fmax(json_member_number(row, "cpu_s"), 0);
    }
    if (num == 0)
        return;
    text_format_seconds(elapsed, sizeof elapsed, seconds);
    text_format_seconds(cpu, sizeof cpu, cpu_s);
    text_addf(out, "accounts: %s, %s of cores", elapsed, cpu);
    if (joules > 0)
        text_addf(out, ", %.3g kWh", joules / joules_of_kwh);
    text_addf(out, " (%zu job%s)\n", num, num == 1 ? "" : "s");
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

/* Why the last job ended, as `batch` noted it, and where what it printed lies;
 * a job that died before `batch` began has only the latter. */
static void print_job_end(const struct cJSON *view, struct text *out)
{
    const struct cJSON *last = last_job(view);
    const char *id = json_member_text(json_member(view, "job"), "id");
    const char *dir = json_member_text(json_member(view, "submit"), "output");
    const char *end = text_equal(json_member_text(last, "job_id"), id)
                          ? json_member_text(last, "end")
                          : NULL;

    if (batch_view_is_queued(view))
        return;
    if (end)
        text_addf(out, "job %s ended: %s\n", id, end);
    if (dir && !json_member(view, "run"))
        text_addf(out, "what it said: %s/log/batch-%s.log\n", dir, id);
}

static void print_pending(const struct cJSON *job,
                          bool has_begun,
                          struct text *out)
{
    const char *reason = json_member_text(job, "reason");
    const char *start = json_member_text(job, "start");

    text_addf(out,
              "in the queue (%s), starts %s%s",
              reason && !text_equal(reason, "None") ? reason : "?",
              start && !text_equal(start, "N/A") ? start
                                                 : "at a time not known",
              has_begun ? ", and goes on from what is on disk" : "");
}

/* Only how its batch job stands; nothing where it has none. */
static void print_job(const struct cJSON *view, struct text *out)
{
    const struct cJSON *job = json_member(view, "job");
    const char *state = json_member_text(job, "state");
    const char *left = json_member_text(job, "left");
    const char *nodes = json_member_text(job, "nodes");
    size_t num = json_count(json_member(json_member(view, "batch"), "jobs"));

    if (!job)
        return;
    text_addf(out, "job %s: ", json_member_text(job, "id"));
    if (text_equal(state, "PENDING")) {
        print_pending(job, num > 0, out);
    } else if (text_equal(state, "GONE")) {
        text_add(out, "not in the queue any more");
    } else {
        text_addf(out, "%s", state);
        if (nodes)
            text_addf(out, " on %s", nodes);
        if (left)
            text_addf(out, ", %s of its walltime left", left);
    }
    if (num > 1)
        text_addf(out, "; job number %zu of this run", num);
    text_add(out, "\n");
    print_job_end(view, out);
    print_accounts(view, out);
}

/* Of the forecast is what the last `submit` found open, not what jobs before it
 * did. */
static void print_hours(const struct cJSON *view, struct text *out)
{
    const struct cJSON *batch = json_member(view, "batch");
    const struct cJSON *submit = json_member(view, "submit");
    double used = json_member_number(batch, "used_gpu_hours");
    double budget = json_member_number(batch, "budget_gpu_hours");
    double gpus = json_member_number(submit, "gpus_per_node");
    double forecast = json_member_number(submit, "forecast_s") / hour_s
                      * json_member_number(submit, "nodes")
                      * (gpus > 0 ? gpus : 1);

    if (isnan(used))
        return;
    text_addf(out,
              "%s-hours: %.3g used by all its jobs",
              gpus > 0 || isnan(gpus) ? "GPU" : "node",
              used);
    if (!isnan(forecast)) {
        text_addf(out,
                  ", %.3g forecast for what the last submit found open",
                  forecast);
    }
    if (!isnan(budget))
        text_addf(out, ", %.3g allowed", budget);
    text_add(out, "\n");
}

/* Where a number is not known yet nothing is said, nor of a round of checkpoints
 * while the next one is waited for. */
static void print_rates(const struct cJSON *run,
                        const struct run_standing *standing,
                        struct text *out)
{
    const double now = json_member_number(run, "items_per_s_now");
    const double mean = json_member_number(run, "items_per_s");

    if (isnan(mean) || standing->is_waiting || standing->is_starting)
        return;
    if (!isnan(now) && standing->is_at_work)
        text_addf(out, "%.3g items/s now, ", now);
    text_addf(out, "%.3g items/s in the mean\n", mean);
}

static const char *plural(double num)
{
    return num == 1 ? "" : "s";
}

/* What is said of now. */
static void print_end(const struct cJSON *run, struct text *out)
{
    const struct cJSON *counts = json_member(run, "counts");
    const double done = json_member_number(counts, "done");
    const double eta_s = json_member_number(run, "eta_s");
    char eta[32];

    if (eta_s >= 0) {
        text_format_left(eta, sizeof eta, eta_s);
        text_addf(out, "; about %s left", eta);
    } else if (done < json_member_number(counts, "units")
               && done == json_member_number(counts, "from_earlier_runs")) {
        text_add(out, "; no estimate yet");
    }
}

static void print_counts(const struct cJSON *run,
                         const struct run_standing *standing,
                         struct text *out)
{
    const struct cJSON *counts = json_member(run, "counts");
    double units = json_member_number(counts, "units");
    double done = json_member_number(counts, "done");
    double left_out = json_member_number(counts, "left_out");

    if (isnan(units))
        return;
    text_addf(out,
              "%.0f of %.0f items (%.1f %%), %.0f failed",
              done,
              units,
              units > 0 ? 100 * done / units : 100.0,
              json_member_number(counts, "failed"));
    if (left_out > 0)
        text_addf(out, ", %.0f others left out", left_out);
    if (standing->is_at_work || standing->has_ended) {
        text_addf(out,
                  "; %.0f worker%s, %.0f lost",
                  json_member_number(counts, "workers"),
                  plural(json_member_number(counts, "workers")),
                  json_member_number(counts, "workers_lost"));
    }
    if (standing->is_at_work)
        print_end(run, out);
    text_add(out, "\n");
    print_rates(run, standing, out);
}

void batch_view_print(const struct cJSON *view,
                      const char *dir,
                      struct text *out)
{
    const struct cJSON *run = json_member(view, "run");
    struct run_standing standing = { 0 };

    if (run) {
        standing = run_standing_of(run, dir);
        run_standing_describe(&standing, run, out);
    }
    print_job(view, out);
    print_hours(view, out);
    if (!run) {
        text_add(out,
                 batch_view_is_queued(view) || !json_member(view, "job")
                     ? "it has not begun\n"
                     : "the run has not begun\n");
        return;
    }
    print_counts(run, &standing, out);
    checkpoints_due_describe(run, &standing, out);
    checkpoints_skipped_describe(run, out);
    if (standing.is_at_work)
        batch_view_rows(run, out);
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
        print_job(view, &out);
    }
    (void)fputs(text_data(&out), stdout);
    text_release(&out);
    json_free(view);
    free(submitted);
    return is_there;
}
