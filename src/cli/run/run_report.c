#include "cli/run/run_report.h"

#include "base/file.h"
#include "base/json.h"
#include "base/program.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/parts/show.h"
#include "cli/run/run.h"
#include "cli/run/run_costs.h"
#include "cli/run/run_failures.h"
#include "cli/run/run_results.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "job/job.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_SHOWN = 4 }; /* models whose values are printed at the end */

/* Of a model of which not all was tried; free() */
static char *describe_given_up(const struct run *run,
                               size_t model,
                               const char *why)
{
    /* of a cost limit `why` says what to do */
    const char *way_out = coordinator_is_spent(run->coordinator, model)
                              ? ""
                              : "; mend that and run the same command again";

    return text_format("model '%s': %s%s: what was not tried is tried then",
                       run->models[model].name,
                       why,
                       way_out);
}

/* free() */
static char *describe_failed(const struct run *run,
                             const struct coordinator_view *view)
{
    struct text out = { 0 };

    text_addf(&out,
              "%zu item%s failed",
              view->num_failed,
              view->num_failed == 1 ? "" : "s");
    if (view->num_quarantined > 0) {
        text_addf(&out,
                  ", %zu of them quarantined since workers were lost with them",
                  view->num_quarantined);
    }
    text_addf(&out,
              "; 'trustsweep export %s --format jsonl -o replies' writes out "
              "which and why, and --retry-failed tries them again",
              run->results_path);
    return text_take(&out);
}

/* What helps where every unit failed, most of them so. */
static const char *way_out_of(const struct run *run,
                              const struct run_failure *most)
{
    if (most->is_tried)
        return "; mend that and run the same command with --retry-failed";
    /* of a cost limit the reason says what to do */
    if (coordinator_is_spent(run->coordinator, most->model))
        return "";
    return "; mend that and run the same command again: what was not tried is "
           "tried then";
}

/* free() */
static char *describe_empty(struct run *run,
                            const struct coordinator_view *view)
{
    struct run_failure most = run_failures_most(run);
    char *failed = most.why ? NULL : describe_failed(run, view);
    struct text out = { 0 };

    text_add(&out, "nothing was answered: ");
    if (failed) {
        text_add(&out, failed);
    } else {
        if (most.num_models == 1) {
            text_addf(&out, "model '%s'", run->models[most.model].name);
        } else {
            text_addf(&out, "%zu models", most.num_models);
        }
        text_addf(&out,
                  ": %s (%zu of %zu item%s)%s",
                  most.why,
                  most.num,
                  view->num_failed,
                  view->num_failed == 1 ? "" : "s",
                  way_out_of(run, &most));
    }
    free(failed);
    run_failure_release(&most);
    return text_take(&out);
}

bool run_report_is_empty(const struct run *run)
{
    const struct coordinator_view *view = coordinator_view(run->coordinator);

    return view->num_done > 0 && view->num_failed == view->num_done;
}

const char *run_report_failures(struct run *run)
{
    free(run->reason);
    run->reason = NULL;
    if (run_report_is_empty(run)) {
        run->reason = describe_empty(run, coordinator_view(run->coordinator));
        return run->reason;
    }
    for (size_t i = 0; i < run->num_models && !run->reason; i++) {
        const char *why = coordinator_given_up(run->coordinator, i);

        if (why)
            run->reason = describe_given_up(run, i, why);
    }
    if (!run->reason)
        run->reason = describe_failed(run, coordinator_view(run->coordinator));
    return run->reason;
}

/* A smaller run over a larger one: the file is replaced with fewer units. */
void run_report_left_out(const struct run *run)
{
    if (run->num_left_out == 0)
        return;
    fprintf(stderr,
            "trustsweep run: results.h5 leaves out %zu answer%s of earlier "
            "runs here, which this job does not ask for; the journal keeps "
            "them, and the job as it was before writes them again%s\n",
            run->num_left_out,
            run->num_left_out == 1 ? "" : "s",
            run->has_kept_results
                ? "; as nothing was answered now, the results that were here "
                  "are kept beside it as " RUN_RESULTS_BEFORE
                : "");
}

/* "done", or that it is not quite. */
static void say_state(const struct run *run, struct text *out)
{
    const struct coordinator_view *view = run->state.view;

    text_add(out, run->state.state);
    if (view->num_failed > 0 && !run_report_is_empty(run)) {
        text_addf(out,
                  " but for %zu of %zu",
                  view->num_failed,
                  view->num_units);
    }
    if (run->state.reason)
        text_addf(out, ": %s", run->state.reason);
    text_add(out, "\n");
    if (view->num_overlong > 0) {
        text_addf(out,
                  "%zu item%s did not fit the context, and have no reply "
                  "(overlong): context= of the backend, or fewer max_tokens\n",
                  view->num_overlong,
                  view->num_overlong == 1 ? "" : "s");
    }
}

static void say_costs(const struct run *run, struct text *out)
{
    struct cJSON *object = json_new_object();

    run_costs_add(object, &run->state);
    run_costs_describe(object, out);
    json_free(object);
}

static void say_next(const struct run *run, struct text *out)
{
    char *program = show_program();
    char *folder = run_dir_file(run->dir, "");

    text_addf(out,
              "\nworth trying next:\n"
              "  %s report %s\n"
              "  %s analyze %s --profile corrected\n"
              "  %s score %s -o again.h5\n",
              program,
              run->results_path,
              program,
              run->results_path,
              program,
              folder);
    if (program_is_there("h5dump")) /* of hdf5-tools, which may be absent */
        text_addf(out, "  h5dump -H %s\n", run->results_path);
    free(folder);
    free(program);
}

/* Each model takes some forty lines: of many nobody would read them here. */
static void show_values(const struct run *run)
{
    const size_t num_models = run->sweep->job->num_models;
    struct error err = { 0 };
    char *program;

    if (num_models <= MOST_SHOWN) {
        if (show_board(run->results_path, PROFILE_PAPER, true, &err) < 0)
            fprintf(stderr, "trustsweep run: %s\n", err.text);
        return;
    }
    program = show_program();
    printf("the values of %zu models, and how they rank:\n"
           "  %s analyze %s\n"
           "  %s analyze %s --part ranks\n",
           num_models,
           program,
           run->results_path,
           program,
           run->results_path);
    free(program);
}

void run_report_end(const struct run *run, bool has_results)
{
    /* a board would say no more than that all failed, once a row */
    const bool is_empty = has_results && run_report_is_empty(run);
    struct text out = { 0 };

    if (has_results && !is_empty)
        show_values(run);
    text_add(&out, "\n");
    say_state(run, &out);
    say_costs(run, &out);
    if (has_results) {
        text_addf(&out,
                  "results: %s\ndigest:  %s\n",
                  run->results_path,
                  run->digest);
    }
    if (has_results && !is_empty)
        say_next(run, &out);
    (void)fputs(text_data(&out), stdout);
    (void)fflush(stdout);
    text_release(&out);
}

void run_report_json(const struct run *run, bool has_results)
{
    char *folder = path_folder(run->results_path);
    struct cJSON *root = json_new_object();
    struct text line = { 0 };

    json_add_text(root, "folder", folder);
    if (has_results)
        json_add_text(root, "results", run->results_path);
    json_add(root, "run", run_state_json(&run->state));
    json_write_line(root, &line); /* rounds of checkpoints say one each */
    (void)puts(text_data(&line));
    (void)fflush(stdout);
    text_release(&line);
    json_free(root);
    free(folder);
}
