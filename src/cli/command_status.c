#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_view.h"
#include "cli/commands.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_imports.h"
#include "cli/parts/show_json.h"
#include "cli/run/checkpoints_left_out.h"
#include "cli/run/run_costs.h"
#include "cli/run/run_spending.h"
#include "cli/run/run_state.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
    MAX_WORKERS_SHOWN = 16,
    MAX_WAIT_S = 300, /* from "starting again" until rank 0 has begun */
};

struct status_options {
    bool json;
};

static const struct option options[] = {
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct status_options, json),
      .help = "Print run.json as it is." },
    { .name = NULL },
};

/* Seconds since run.json was written; by the clock of who reads. */
static double age_of(const char *folder)
{
    char *path = path_join(folder, "run.json");
    struct stat status;
    double seconds = -1;

    if (stat(path, &status) == 0) {
        seconds =
            (double)clock_unix_ms() / 1000.0 - (double)status.st_mtim.tv_sec;
    }
    free(path);
    return seconds > 0 ? seconds : 0;
}

/* One that was killed cannot say so: its folder then has no living owner.  Nor
 * has it one while the command that started the ranks waits to start them
 * again: a second start would only be in its way. */
static void print_state(const struct cJSON *run, const char *folder)
{
    const char *job = json_member_text(run, "job");
    const char *state = json_member_text(run, "state");
    const char *reason = json_member_text(run, "reason");
    const bool is_waiting = text_equal(state, RUN_STATE_WAITING);
    const bool is_again =
        text_equal(state, RUN_STATE_AGAIN) && age_of(folder) < MAX_WAIT_S;

    if (!json_member_bool(run, "is_final", false) && !is_again
        && !run_dir_is_in_use(folder)) {
        printf("%s: ended without a word (pid %.0f is gone): %s\n",
               job ? job : "?",
               json_member_number(run, "pid"),
               reason && !is_waiting ? reason
                                     : "the same command goes on from here");
        return;
    }
    printf("%s: %s%s%s\n",
           job ? job : "?",
           json_member_bool(run, "is_ending", false)
                   && run_dir_is_in_use(folder)
               ? "ending"
           : state ? state
                   : "?",
           reason ? ": " : "",
           reason ? reason : "");
}

static void print_counts(const struct cJSON *counts)
{
    const double left_out = json_member_number(counts, "left_out");
    const double lost = json_member_number(counts, "workers_lost");
    const double num = json_member_number(counts, "workers");

    printf("%.0f of %.0f items done, %.0f failed",
           json_member_number(counts, "done"),
           json_member_number(counts, "units"),
           json_member_number(counts, "failed"));
    if (left_out > 0)
        printf(", %.0f others left out", left_out);
    printf("; %.0f worker%s", num, num == 1 ? "" : "s");
    if (lost > 0)
        printf(" (%.0f lost)", lost);
    printf("\n");
}

/* As `run --policy` takes it. */
static void print_policy(const struct cJSON *run)
{
    const char *policy = json_member_text(run, "policy");
    const double size = json_member_number(run, "policy_size");

    if (!policy)
        return;
    printf("policy: %s", policy);
    if (size > 0)
        printf(":%.0f", size);
    printf("\n");
}

/* NaN where a number is not there. */
static void print_speed(const struct cJSON *run, const char *folder)
{
    const double elapsed_s = json_member_number(run, "elapsed_s");
    const double speed = json_member_number(run, "items_per_s");
    const double now = json_member_number(run, "items_per_s_now");
    const double eta_s = json_member_number(run, "eta_s");
    const char *host = json_member_text(run, "host");
    char text[32];

    if (isfinite(speed) && isfinite(elapsed_s)) {
        text_format_seconds(text, sizeof text, elapsed_s);
        printf("%.2f items/s in %s", speed, text);
        if (isfinite(now) && !json_member_bool(run, "is_final", false))
            printf(", %.2f now", now);
        if (isfinite(eta_s) && !json_member_bool(run, "is_final", false)) {
            text_format_seconds(text, sizeof text, eta_s);
            printf(json_member_bool(run, "eta_is_guess", false)
                       ? ", ETA about %s, from guesses"
                       : ", ETA %s",
                   text);
        } else if (text_equal(json_member_text(run, "state"), "running")
                   && !(speed > 0)) {
            printf(", no estimate yet");
        }
        printf("\n");
    }
    text_format_seconds(text, sizeof text, age_of(folder));
    printf("heard of %s ago, from pid %.0f on %s; log: %s/log\n",
           text,
           json_member_number(run, "pid"),
           host ? host : "?",
           folder);
}

/* Of many only those that are lost: the rest are numbers above. */
static void print_workers(const struct cJSON *run)
{
    const struct cJSON *list = json_member(run, "workers");
    const bool are_few = json_count(list) <= MAX_WORKERS_SHOWN;
    const bool is_final = json_member_bool(run, "is_final", false);

    for (const struct cJSON *worker = json_first(list); worker;
         worker = json_next(worker)) {
        const char *host = json_member_text(worker, "host");
        const char *doing = json_member_text(worker, "doing");
        const bool is_lost =
            text_equal(json_member_text(worker, "state"), "lost");

        if (!is_lost && (is_final || !are_few))
            continue;
        printf("  rank %.0f on %s: %s, %.0f done\n",
               json_member_number(worker, "rank"),
               host && host[0] ? host : "?",
               doing ? doing : "?",
               json_member_number(worker, "done"));
    }
}

static void print(const struct cJSON *run, const char *folder, bool as_json)
{
    const struct cJSON *counts = json_member(run, "counts");
    struct text text = { 0 };

    if (as_json) {
        show_json(run);
        return;
    }
    print_state(run, folder);
    if (counts)
        print_counts(counts);
    print_policy(run);
    print_speed(run, folder);
    run_costs_describe(run, &text);
    (void)fputs(text_data(&text), stdout);
    text_release(&text);
    checkpoints_left_out_print(run);
    print_workers(run);
    run_spending_print(run);
}

/* A folder that `offline import` has filled; false: it is none. */
static bool print_imports(const char *folder, bool as_json, struct error *err)
{
    struct cJSON *root;
    struct error later = { 0 };
    size_t num;

    if (run_imports_count(folder, &num, &later) < 0) {
        *err = later;
        return false;
    }
    if (num == 0)
        return false;
    if (as_json) {
        root = json_new_object();
        json_add_text(root, "state", "imported");
        json_add_number(root, "answers", (double)num);
        show_json(root);
        json_free(root);
    } else {
        printf("%s: %zu answers are imported, and it has not run: "
               "'trustsweep run JOB --output %s' asks what is open and "
               "scores\n",
               folder,
               num,
               folder);
    }
    return true;
}

static int run(int argc, char **argv)
{
    struct status_options given = { 0 };
    struct operands folders = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_status, argc, argv, &given, &folders);

    if (status < 0) {
        struct cJSON *state = run_dir_read(folders.names[0], &err);

        if (state) {
            checkpoints_left_out_add(folders.names[0], state);
            print(state, folders.names[0], given.json);
            if (!given.json)
                (void)batch_view_show(folders.names[0], false, false);
            status = EXIT_GOOD;
        } else if (batch_view_show(folders.names[0], true, given.json)
                   || print_imports(folders.names[0], given.json, &err)) {
            status = EXIT_GOOD; /* in the queue, or to be run */
        } else {
            status = command_fail(&command_status, &err);
        }
        json_free(state);
        options_release(options, &given);
        command_release_operands(&folders);
    }
    return status;
}

const struct command command_status = {
    .name = "status",
    .summary = "how a run stands, from its run.json",
    .usage = "DIR [--json]",
    .help =
        "Reads DIR/run.json, which a run renews every few seconds and when it "
        "ends. Below the\ncounts: where the time of all workers went, by "
        "model, by rank (of more than 16 the ten\nidlest, with least, median "
        "and most of all), and by model and task (the ten that took\nmost). Of "
        "a run that was submitted also how its job stands in the queue.\n\n"
        "example:\n  trustsweep status runs/quickstart",
    .options = options,
    .fields = command_status_fields,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
