#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_view.h"
#include "cli/commands.h"
#include "cli/folder/checkpoints_due.h"
#include "cli/folder/checkpoints_skipped.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_imports.h"
#include "cli/folder/run_standing.h"
#include "cli/folder/run_view.h"
#include "cli/parts/show_json.h"
#include "cli/run/run_costs.h"
#include "cli/run/run_spending.h"
#include "cli/sweep/part.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_WORKERS_SHOWN = 16 };

struct status_options {
    bool json;
};

static const struct option options[] = {
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct status_options, json),
      .help =
          "Print run.json, with what other files of DIR add to it; checkpoints in their own order." },
    { .name = NULL },
};

/* Workers of a run that has ended are those of its end. */
static void print_counts(const struct cJSON *run,
                         const struct run_standing *standing)
{
    const struct cJSON *counts = json_member(run, "counts");
    const double left_out = json_member_number(counts, "left_out");
    const double lost = json_member_number(counts, "workers_lost");
    const double num = json_member_number(counts, "workers");

    printf("%.0f of %.0f items done, %.0f failed",
           json_member_number(counts, "done"),
           json_member_number(counts, "units"),
           json_member_number(counts, "failed"));
    if (left_out > 0)
        printf(", %.0f others left out", left_out);
    if (standing->is_at_work || standing->has_ended) {
        printf("; %.0f worker%s", num, num == 1 ? "" : "s");
        if (lost > 0)
            printf(" (%.0f lost)", lost);
    }
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

/* NaN where a number is not there.  What a round of checkpoints reached says
 * nothing of the next one. */
static void print_speed(const struct cJSON *run,
                        const struct run_standing *standing)
{
    const double elapsed_s = json_member_number(run, "elapsed_s");
    const double speed = json_member_number(run, "items_per_s");
    const double now = json_member_number(run, "items_per_s_now");
    const double eta_s = json_member_number(run, "eta_s");
    char text[32];

    if (standing->is_waiting || standing->is_starting || !isfinite(speed)
        || !isfinite(elapsed_s))
        return;
    text_format_seconds(text, sizeof text, elapsed_s);
    printf("%.2f items/s in %s", speed, text);
    if (isfinite(now) && standing->is_at_work)
        printf(", %.2f now", now);
    if (isfinite(eta_s) && standing->is_at_work) {
        text_format_left(text, sizeof text, eta_s);
        printf(json_member_bool(run, "eta_is_guess", false)
                   ? ", ETA about %s, from guesses"
                   : ", ETA %s",
               text);
    } else if (standing->is_at_work && !(speed > 0)) {
        printf(", no estimate yet");
    }
    printf("\n");
}

/* Of one that has had its last word it says nothing how long ago that was. */
static void print_heard(const struct cJSON *run,
                        const struct run_standing *standing,
                        const char *folder)
{
    const char *host = json_member_text(run, "host");
    char text[32];

    if (standing->is_starting
        || (standing->has_ended && json_member_bool(run, "is_final", false))) {
        printf("log: %s/log\n", folder);
        return;
    }
    text_format_seconds(text, sizeof text, run_standing_age_s(folder));
    printf("heard of %s ago, from pid %.0f on %s; log: %s/log\n",
           text,
           json_member_number(run, "pid"),
           host ? host : "?",
           folder);
}

/* Of many only those that are lost: the rest are numbers above. */
static void print_workers(const struct cJSON *run,
                          const struct run_standing *standing)
{
    const struct cJSON *list = json_member(run, "workers");
    const bool are_few = json_count(list) <= MAX_WORKERS_SHOWN;

    for (const struct cJSON *worker = json_first(list); worker;
         worker = json_next(worker)) {
        const char *host = json_member_text(worker, "host");
        const char *doing = json_member_text(worker, "doing");
        const bool is_lost =
            text_equal(json_member_text(worker, "state"), "lost");

        if (!is_lost && (!standing->is_at_work || !are_few))
            continue;
        printf("  rank %.0f on %s: %s, %.0f done\n",
               json_member_number(worker, "rank"),
               host && host[0] ? host : "?",
               doing ? doing : "?",
               json_member_number(worker, "done"));
    }
}

/* Its answers are taken over, and its workers' time is not: models that were
 * asked there look as if they had cost nothing. */
static void print_login_part(const char *folder)
{
    char *part = part_login_folder(folder);

    if (run_dir_is_begun(part)) {
        printf("\nwithout the time of the login node's part: 'trustsweep "
               "status %s'\n",
               part);
    }
    free(part);
}

static void print(const struct cJSON *run, const char *folder, bool as_json)
{
    const struct run_standing standing = run_standing_of(run, folder);
    struct text text = { 0 };

    if (as_json) {
        show_json(run);
        return;
    }
    run_standing_describe(&standing, run, &text);
    (void)fputs(text_data(&text), stdout);
    if (json_member(run, "counts"))
        print_counts(run, &standing);
    print_policy(run);
    print_speed(run, &standing);
    text_clear(&text);
    checkpoints_due_describe(run, &standing, &text);
    (void)fputs(text_data(&text), stdout);
    print_heard(run, &standing, folder);
    text_clear(&text);
    run_costs_describe(run, &text);
    checkpoints_skipped_describe(run, &text);
    (void)fputs(text_data(&text), stdout);
    text_release(&text);
    print_workers(run, &standing);
    run_spending_print(run);
    print_login_part(folder);
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
        struct cJSON *state = run_view_read(folders.names[0], &err);

        if (state) {
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
