#include "analysis/grid.h"
#include "analysis/report/report.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/folder/checkpoints_skipped.h"
#include "cli/parts/done.h"
#include "cli/parts/guard.h"
#include "store/reader.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct report_options {
    char *output;
    char *texts;
    char *samples;
    char *assets;
    char *utility, *facts, *series;
    int64_t resamples;
    bool json;
};

static const char *const texts[] = { "none", "masked", "full", NULL };

static const struct option options[] = {
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct report_options, output),
      .value = "FILE.html",
      .letter = 'o',
      .help = "The page to write (default: beside the first file, as "
              "NAME.html)." },
    { .name = "texts",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct report_options, texts),
      .fallback = "masked",
      .choices = texts,
      .help =
          "Prompts and replies: none; masked: without addresses and long "
          "numbers, and of data files that ask for harm or name people only "
          "their length and the words a refusal begins with; full: as they "
          "are, which is harmful and personal text." },
    { .name = "samples",
      .type = OPTION_TEXT,
      .offset = offsetof(struct report_options, samples),
      .fallback = "20",
      .value = "N",
      .help = "Items a column that can be looked at, the same for every "
              "model, and a few more of each state; 'all' for all." },
    { .name = "assets",
      .type = OPTION_PATH,
      .offset = offsetof(struct report_options, assets),
      .value = "DIR",
      .help = "Folder of vega.min.js and vega-lite.min.js (default: "
              "$TRUSTSWEEP_ASSETS, the installation, what "
              "scripts/assets.sh got)." },
    { .name = "utility",
      .type = OPTION_TEXT,
      .offset = offsetof(struct report_options, utility),
      .value = "SOURCE,...",
      .help = "How useful the models are: measured, published, or files, as "
              "for `analyze`." },
    { .name = "facts",
      .type = OPTION_PATH,
      .offset = offsetof(struct report_options, facts),
      .value = "FILE",
      .help = "Facts of your models for the sheet, as for `analyze`." },
    { .name = "series",
      .type = OPTION_TEXT,
      .offset = offsetof(struct report_options, series),
      .value = "GLOB",
      .help = "Models that are checkpoints, as for `analyze`." },
    { .name = "resamples",
      .type = OPTION_INT,
      .offset = offsetof(struct report_options, resamples),
      .fallback = "10000",
      .min = 0,
      .max = 1000000,
      .value = "N",
      .help = "Of the items, for the intervals of ranks; 0: no analysis." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct report_options, json),
      .help = "What the page shows, on stdout; no page is written." },
    { .name = NULL },
};

struct work {
    const struct report_options *given;
    const char *const *paths; /* [num] */
    size_t num;
    struct report_params params;
    struct done done;
};

static int parse_samples(const char *given, size_t *out, struct error *err)
{
    uint64_t num = SIZE_MAX;

    if (strcmp(given, "all") != 0 && !text_to_uint64(given, &num)) {
        return error_set(err,
                         ERR_USAGE,
                         "--samples: '%s' is neither a whole number nor 'all'",
                         given);
    }
    *out = (size_t)num;
    return 0;
}

static enum report_texts texts_of(const char *name)
{
    int at = 0;

    while (texts[at + 1] && strcmp(texts[at], name) != 0)
        at++;
    return (enum report_texts)at;
}

static char *page_path(const struct work *work)
{
    return work->given->output ? mem_text(work->given->output)
                               : path_beside(work->paths[0], "html");
}

/* It is made to be shown: as open as a file of this user is. */
static void allow_others(const char *path)
{
    const mode_t mask = umask(0);

    (void)umask(mask);
    (void)chmod(path, 0666 & ~mask);
}

static int write_page(const struct work *work,
                      const struct cJSON *document,
                      struct text *out,
                      struct error *err)
{
    char *path = page_path(work);
    struct text page = { 0 };
    char size[32];
    int rc = report_page(document, &work->params, &page, err);

    if (rc == 0)
        rc = file_write(path, text_data(&page), page.len, err);
    if (rc == 0) {
        allow_others(path);
        text_format_bytes(size, sizeof size, page.len);
        text_addf(out,
                  "report: %s (%s, texts: %s)\n",
                  path,
                  size,
                  work->given->texts);
    }
    text_release(&page);
    free(path);
    return rc;
}

/* Results files of runs all have one name: of several the folder is told. */
static char *name_of(const char *path, size_t num)
{
    char *folder;
    char *out;

    if (num == 1 || !strchr(path, '/'))
        return mem_text(path_name(path));
    folder = path_folder(path);
    out = text_format("%s/%s", path_name(folder), path_name(path));
    free(folder);
    return out;
}

static int write_out(struct work *work,
                     const struct reader *const *readers,
                     struct text *out,
                     struct error *err)
{
    struct text notes = { 0 };
    struct cJSON *document;
    int rc = -1;

    work->params.analysis.notes = &notes;
    document = report_document(readers, work->num, &work->params, err);
    (void)fputs(text_data(&notes), stderr);
    text_release(&notes);

    if (document && work->given->json) {
        json_write(document, out);
        rc = 0;
    } else if (document) {
        rc = write_page(work, document, out, err);
    }
    json_free(document);
    return rc;
}

/* In a child: a damaged file may crash who reads it. */
static int make(void *context, struct text *out, struct error *err)
{
    struct work *work = context;
    struct reader **readers = mem_alloc(work->num, sizeof(struct reader *));
    char **names = mem_alloc(work->num, sizeof(char *));
    size_t num = 0;
    int rc = parse_samples(work->given->samples, &work->params.samples, err);
    char *page = page_path(work);

    if (rc == 0)
        rc = file_may_write(page, "report", "<!doctype html", err);
    free(page);
    done_init(&work->done, "report");
    work->params.progress = done_show;
    work->params.progress_self = &work->done;
    work->params.files = (const char *const *)names;
    work->params.paths = work->paths;
    while (rc == 0 && num < work->num) {
        readers[num] = guard_open(work->paths[num], err);
        names[num] = name_of(work->paths[num], work->num);
        rc = readers[num] ? 0 : -1;
        num++;
    }
    if (rc == 0)
        rc = write_out(work, (const struct reader *const *)readers, out, err);
    for (size_t f = 0; f < num; f++) {
        reader_close(readers[f]);
        free(names[f]);
    }
    free((void *)readers);
    free((void *)names);
    done_end(&work->done);
    return rc;
}

/* Checkpoints that were asked nothing, of each file whose run tells of some;
 * [num], free_skipped(). */
static struct cJSON **read_skipped(const struct operands *files)
{
    const size_t num = (size_t)files->num;
    struct cJSON **out = mem_alloc(num, sizeof(struct cJSON *));

    for (size_t f = 0; f < num; f++)
        out[f] = checkpoints_skipped_beside(files->names[f]);
    return out;
}

static void free_skipped(struct cJSON **skipped, const struct operands *files)
{
    for (size_t f = 0; f < (size_t)files->num; f++)
        json_free(skipped[f]);
    free((void *)skipped);
}

static int run(int argc, char **argv)
{
    struct report_options given = { 0 };
    struct operands files = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_report, argc, argv, &given, &files);

    if (status < 0) {
        struct work work = {
            .given = &given,
            .paths = (const char *const *)files.names,
            .num = (size_t)files.num,
            .params = { .texts = texts_of(given.texts),
                        .assets = given.assets },
        };
        struct cJSON **skipped = read_skipped(&files);
        struct text text = { 0 };
        int rc;

        work.params.skipped = (const struct cJSON *const *)skipped;
        work.params.analysis = analysis_defaults();
        work.params.analysis.resamples = (size_t)given.resamples;
        work.params.analysis.utility = given.utility;
        work.params.analysis.facts = given.facts;
        work.params.analysis.series = given.series;
        rc = guard_read(make, &work, work.paths, work.num, &text, &err);
        (void)fputs(text_data(&text), stdout);
        text_release(&text);
        free_skipped(skipped, &files);
        status = rc < 0 ? command_fail(&command_report, &err) : EXIT_GOOD;
        options_release(options, &given);
        command_release_operands(&files);
    }
    return status;
}

static const struct command_field fields[] = {
    { "title", "what the page is called: the job's name and the files" },
    { "file", "names of the files, as the page shows them" },
    { "texts", "`none`, `masked` or `full`, as `--texts`" },
    { "states[]", "what can become of an item" },
    { "words", "what the page says in sentences" },
    { "words.*", "for the page alone" },
    { "analysis",
      "member `analysis` in docs/ANALYSIS.md; absent with `--resamples 0`" },
    { "analysis.*", "in docs/ANALYSIS.md" },
    { "files", "what is behind the tables of the page, file by file" },
    { "files[].run.skipped[].name",
      "of a checkpoint that was asked nothing, by the files that lie beside "
      "results.h5; absent where there is none" },
    { "files[].run.skipped[].reason",
      "why, one sentence; absent without `name`" },
    { "files.*", "for the page alone" },
    { 0 },
};

const struct command command_report = {
    .name = "report",
    .summary = "one HTML page of results files, opens offline",
    .usage = "FILE.h5... [-o FILE.html] [--texts none|masked|full] "
             "[--samples N]\n[--utility SOURCE] [--facts FILE] "
             "[--series GLOB] [--resamples N]\n[--assets DIR] [--json]",
    .help =
        "Writes one HTML file that holds all it needs and asks for nothing "
        "over the network:\na summary in words, the leaderboard with "
        "intervals, a heat map, ranks, trust\nagainst utility, proprietary "
        "against open models, over-alignment, the paper's\nstatements, our "
        "values beside the published ones and the published rules beside\n"
        "corrected ones, what became of every item, the run's time line, how "
        "each column is\nmeasured, and behind every cell the prompts, replies "
        "and verdicts.\n\n"
        "Texts are masked unless --texts full is given: what models are "
        "asked here is\npartly harmful, and partly about real people.\n\n"
        "Several files are taken as one, as by `analyze`: all their models "
        "side by side. A\nname that stands in two of them is compared column "
        "by column; --series takes models\nfor checkpoints.\n\n"
        "The charts need Vega and Vega-Lite, which are no part of this "
        "program:\nscripts/assets.sh gets them, once.\n\n"
        "examples:\n  trustsweep report runs/quickstart/results.h5"
        "\n  trustsweep report board.h5 -o board.html --samples 50"
        "\n  trustsweep report monday.h5 tuesday.h5 -o both.html",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = GRID_MAX_FILES,
    .run = run,
};
