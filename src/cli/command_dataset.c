#include "base/file.h"
#include "base/text.h"
#include "choice/choice_import.h"
#include "cli/commands.h"
#include "cli/dataset_look.h"
#include "dataset/import.h"
#include "dataset/manifest.h"
#include "dataset/source.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dataset_options {
    char *dataset;
    char *toolkit;
    char *name;
    char *examples;
    int64_t index;
    bool json;
};

static const struct option options[] = {
    { .name = "dataset",
      .type = OPTION_PATH,
      .offset = offsetof(struct dataset_options, dataset),
      .fallback = "sample",
      .value = "PATH",
      .help = "Official zip, folder, or 'sample'." },
    { .name = "index",
      .type = OPTION_INT,
      .offset = offsetof(struct dataset_options, index),
      .fallback = "0",
      .min = 0,
      .max = 1e9,
      .value = "N",
      .help = "show: which item of the task, from 0." },
    { .name = "toolkit",
      .type = OPTION_PATH,
      .offset = offsetof(struct dataset_options, toolkit),
      .value = "DIR",
      .help = "import: your copy of the TrustLLM toolkit (the package "
              "trustllm 0.3.0, unzipped, or a clone), for its wordings to the "
              "judge." },
    { .name = "name",
      .type = OPTION_TEXT,
      .offset = offsetof(struct dataset_options, name),
      .value = "NAME",
      .help = "import of questions: what the set is called. Default: mmlu, or "
              "as the file." },
    { .name = "examples",
      .type = OPTION_PATH,
      .offset = offsetof(struct dataset_options, examples),
      .value = "PATH",
      .help = "import of questions: a file or folder of solved examples. "
              "Default: dev/ beside test/, *train.jsonl beside *test.jsonl." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct dataset_options, json),
      .help = "list, verify: for programs." },
    { .name = NULL },
};

/* Whether a folder may be the release: it has data files, which are JSON. */
static bool may_be_release(const char *location)
{
    struct source *source = source_open(location, NULL);
    struct name_list names = { 0 };
    bool is_it = false;

    if (source && source_list(source, &names, NULL) == 0) {
        for (size_t i = 0; i < names.num; i++)
            is_it = is_it || text_ends(names.names[i], ".json");
    }
    name_list_release(&names);
    source_close(source);
    return is_it;
}

static int import(const struct operands *words,
                  const struct dataset_options *given,
                  struct error *err)
{
    struct text report = { 0 };
    int rc;

    if (words->num != 3) {
        return error_set(err,
                         ERR_USAGE,
                         "what to import and where to are missing, as "
                         "'trustsweep dataset import trustllm-dataset.zip "
                         "DIR'");
    }
    if (file_is_folder(words->names[1]) && !may_be_release(words->names[1])
        && !choice_import_is_it(words->names[1])) {
        return error_set(err,
                         ERR_USAGE,
                         "%s holds neither the release (DIMENSION/FILE.json) "
                         "nor questions (*.csv, test/*.csv, *test.jsonl)",
                         words->names[1]);
    }
    if (choice_import_is_it(words->names[1])) {
        const struct choice_import questions = { .source = words->names[1],
                                                 .folder = words->names[2],
                                                 .name = given->name,
                                                 .examples = given->examples };

        rc = given->toolkit ? error_set(
                 err,
                 ERR_USAGE,
                 "--toolkit goes with the zip of the release, not with "
                 "questions: leave it out")
                            : choice_import(&questions, &report, err);
    } else {
        rc = given->name || given->examples
                 ? error_set(err,
                             ERR_USAGE,
                             "%s: --name and --examples go with CSV files in "
                             "the form of MMLU or JSON lines in the form of "
                             "ARC, and these are none",
                             words->names[1])
                 : import_release(words->names[1],
                                  words->names[2],
                                  given->toolkit,
                                  &report,
                                  err);
    }
    (void)fputs(text_data(&report), stdout);
    text_release(&report);
    return rc;
}

/* Whether its options go with what is to be done. */
static int check_options(const struct dataset_options *given,
                         const char *verb,
                         struct error *err)
{
    if (given->json && strcmp(verb, "list") != 0
        && strcmp(verb, "verify") != 0) {
        return error_set(err,
                         ERR_USAGE,
                         "--json goes with list and verify: leave it out");
    }
    if (strcmp(verb, "import") != 0
        && (given->toolkit || given->name || given->examples)) {
        return error_set(
            err,
            ERR_USAGE,
            "--toolkit, --name and --examples go with import: leave them "
            "out");
    }
    return 0;
}

static int look(const struct manifest *manifest,
                const struct dataset_options *given,
                const struct operands *words,
                struct error *err)
{
    const char *verb = words->names[0];
    const char *word = words->num > 1 ? words->names[1] : NULL;
    const char *location = word ? word : given->dataset;

    if (strcmp(verb, "list") == 0)
        return dataset_look_list(manifest, location, given->json, err);
    if (strcmp(verb, "verify") == 0)
        return dataset_look_verify(manifest, location, given->json, err);
    if (strcmp(verb, "show") == 0 && word) {
        return dataset_look_show(manifest,
                                 given->dataset,
                                 word,
                                 (uint64_t)given->index,
                                 err);
    }
    if (strcmp(verb, "show") == 0) {
        return error_set(err,
                         ERR_USAGE,
                         "TASK is missing, as 'trustsweep dataset show "
                         "ethics/awareness'; 'trustsweep dataset list' names "
                         "them");
    }
    return error_set(err,
                     ERR_USAGE,
                     "'%s' is none of: list [PATH], show TASK, verify "
                     "[PATH], import ZIP DIR",
                     verb);
}

static int act(const struct dataset_options *given,
               const struct operands *words,
               struct error *err)
{
    struct manifest *manifest;
    int rc;

    if (check_options(given, words->names[0], err) < 0)
        return -1;
    if (strcmp(words->names[0], "import") == 0)
        return import(words, given, err);
    manifest = manifest_read("trustllm", err);
    if (!manifest)
        return -1;
    rc = look(manifest, given, words, err);
    manifest_destroy(manifest);
    return rc;
}

static int run(int argc, char **argv)
{
    struct dataset_options given = { 0 };
    struct operands words = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_dataset, argc, argv, &given, &words);

    if (status < 0) {
        int rc = act(&given, &words, &err);

        status = rc == 0 ? EXIT_GOOD : EXIT_RECORDED;
        if (rc < 0)
            status = command_fail(&command_dataset, &err);
        options_release(options, &given);
        command_release_operands(&words);
    }
    return status;
}

static const struct command_field fields[] = {
    { "location",
      "absolute path; absent where it holds imported questions alone" },
    { "digest", "list: of all items; absent of verify" },
    { "official", "verify: how many tasks are; absent of list" },
    { "broken", "verify: how many tasks are; absent of list" },
    { "tasks[].name", "`DIMENSION/FILE`" },
    { "tasks[].title", "list: what it asks; absent of verify" },
    { "tasks[].items", "how many" },
    { "tasks[].is_official",
      "list: whether byte for byte the release's; absent of verify" },
    { "tasks[].state",
      "verify: `official`, `different` (good items, other bytes), `broken` or `absent`; absent of list" },
    { "tasks[].items_official",
      "verify: how many the release has; absent of list" },
    { "tasks[].sha256",
      "verify: of the file; null: it could not be read; absent of list" },
    { "tasks[].detail",
      "verify: what is wrong; absent of those that are not broken" },
    { "unknown[]",
      "verify: files that the release does not have; absent of list" },
    { "wordings",
      "the toolkit's, which the judge is asked in: where they are from; null: our own" },
    { "sets[].name", "of imported questions" },
    { "sets[].state", "`imported` or `broken`" },
    { "sets[].detail", "what is wrong; absent of those that are not broken" },
    { "sets[].file", "its path; absent of broken ones, as all below" },
    { "sets[].format", "`mmlu` or `arc`" },
    { "sets[].digest", "of examples and questions" },
    { "sets[].questions", "how many" },
    { "sets[].subjects", "how many" },
    { "sets[].examples", "how many" },
    { 0 },
};

const struct command command_dataset = {
    .name = "dataset",
    .summary = "list, show, verify or import a data set",
    .usage = "list [PATH] [--json] | show TASK [--dataset PATH] [--index N]\n"
             "                          | verify [PATH] [--json]\n"
             "                          | import ZIP DIR [--toolkit DIR]\n"
             "                          | import QUESTIONS DIR [--name NAME] "
             "[--examples PATH]",
    .help =
        "list    tasks and item counts of the sample, a zip or a folder\n"
        "show    one item as JSON: show ethics/awareness --index 3\n"
        "verify  compare a data set with the official release; exit status 1 when "
        "it is not\n        all of that\n"
        "import  check the official zip and unpack it into a folder;\n"
        "        with --toolkit also the toolkit's own wordings, which are "
        "then put to\n        the judge in place of ours;\n"
        "        or check questions in the form of MMLU (a folder of CSV) or of "
        "ARC\n        (JSON lines) and add them to a folder, for \"utility\" "
        "of a job\n        (docs/UTILITY.md)\n\n"
        "examples:\n"
        "  trustsweep dataset import trustllm-dataset.zip official\n"
        "  trustsweep dataset import mmlu/data official\n"
        "  trustsweep dataset import ARC-Challenge-Test.jsonl official",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = 3,
    .run = run,
};
