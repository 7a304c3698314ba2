#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_view.h"
#include "cli/commands.h"
#include "cli/folder/run_dir.h"
#include "cli/run/run_state.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct explain_options {
    bool json;
};

static const struct option options[] = {
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct explain_options, json),
      .help = "For programs." },
    { .name = NULL },
};

static const char *spell(char *out, size_t size, double seconds)
{
    text_format_seconds(out, size, seconds);
    return isnan(seconds) ? "an unknown time" : out;
}

static void print_model(const struct cJSON *model)
{
    const double left = json_member_number(model, "left");
    const double workers = json_member_number(model, "workers");
    const char *first = json_member_text(model, "goes_first");
    char work[32];
    char load[32];

    printf("%s: %s%s%s\n",
           json_member_text(model, "name"),
           json_member_text(model, "why"),
           first ? "; next is " : "",
           first ? first : "");
    if (!(left > 0))
        return;
    printf(
        "    %.0f items left, %.0f of them not handed out; %.0f worker%s "
        "(%.0f loading); %s\n    of work for one worker, and loading takes %s\n",
        left,
        json_member_number(model, "ready"),
        workers,
        workers == 1 ? "" : "s",
        json_member_number(model, "loading"),
        spell(work, sizeof work, json_member_number(model, "work_s")),
        spell(load, sizeof load, json_member_number(model, "load_s")));
}

static void print_tasks(const struct cJSON *model, const char *pattern)
{
    const struct cJSON *task;

    for (task = json_first(json_member(model, "tasks")); task;
         task = json_next(task)) {
        if (!pattern || text_glob(pattern, json_key(task)))
            printf("    %-42s %7.0f left\n", json_key(task), json_number(task));
    }
}

static bool has_task(const struct cJSON *model, const char *pattern)
{
    const struct cJSON *task;

    for (task = json_first(json_member(model, "tasks")); task;
         task = json_next(task)) {
        if (text_glob(pattern, json_key(task)))
            return true;
    }
    return false;
}

static void print_head(const struct cJSON *run)
{
    const struct cJSON *counts = json_member(run, "counts");
    const double left_out = json_member_number(counts, "left_out");
    const double workers = json_member_number(counts, "workers");
    char eta[32];

    printf("%s: %.0f worker%s, ends in %s",
           json_member_text(run, "job"),
           workers,
           workers == 1 ? "" : "s",
           spell(eta, sizeof eta, json_member_number(run, "eta_s")));
    if (left_out > 0)
        printf("; %.0f items are left out by the job", left_out);
    printf("\n");
}

/* All models, or those whose name or one of whose tasks is meant. */
static int print_run(const struct cJSON *run,
                     const char *pattern,
                     struct error *err)
{
    const struct cJSON *model = json_first(json_member(run, "models"));
    size_t num = 0;

    if (!pattern)
        print_head(run);
    for (; model; model = json_next(model)) {
        const bool is_named =
            pattern && text_glob(pattern, json_member_text(model, "name"));

        if (pattern && !is_named && !has_task(model, pattern))
            continue;
        num++;
        print_model(model);
        if (pattern)
            print_tasks(model, is_named ? NULL : pattern);
    }
    if (num > 0)
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "'%s' is no model of this run and no task of which "
                     "anything is left",
                     pattern ? pattern : "");
}

/* Why nothing runs at all, and what was given up. */
static bool print_end(const struct cJSON *run, const char *folder)
{
    const struct cJSON *model = json_first(json_member(run, "models"));
    const char *reason = json_member_text(run, "reason");
    const bool is_final = json_member_bool(run, "is_final", false);

    const bool is_waiting =
        text_equal(json_member_text(run, "state"), RUN_STATE_WAITING);

    if (!is_final && run_dir_is_in_use(folder)) {
        if (is_waiting)
            printf("nothing runs: waiting: %s\n", reason ? reason : "?");
        return is_waiting;
    }
    if (is_waiting)
        reason = NULL;
    printf("nothing runs: %s%s%s\n",
           is_final ? json_member_text(run, "state")
                    : "the run ended without a word; the same command goes on "
                      "from here",
           reason ? ": " : "",
           reason ? reason : "");
    for (; model; model = json_next(model)) {
        if (json_member_bool(model, "is_given_up", false)) {
            printf("%s: %s\n",
                   json_member_text(model, "name"),
                   json_member_text(model, "why"));
        }
    }
    return true;
}

static int show(const struct explain_options *given,
                const struct operands *operands,
                struct error *err)
{
    char *path = path_join(operands->names[0], "run.json");
    const bool waits =
        !file_exists(path)
        && batch_view_show(operands->names[0], true, given->json);
    struct cJSON *run = waits ? NULL : run_dir_read(operands->names[0], err);
    struct text text = { 0 };
    int rc = run || waits ? 0 : -1;

    if (run && given->json) {
        json_write(json_member(run, "models"), &text);
        (void)fputs(text_data(&text), stdout);
        text_release(&text);
    } else if (run && !print_end(run, operands->names[0])) {
        rc = print_run(run, operands->num > 1 ? operands->names[1] : NULL, err);
    }
    json_free(run);
    free(path);
    return rc;
}

static int run(int argc, char **argv)
{
    struct explain_options given = { 0 };
    struct operands operands = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_explain, argc, argv, &given, &operands);

    if (status < 0) {
        status = show(&given, &operands, &err) == 0
                     ? EXIT_GOOD
                     : command_fail(&command_explain, &err);
        options_release(options, &given);
        command_release_operands(&operands);
    }
    return status;
}

const struct command command_explain = {
    .name = "explain",
    .summary = "why a model or task is running or is not",
    .usage = "DIR [MODEL|TASK] [--json]",
    .help =
        "Says of every model of a run, or of those that a pattern names, "
        "what it does or waits\nfor, what is left of it, and by when all "
        "ends: from DIR/run.json, which a run renews\nevery few seconds. A "
        "task is named as dimension/task.\n\nexample:\n  trustsweep explain "
        "runs/quickstart 'safety/*'",
    .options = options,
    .min_operands = 1,
    .max_operands = 2,
    .run = run,
};
