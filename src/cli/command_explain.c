#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/batch/batch_view.h"
#include "cli/commands.h"
#include "cli/folder/run_standing.h"
#include "cli/folder/run_view.h"
#include "cli/parts/show_json.h"
#include "cli/run/run_question.h"
#include "cli/run/run_reasons.h"
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

/* Of a load, where 0 is unknown. */
static const char *spell_load(char *out, size_t size, double seconds)
{
    return spell(out, size, seconds > 0 ? seconds : (double)NAN);
}

static void print_json(const struct run_question *question)
{
    struct cJSON *root = json_new_object();
    const char *reason = question->standing.reason;
    const double start = (double)json_count(
        json_member(json_member(question->run, "ledger"), "starts"));

    json_add_text(root, "state", question->standing.state);
    if (reason) {
        json_add_text(root, "reason", reason);
    } else {
        json_add_null(root, "reason");
    }
    if (question->standing.is_at_work
        && isfinite(json_member_number(question->run, "eta_s"))) {
        json_add_number(root,
                        "eta_s",
                        json_member_number(question->run, "eta_s"));
        json_add_bool(root,
                      "eta_is_guess",
                      json_member_bool(question->run, "eta_is_guess", false));
    }
    if (start > 0)
        json_add_number(root, "start", start);
    json_add(root, "models", run_question_models(question));
    show_json(root);
    json_free(root);
}

static void print_spent(const struct cJSON *spent)
{
    char all[32];
    char load[32];

    if (!spent)
        return;
    text_format_seconds(all,
                        sizeof all,
                        json_member_number(spent, "allocated_s"));
    text_format_seconds(load, sizeof load, json_member_number(spent, "load_s"));
    printf("; %s of workers' time, %s of it loading", all, load);
}

/* What is left of a model, and what it takes. */
static void print_left(const struct cJSON *model)
{
    const double workers = json_member_number(model, "workers");
    const double work_s = json_member_number(model, "work_s");
    const bool is_guess =
        !isnan(work_s) && json_member_bool(model, "work_is_guess", false);
    char work[32];
    char load[32];

    printf(
        "    %.0f items left, %.0f of them not handed out; %.0f worker%s "
        "(%.0f loading); %s%s\n    of work for one worker, and loading takes "
        "%s\n",
        json_member_number(model, "left"),
        json_member_number(model, "ready"),
        workers,
        workers == 1 ? "" : "s",
        json_member_number(model, "loading"),
        is_guess ? "a guessed " : "",
        spell(work, sizeof work, work_s),
        spell_load(load, sizeof load, json_member_number(model, "load_s")));
}

/* With whom the workers are that a model which waits does not have. */
static void print_holders(const struct run_question *question)
{
    const char *before = "    the workers are with: ";

    for (const struct cJSON *model =
             json_first(json_member(question->run, "models"));
         model;
         model = json_next(model)) {
        const double num = json_member_number(model, "workers");

        if (!(num > 0))
            continue;
        printf("%s%s %.0f", before, json_member_text(model, "name"), num);
        before = ", ";
    }
    if (before[0] == ',')
        printf("\n");
}

static void print_model(const struct run_question *question,
                        const struct cJSON *model)
{
    const char *state = json_member_text(model, "state");
    const double left = json_member_number(model, "left");
    struct text counts = { 0 };

    run_reasons_count(model, &counts);
    if (text_equal(state, "done")) {
        printf("%s: done: %s",
               json_member_text(model, "name"),
               text_data(&counts));
    } else {
        printf("%s: %s",
               json_member_text(model, "name"),
               json_member_text(model, "reason"));
        if (question->standing.has_ended
            && !text_equal(state, RUN_QUESTION_LEFT_OUT))
            printf("; %s, %.0f left", text_data(&counts), left);
    }
    if (question->standing.has_ended || text_equal(state, "done"))
        print_spent(json_member(model, "spent"));
    printf("\n");
    text_release(&counts);
    if (question->standing.has_ended || !(left > 0))
        return;
    print_left(model);
    if (text_equal(state, "waiting"))
        print_holders(question);
}

static void print_tasks(const struct cJSON *model)
{
    for (const struct cJSON *task = json_first(json_member(model, "tasks"));
         task;
         task = json_next(task)) {
        printf("    %-38s %s: %s",
               json_key(task),
               json_member_text(task, "state"),
               json_member_text(task, "reason"));
        if (text_equal(json_member_text(task, "state"), "done"))
            print_spent(json_member(task, "spent"));
        printf("\n");
    }
}

static void print_head(const struct run_question *question)
{
    const struct cJSON *run = question->run;
    const struct cJSON *counts = json_member(run, "counts");
    const double left_out = json_member_number(counts, "left_out");
    const double workers = json_member_number(counts, "workers");
    const bool is_guess = json_member_bool(run, "eta_is_guess", false);
    const char *reason = question->standing.reason;
    const double eta_s = json_member_number(run, "eta_s");
    char eta[32];

    if (!question->standing.is_at_work) {
        printf("nothing runs: %s%s%s\n",
               question->standing.state,
               reason ? ": " : "",
               reason ? reason : "");
        return;
    }
    text_format_left(eta, sizeof eta, eta_s);
    printf("%s: %.0f worker%s, ends in %s%s%s",
           json_member_text(run, "job"),
           workers,
           workers == 1 ? "" : "s",
           is_guess ? "about " : "",
           isnan(eta_s) ? "an unknown time" : eta,
           is_guess ? ", from guesses: some model with work was not measured "
                      "yet"
                    : "");
    if (left_out > 0)
        printf("; %.0f items are left out by the job", left_out);
    printf("\n");
}

static void print_text(const struct run_question *question)
{
    struct cJSON *models = run_question_models(question);

    if (!question->pattern || !question->standing.is_at_work)
        print_head(question);
    for (const struct cJSON *model = json_first(models); model;
         model = json_next(model)) {
        print_model(question, model);
        if (question->pattern)
            print_tasks(model);
    }
    json_free(models);
}

static int explain(const struct explain_options *given,
                   const struct operands *operands,
                   const struct cJSON *run,
                   struct error *err)
{
    const struct run_question question = {
        .run = run,
        .folder = operands->names[0],
        .pattern = operands->num > 1 ? operands->names[1] : NULL,
        .standing = run_standing_of(run, operands->names[0]),
    };

    if (run_question_check(&question, err) < 0)
        return -1;
    if (given->json) {
        print_json(&question);
    } else {
        print_text(&question);
    }
    return 0;
}

static int show(const struct explain_options *given,
                const struct operands *operands,
                struct error *err)
{
    char *path = path_join(operands->names[0], "run.json");
    const bool waits =
        !file_exists(path)
        && batch_view_show(operands->names[0], true, given->json);
    struct cJSON *run = waits ? NULL : run_view_read(operands->names[0], err);
    int rc = run || waits ? 0 : -1;

    if (run)
        rc = explain(given, operands, run, err);
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

static const struct command_field fields[] = {
    { "state", "of the run, as `status` has it, or `ended without a word`" },
    { "reason", "why, one sentence; null: nothing to say" },
    { "eta_s", "seconds that are left; absent where unknown or none" },
    { "eta_is_guess",
      "whether the speed of a model with work was not measured yet; absent without `eta_s`" },
    { "start",
      "which start of the run, or round of checkpoints, is under way or was the last, from 1; absent before the first" },
    { "models",
      "those that were asked about, as they are now; a checkpoint that the deadline left out, that was refused or is not complete, has the state `left out`, and why" },
    { "models.*", "as `models` of `status`" },
    { "models[].spent.load_s, models[].spent.prefill_s, models[].spent.decode_s, models[].spent.judge_wait_s, models[].spent.idle_s, models[].spent.wasted_s, models[].spent.allocated_s",
      "seconds of workers, as in `ledger` of `status`; absent where nothing was spent" },
    { "models[].tasks.TASK.state", "as `models[].state` of `status`" },
    { "models[].tasks.TASK.reason", "why, one sentence" },
    { "models[].tasks.TASK.waits_for",
      "a task, a model, a role, `a worker`; null: nothing" },
    { "models[].tasks.TASK.spent.load_s, models[].tasks.TASK.spent.prefill_s, models[].tasks.TASK.spent.decode_s, models[].tasks.TASK.spent.judge_wait_s, models[].tasks.TASK.spent.idle_s, models[].tasks.TASK.spent.wasted_s, models[].tasks.TASK.spent.allocated_s",
      "seconds of workers; absent where nothing was spent" },
    { 0 },
};

const struct command command_explain = {
    .name = "explain",
    .summary = "why a model or task is running or is not",
    .usage = "DIR [MODEL|TASK] [--json]",
    .help =
        "Says of every model of a run, or of those that a pattern names, "
        "what it does or waits\nfor, what is left of it, and by when all "
        "ends: from DIR/run.json, which a run renews\nevery few seconds. A "
        "task is named as dimension/task. Of a run that has ended: what\neach "
        "model came to, and why not further.\n\n"
        "The end is \"about\" a time, with eta_is_guess in JSON, while some "
        "model with work has\na speed that nobody measured.\n\n"
        "examples:\n  trustsweep explain runs/quickstart 'safety/*'\n"
        "  trustsweep explain runs/quickstart gpt2 --json",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = 2,
    .run = run,
};
