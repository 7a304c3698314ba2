#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exchange/offline_work.h"
#include "cli/parts/exchange.h"
#include "cli/parts/list_args.h"
#include "cli/parts/show_json.h"
#include "cli/sweep/selected.h"

#include <stdio.h>

/* the provider's, of one file */
enum { MAX_REQUESTS = 50000, MAX_MB = 200 };

static const struct option options[] = {
    SELECTED(offline_options),
    { .name = "dir",
      .type = OPTION_PATH,
      .offset = offsetof(struct offline_options, dir),
      .value = "DIR",
      .help = "Run directory; what `run` would take when not given." },
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct offline_options, output),
      .value = "FILE.jsonl",
      .letter = 'o',
      .help = "export: the file; several are FILE-2.jsonl and so on." },
    { .name = "max-requests",
      .type = OPTION_INT,
      .offset = offsetof(struct offline_options, max_requests),
      .fallback = "50000",
      .min = 1,
      .max = MAX_REQUESTS,
      .value = "N",
      .help = "export: requests of one file, at most." },
    { .name = "max-mb",
      .type = OPTION_INT,
      .offset = offsetof(struct offline_options, max_mb),
      .fallback = "200",
      .min = 1,
      .max = MAX_MB,
      .value = "N",
      .help = "export: size of one file in MB, at most." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct offline_options, json),
      .help = "For programs." },
    { .name = NULL },
};

static void say_json(const struct offline_work *work, bool is_export)
{
    struct cJSON *root = json_new_object();

    json_add_text(root, "model", work->sweep->job->models[work->model].name);
    json_add_number(root, "open", (double)offline_work_num_open(work));
    if (is_export) {
        json_add_number(root, "requests", (double)work->num_requests);
        json_add(root, "files", json_copy(work->files));
    } else {
        json_add_number(root, "taken", (double)work->num_taken);
        json_add_number(root, "done_before", (double)work->num_again);
        json_add_number(root, "bad", (double)work->num_bad);
        json_add(root, "complaints", json_copy(work->complaints));
    }
    show_json(root);
    json_free(root);
}

static void say(const struct offline_work *work, bool is_export)
{
    const char *name = work->sweep->job->models[work->model].name;

    if (work->given->json) {
        say_json(work, is_export);
    } else if (is_export) {
        printf("%s: %zu of %zu open units in %zu file%s\n",
               name,
               work->num_requests,
               offline_work_num_open(work),
               work->num_files,
               work->num_files == 1 ? "" : "s");
    } else {
        printf("%s: %zu answers taken, %zu were there before, %zu lines are of "
               "no use; %zu units are open, and 'trustsweep run' asks them\n",
               name,
               work->num_taken,
               work->num_again,
               work->num_bad,
               offline_work_num_open(work));
    }
}

static const struct exchange exchange = {
    .num_shared = 3,
    .export_form = "offline export JOB MODEL -o FILE.jsonl",
    .import_form = "offline import JOB MODEL ANSWERS...",
    .hint = "; the run directory is --dir DIR",
};

/* 1: some lines are of no use. */
static int act(const struct offline_options *given,
               const struct sweep_params *params,
               const struct operands *words,
               struct error *err)
{
    struct offline_work work;
    bool is_export;
    int rc;

    if (exchange_check(&exchange, words, given->output, &is_export, err) < 0
        || offline_work_open(&work, given, params, words->names[2], err) < 0)
        return -1;
    if (is_export) {
        rc = offline_export(&work, err);
    } else {
        rc = offline_import(&work,
                            words->names + 3,
                            (size_t)words->num - 3,
                            err);
    }
    if (rc == 0) {
        say(&work, is_export);
        rc = work.num_bad > 0;
    }
    offline_work_close(&work);
    return rc;
}

static int run(int argc, char **argv)
{
    struct offline_options given = { 0 };
    struct operands words = { 0 };
    struct error err = { 0 };
    struct list_args only;
    struct list_args sets;
    int status;

    list_args_take("--only", &argc, argv, &only);
    list_args_take("--set", &argc, argv, &sets);
    status = command_parse(&command_offline, argc, argv, &given, &words);
    if (status < 0) {
        const struct sweep_params params = {
            .job_path = words.names[1],
            .sets = sets.values,
            .num_sets = sets.num,
            .only = only.values,
            .num_only = only.num,
            .limit = given.limit,
        };
        int rc = act(&given, &params, &words, &err);

        status = rc == 0 ? EXIT_GOOD : EXIT_RECORDED;
        if (rc < 0)
            status = command_fail(&command_offline, &err);
        options_release(options, &given);
        command_release_operands(&words);
    }
    list_args_release(&only);
    list_args_release(&sets);
    return status;
}

static const struct command_field fields[] = {
    { "model", "its name" },
    { "open", "units that are not done, after this command" },
    { "requests", "export: lines written; absent of import" },
    { "files[]", "export: paths of the files written; absent of import" },
    { "taken", "import: answers put into the journal; absent of export" },
    { "done_before",
      "import: answers that were there before; absent of export" },
    { "bad", "import: lines of no use; absent of export" },
    { "complaints[]",
      "import: file, line and reason of these; absent of export" },
    { 0 },
};

const struct command command_offline = {
    .name = "offline",
    .summary = "a provider's batch files: what is open as requests, answers "
               "back",
    .usage =
        "export JOB MODEL -o FILE.jsonl [--dir DIR] [--json]\n"
        "                          [--max-requests N] [--max-mb N]\n"
        "                          import JOB MODEL ANSWERS... [--dir "
        "DIR] [--json]\n"
        "                          (both also take [--limit N] [--only GLOB] "
        "[--set KEY=VALUE], as `run` is given)",
    .help =
        "For models behind http that are asked by OpenAI's batch files, for "
        "about half the\nprice and within a day:\n\n"
        "export  what is open of MODEL as lines of requests; files of at most "
        "50,000 requests\n        and 200 MB\n"
        "import  the provider's output and error files into the journal of the "
        "run\n        directory, each answer as if it had come online\n\n"
        "Whatever is missing or failed stays open: export it again, or let "
        "`run` ask it. `run`\nthen judges, scores and writes results.h5. A "
        "line of no use is named with the reason,\nand the exit status is 1.\n\n"
        "examples:\n"
        "  trustsweep offline export job.json gpt-4o -o batch.jsonl\n"
        "  trustsweep offline import job.json gpt-4o output.jsonl errors.jsonl\n"
        "  trustsweep run job.json",
    .options = options,
    .fields = fields,
    .min_operands = 3,
    .max_operands = 100,
    .run = run,
};
