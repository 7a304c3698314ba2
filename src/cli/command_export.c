#include "analysis/export/export.h"
#include "analysis/export/export_source.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exchange/export_folder.h"
#include "cli/parts/done.h"
#include "cli/parts/guard.h"
#include "cli/parts/results_json.h"
#include "store/reader.h"
#include "trustsweep/error.h"

#include <stdio.h>

struct export_options {
    char *format;
    char *output;
    char *texts;
    char *assets;
    bool json;
};

static const char *const texts[] = { "masked", "none", NULL };

static const struct option options[] = {
    { .name = "format",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct export_options, format),
      .is_required = true,
      .choices = export_names,
      .help = "What to write." },
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct export_options, output),
      .is_required = true,
      .value = "DIR",
      .letter = 'o',
      .help = "The folder to write to; it is made. In one that no export made "
              "nothing is written over." },
    { .name = "texts",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct export_options, texts),
      .choices = texts,
      .help = "Of 'redacted': what the report's masking leaves of prompts and "
              "replies (default), or nothing." },
    { .name = "assets",
      .type = OPTION_PATH,
      .offset = offsetof(struct export_options, assets),
      .value = "DIR",
      .help = "Of 'leaderboard': the chart libraries, as for `report`." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct export_options, json),
      .help = "For programs." },
    { .name = NULL },
};

struct work {
    const struct export_options *given;
    const char *path;
    struct done *done;
};

/* `said`: what was written, in words. */
static void say(const struct work *work,
                const struct export_source *source,
                const struct text *said,
                struct text *out)
{
    struct cJSON *root;

    if (!work->given->json) {
        text_add(out, text_data(said));
        return;
    }
    root = json_new_object();
    json_add_text(root, "file", work->path);
    json_add_text(root, "format", work->given->format);
    json_add_text(root, "folder", work->given->output);
    json_add_text(root, "wrote", text_data(said));
    results_json_add(root, source->reader);
    json_add_number(root, "units", (double)source->rows.num_units);
    json_add_number(root, "verdicts", (double)source->rows.num_observations);
    json_write(root, out);
    json_free(root);
}

static int make(void *context, struct text *out, struct error *err)
{
    const struct work *work = context;
    const struct export_params params = {
        .folder = work->given->output,
        .file = work->path,
        .texts = text_equal(work->given->texts, "none") ? EXPORT_TEXTS_NONE
                                                        : EXPORT_TEXTS_MASKED,
        .assets = work->given->assets,
        .progress = done_show,
        .progress_self = work->done,
    };
    const struct export_ops *ops = export_find(work->given->format);
    struct export_source source;
    struct reader *reader = guard_open(work->path, err);
    struct text said = { 0 };
    int rc = -1;

    if (reader && file_make_folder(params.folder, err) == 0
        && export_source_open(&source, reader, err) == 0) {
        rc = export_folder_take(ops->name, &params, &source, err);
        if (rc == 0)
            rc = ops->write(&source, &params, &said, err);
        if (rc == 0)
            say(work, &source, &said, out);
        text_release(&said);
        export_source_close(&source);
    }
    reader_close(reader);
    done_end(work->done);
    return rc;
}

static int run(int argc, char **argv)
{
    struct export_options given = { 0 };
    struct operands files = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_export, argc, argv, &given, &files);

    if (status < 0 && given.texts && !text_equal(given.format, "redacted")) {
        error_set(&err,
                  ERR_USAGE,
                  "--texts is of --format redacted: export what that wrote as "
                  "%s",
                  given.format);
        status = command_fail(&command_export, &err);
        options_release(options, &given);
        command_release_operands(&files);
    }
    if (status < 0) {
        struct done done;
        struct work work = { &given, files.names[0], &done };
        struct text text = { 0 };
        int rc;

        done_init(&done, "export");
        rc = guard_read(make, &work, &work.path, 1, &text, &err);
        (void)fputs(text_data(&text), stdout);
        text_release(&text);
        status = rc < 0 ? command_fail(&command_export, &err) : EXIT_GOOD;
        options_release(options, &given);
        command_release_operands(&files);
    }
    return status;
}

static const struct command_field fields[] = {
    { "file", "the results file, as it was given" },
    { "format", "as it was given" },
    { "folder", "that was written to" },
    { "wrote", "what is there now, in the words that are printed else" },
    RESULTS_JSON_FIELDS,
    { "units", "replies that it holds" },
    { "verdicts", "of evaluators on them" },
    { 0 },
};

const struct command command_export = {
    .name = "export",
    .summary = "a results file as CSV, JSON lines and what other tools read",
    .usage =
        "FILE.h5 --format NAME -o DIR [--texts masked|none] [--assets DIR]\n"
        "                         [--json]",
    .help =
        "Writes a results file in another form:\n\n"
        "  csv          scores.csv, verdicts.csv; no texts; labels.csv "
        "and judge.csv\n               where verdicts were checked\n"
        "  jsonl        MODEL.jsonl: a line for each unit, with entry, reply "
        "and verdicts\n"
        "  toolkit      MODEL/DIMENSION/FILE.json in the layout of the TrustLLM "
        "toolkit;\n"
        "               `trustsweep score DIR` reads it\n"
        "  lm-eval      MODEL/results_DIGEST.json of lm-evaluation-harness\n"
        "  inspect      MODEL/DIMENSION_FILE.json, logs of Inspect\n"
        "  leaderboard  index.html and leaderboard.json for a web server, no "
        "texts\n"
        "  redacted     NAME.redacted.h5: texts masked or dropped, everything "
        "else intact\n\n"
        "All but csv, leaderboard and redacted hold every text. To give one of "
        "them away,\nexport what 'redacted' wrote.\n\n"
        "examples:\n  trustsweep export board.h5 --format csv -o tables"
        "\n  trustsweep export board.h5 --format redacted -o public",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
