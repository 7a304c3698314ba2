#include "base/file.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/folder/run_dir.h"
#include "cli/parts/show_json.h"
#include "cli/recorded/check.h"

#include <stdio.h>
#include <stdlib.h>

struct check_options {
    char *dataset;
    bool quick;
    bool json;
};

static const struct option options[] = {
    { .name = "dataset",
      .type = OPTION_PATH,
      .offset = offsetof(struct check_options, dataset),
      .value = "PATH",
      .help = "Where the data set is now, if not where the job says." },
    { .name = "quick",
      .type = OPTION_FLAG,
      .offset = offsetof(struct check_options, quick),
      .help = "Do not score the journal again to compare it with results.h5." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct check_options, json),
      .help = "For programs." },
    { .name = NULL },
};

/* By kind of the worst finding, and of a finding. */
static const char *const verdicts[] = { "sound",
                                        "repairable",
                                        "unchecked",
                                        "damaged" };
static const char *const kinds[] = { "note",
                                     "repairable",
                                     "unchecked",
                                     "damaged" };
static const int statuses[] = { EXIT_GOOD,
                                EXIT_RECORDED,
                                EXIT_UNCHECKED,
                                EXIT_FAILED };

static void add_digest(struct cJSON *out, const char *key, const char *digest)
{
    if (digest[0]) {
        json_add_text(out, key, digest);
    } else {
        json_add_null(out, key);
    }
}

static void print_json(const struct check *check)
{
    const struct journal_report *report = &check->journal;
    const enum check_kind worst = check_worst(check);
    struct cJSON *out = json_new_object();

    json_add_text(out, "path", check->folder);
    json_add_text(out, "verdict", verdicts[worst]);
    json_add_number(out, "exit_status", statuses[worst]);
    struct cJSON *journal = json_add_object(out, "journal");

    json_add_number(journal, "files", report->num_files);
    json_add_number(journal, "bytes", (double)report->num_bytes);
    json_add_number(journal, "records", (double)report->num_records);
    json_add_number(journal, "superseded", (double)report->num_superseded);
    json_add_number(journal, "torn_bytes", (double)report->torn_bytes);
    struct cJSON *results = json_add_object(out, "results");

    add_digest(results, "digest_stored", check->stored);
    add_digest(results, "digest_of_content", check->content);
    add_digest(results, "digest_of_journal", check->from_journal);
    struct cJSON *findings = json_add_array(out, "findings");

    for (size_t i = 0; i < check->num; i++) {
        struct cJSON *finding = json_new_object();

        json_add_text(finding, "kind", kinds[check->findings[i].kind]);
        json_add_text(finding, "text", check->findings[i].text);
        json_append(findings, finding);
    }
    show_json(out);
    json_free(out);
}

static void print_words(const struct check *check)
{
    const struct journal_report *report = &check->journal;

    printf("journal: %u file%s, %llu records, %llu bytes\n",
           (unsigned)report->num_files,
           report->num_files == 1 ? "" : "s",
           (unsigned long long)report->num_records,
           (unsigned long long)report->num_bytes);
    if (check->stored[0])
        printf("results: digest %s\n", check->stored);
    if (check->from_journal[0])
        printf("of the journal: %s\n", check->from_journal);
    for (size_t i = 0; i < check->num; i++) {
        printf("%s: %s\n",
               kinds[check->findings[i].kind],
               check->findings[i].text);
    }
    printf("%s: %s\n", check->folder, verdicts[check_worst(check)]);
}

static int check_folder(const char *folder, struct error *err)
{
    if (run_dir_expect(folder, "journal", err) < 0)
        return -1;
    if (!run_dir_is_in_use(folder))
        return 0;
    return error_set(err,
                     ERR_USAGE,
                     "%s: a run is at work there; wait for its end "
                     "('trustsweep status %s' says how it stands)",
                     folder,
                     folder);
}

static int run(int argc, char **argv)
{
    struct check_options given = { 0 };
    struct operands folders = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_check, argc, argv, &given, &folders);

    if (status < 0) {
        struct check check = { .folder = folders.names[0],
                               .dataset = given.dataset,
                               .is_quick = given.quick };

        if (check_folder(check.folder, &err) < 0) {
            status = command_fail(&command_check, &err);
        } else {
            check_run(&check);
            (given.json ? print_json : print_words)(&check);
            status = statuses[check_worst(&check)];
            check_release(&check);
        }
        options_release(options, &given);
        command_release_operands(&folders);
    }
    return status;
}

static const struct command_field fields[] = {
    { "path", "the run directory" },
    { "verdict",
      "`sound`, `repairable`, `unchecked` or `damaged`: the worst finding" },
    { "exit_status", "of this command, as the verdict says" },
    { "journal.files", "how many" },
    { "journal.bytes", "of all files" },
    { "journal.records", "whole records" },
    { "journal.superseded",
      "of these, those with a later record of the same unit" },
    { "journal.torn_bytes", "at the ends of files, without a whole record" },
    { "results.digest_stored",
      "what results.h5 says of itself; null: no file, or it says nothing" },
    { "results.digest_of_content",
      "computed of its content; null: not computed" },
    { "results.digest_of_journal",
      "of what the journal scores to; null: not computed, as with `--quick`" },
    { "findings[].kind", "`note`, `repairable`, `unchecked` or `damaged`" },
    { "findings[].text", "what was found, where, and the way out" },
    { 0 },
};

const struct command command_check = {
    .name = "check",
    .summary = "whether a run directory is sound, and what the next run mends",
    .usage = "DIR [--dataset PATH] [--quick] [--json]",
    .help =
        "Reads every entry of DIR/journal and all of DIR/results.h5, scores "
        "the journal\nagain in a temporary folder and compares the digests. "
        "Changes nothing in DIR.\n\n"
        "Exit status: 0 sound, 1 the next run (or score) mends what is listed, "
        "2 no run\ndirectory, or in use, 3 damaged: what is listed must be "
        "restored by hand,\n4 nothing wrong was found, but not all that was "
        "asked for could be compared.\n\n"
        "examples:\n  trustsweep check runs/quickstart\n"
        "  trustsweep check runs/quickstart --json",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
