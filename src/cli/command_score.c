#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/parts/list_args.h"
#include "cli/parts/results_json.h"
#include "cli/parts/show.h"
#include "cli/parts/show_json.h"
#include "cli/recorded/recorded.h"
#include "cli/recorded/recorded_sweep.h"
#include "cli/results/recorded_tapes.h"
#include "cli/sweep/sweep.h"
#include "store/reader.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct score_options {
    char *output;
    char *dataset;
    char *job;
    char *only;
    int64_t limit;
    bool no_intervals;
    bool json;
};

static const struct option options[] = {
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct score_options, output),
      .value = "FILE.h5",
      .letter = 'o',
      .help = "The results file to write." },
    { .name = "dataset",
      .type = OPTION_PATH,
      .offset = offsetof(struct score_options, dataset),
      .value = "PATH",
      .help = "Official zip, folder, or 'sample' (default for recorded "
              "answers: sample)." },
    { .name = "job",
      .type = OPTION_PATH,
      .offset = offsetof(struct score_options, job),
      .value = "JOB",
      .help = "A job file: its settings and roles, and the access, creator "
              "and family of the recorded models, which it must name, each "
              "with a backend, which is not used. A run directory has its "
              "own, and is given one only where job.json is lost." },
    { .name = "only",
      .type = OPTION_TEXT,
      .offset = offsetof(struct score_options, only),
      .value = "GLOB",
      .help = "Only tasks whose dimension/name matches; may be repeated." },
    { .name = "limit",
      .type = OPTION_INT,
      .offset = offsetof(struct score_options, limit),
      .fallback = "-1",
      .min = 0,
      .max = 1e9,
      .value = "N",
      .help = "The first N items of each task; 0 = all." },
    { .name = "no-intervals",
      .type = OPTION_FLAG,
      .offset = offsetof(struct score_options, no_intervals),
      .help = "Values and counts only: no intervals, no standard errors." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct score_options, json),
      .help = "What was written, for programs; `analyze --json` has the "
              "values." },
    { .name = NULL },
};

/* What does not go together.  0, -1 */
static int check_given(const struct operands *sources,
                       const struct score_options *given,
                       struct error *err)
{
    const char *source = sources->names[0];
    char *path;
    bool has_job;

    if (!given->output) {
        return error_set(err,
                         ERR_USAGE,
                         "--output is missing: say where to, as -o FILE.h5");
    }
    if (file_may_write(given->output, "results file", "\x89HDF", err) < 0)
        return -1;
    if (!recorded_is_run(source))
        return 0;
    if (sources->num > 1) {
        return error_set(err,
                         ERR_USAGE,
                         "one run directory at a time; folders of recorded "
                         "answers may be several");
    }
    path = path_join(source, "job.json");
    has_job = file_exists(path);
    free(path);
    if (given->job && has_job) {
        return error_set(err,
                         ERR_USAGE,
                         "a run directory has a job of its own: no --job; to "
                         "add a role to it, add it to the job file and give "
                         "'trustsweep run' the same directory: it asks only "
                         "what is missing");
    }
    if (!given->job && !has_job) {
        return error_set(err,
                         ERR_USAGE,
                         "%s has a journal, but job.json is missing: say "
                         "--job JOB, the job file that it was run with",
                         source);
    }
    return 0;
}

static int show_written(const struct score_options *given,
                        const struct sweep *sweep,
                        const struct recorded *recorded,
                        struct error *err)
{
    struct reader *reader = reader_open(given->output, err);
    struct cJSON *root;

    if (!reader)
        return -1;
    root = json_new_object();
    json_add_text(root, "file", given->output);
    results_json_add(root, reader);
    json_add_number(root, "units", (double)sweep->plan->num_units);
    json_add_number(root, "left_out", (double)recorded_num_strange(recorded));
    json_add_number(root,
                    "unread_tasks",
                    (double)recorded_num_unread(recorded));
    show_json(root);
    json_free(root);
    reader_close(reader);
    return 0;
}

/* The board, or for programs what is in the file. */
static int show(const struct score_options *given,
                const struct sweep *sweep,
                const struct recorded *recorded,
                const char *digest,
                struct error *err)
{
    if (given->json)
        return show_written(given, sweep, recorded, err);
    if (show_board(given->output, PROFILE_PAPER, true, err) < 0)
        return -1;
    printf("\nresults: %s\ndigest:  %s\n", given->output, digest);
    return 0;
}

/* 0, or 1 when the answers to some task could not be read. */
static int score(const struct operands *sources,
                 const struct score_options *given,
                 const struct sweep_params *params,
                 struct error *err)
{
    struct recorded_tapes *tapes = NULL;
    const struct recorded_sources from = {
        .folders = (const char *const *)sources->names,
        .num = (size_t)sources->num,
        .job = given->job,
        .dataset = given->dataset,
    };
    struct sweep *sweep = recorded_sweep_open(&from, params, &tapes, err);
    struct recorded *recorded = NULL;
    char digest[65];
    int rc = -1;

    if (!sweep) {
        recorded_tapes_destroy(tapes);
        return -1;
    }
    if (recorded_is_run(sources->names[0])) {
        recorded = recorded_open_run(sweep, sources->names[0], err);
    } else {
        recorded = recorded_open_backends(sweep, tapes);
    }
    if (recorded && recorded_check(recorded, err) == 0) {
        struct results_params results = { .sweep = sweep,
                                          .source = recorded_source(recorded),
                                          .answerer =
                                              recorded_answerer(recorded),
                                          .path = given->output,
                                          .run_folder = sources->names[0],
                                          .no_intervals = given->no_intervals };

        rc = results_write(&results, digest, err);
        if (rc == 0)
            recorded_finish(recorded);
    }
    if (rc == 0 && recorded_num_strange(recorded) > 0) {
        fprintf(stderr,
                "trustsweep score: left out: %zu answers in the journal that "
                "the job does not ask for\n",
                recorded_num_strange(recorded));
    }
    if (rc == 0)
        rc = show(given, sweep, recorded, digest, err);
    if (rc == 0 && recorded_num_unread(recorded) > 0)
        rc = 1;
    recorded_close(recorded);
    sweep_close(sweep);
    return rc;
}

static int run(int argc, char **argv)
{
    struct score_options given = { 0 };
    struct operands sources = { 0 };
    struct error err = { 0 };
    struct list_args only;
    int status;

    list_args_take("--only", &argc, argv, &only);
    status = command_parse(&command_score, argc, argv, &given, &sources);
    if (status < 0) {
        struct sweep_params params = { .only = only.values,
                                       .num_only = only.num,
                                       .limit = given.limit };
        int rc = check_given(&sources, &given, &err);

        if (rc == 0)
            rc = score(&sources, &given, &params, &err);
        status = rc < 0   ? command_fail(&command_score, &err)
                 : rc > 0 ? EXIT_RECORDED
                          : EXIT_GOOD;
        options_release(options, &given);
        command_release_operands(&sources);
    }
    list_args_release(&only);
    return status;
}

static const struct command_field fields[] = {
    { "file", "the results file that was written" },
    RESULTS_JSON_FIELDS,
    { "units", "items by models, each with its reply or that it has none" },
    { "left_out", "answers in a journal that the job does not ask for" },
    { "unread_tasks", "tasks of models with a file that does not read" },
    { 0 },
};

const struct command command_score = {
    .name = "score",
    .summary = "score a run directory or recorded answers, without generating",
    .usage = "SOURCE... -o FILE.h5 [--dataset PATH] [--job JOB] [--only GLOB]\n"
             "                        [--limit N] [--no-intervals] [--json]",
    .help =
        "SOURCE is a run directory, or a folder of recorded answers in the "
        "layout\nMODEL/DIMENSION/FILE.json[.gz] whose items carry 'res': absent "
        "= missing, null =\nblocked, \"\" = empty. Items are joined to the data "
        "set by content and scored in\nits order; keys that the data set's item "
        "does not have are passed over. A model in\nseveral folders is one "
        "model: a second part of a file goes into a second folder. Of a\nfile "
        "that does not read the answers count as failed, and the exit status is "
        "1.\n\n"
        "examples:\n"
        "  trustsweep score runs/tonight -o again.h5\n"
        "  trustsweep score recorded --dataset trustllm-dataset.zip -o old.h5",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = INT_MAX,
    .run = run,
};
