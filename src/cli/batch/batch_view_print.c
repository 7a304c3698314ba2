#include "cli/batch/batch_view_print.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_view.h"
#include "cli/batch/batch_view_rows.h"
#include "cli/folder/checkpoints_due.h"
#include "cli/folder/checkpoints_skipped.h"
#include "cli/folder/run_standing.h"
#include "launch/sacct.h"

#include <math.h>
#include <string.h>

static const double hour_s = 3600;
static const double joules_of_kwh = 3.6e6;

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
        if (sacct_is_step(row))
            continue;
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

/* Why the last job ended, as `batch` noted it, and where what it printed lies;
 * a job that died before `batch` began has only the latter. */
static void print_job_end(const struct cJSON *view, struct text *out)
{
    const struct cJSON *last = batch_view_last_job(view);
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

/* Slurm keeps a job that asks for as many nodes as there were in the queue till
 * they are back. */
static void print_way_out(const struct cJSON *job, struct text *out)
{
    const char *reason = json_member_text(job, "reason");

    if (!text_equal(json_member_text(job, "state"), "PENDING") || !reason
        || (!strstr(reason, "DOWN") && !strstr(reason, "UnavailableNodes")))
        return;
    text_addf(
        out,
        "where those nodes do not come back: scancel %s, then submit with "
        "fewer --nodes; what is answered stays\n",
        json_member_text(job, "id"));
}

void batch_view_print_job(const struct cJSON *view, struct text *out)
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
    print_way_out(job, out);
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
                  ", at most %.3g forecast for what the last submit found open",
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
                  fmax(json_member_number(counts, "workers_lost"), 0));
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
    batch_view_print_job(view, out);
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
