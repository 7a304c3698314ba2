#include "analysis/grid.h"
#include "analysis/parts_table.h"
#include "base/terminal.h"
#include "base/text.h"
#include "cli/analyze_print.h"
#include "cli/commands.h"
#include "cli/parts/done.h"
#include "cli/parts/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct analyze_options {
    char *profile;
    char *part;
    char *utility;
    char *facts;
    char *series;
    int64_t resamples;
    int64_t seed;
    bool all;
    bool csv;
    bool json;
    bool published;
};

static const char *const profiles[] = { "paper", "corrected", "both", NULL };

static const struct option options[] = {
    { .name = "profile",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct analyze_options, profile),
      .fallback = "paper",
      .choices = profiles,
      .help = "Rules of the published board, or what the tasks intend." },
    { .name = "part",
      .type = OPTION_TEXT,
      .offset = offsetof(struct analyze_options, part),
      .value = "NAME",
      .help =
          "values, summary, ranks, columns, pairs, utility, access, over-alignment, "
          "statements, spread, sheet, compare, series, beside, card, labels, judge, or all; "
          "values when not given, all of several files or of the board." },
    { .name = "all",
      .type = OPTION_FLAG,
      .offset = offsetof(struct analyze_options, all),
      .help = "Of the values: unranked columns too." },
    { .name = "published",
      .type = OPTION_FLAG,
      .offset = offsetof(struct analyze_options, published),
      .help = "Beside the published board: what is equal, what is not, and "
              "why; without a file the board itself." },
    { .name = "utility",
      .type = OPTION_TEXT,
      .offset = offsetof(struct analyze_options, utility),
      .value = "SOURCE,...",
      .help = "How useful the models are: `measured` (in the results), "
              "`published` (figures of others), or files: CSV "
              "(model,MEASURE,...), JSON, lm-eval's results.json. Default: "
              "measured where there is any, else published." },
    { .name = "facts",
      .type = OPTION_PATH,
      .offset = offsetof(struct analyze_options, facts),
      .value = "FILE",
      .help = "For the sheet, before the job file's `facts`: {\"MODEL\": "
              "{\"weights\", \"licence\", \"data\", \"techniques\", "
              "\"moderator\", \"source\"}}." },
    { .name = "series",
      .type = OPTION_TEXT,
      .offset = offsetof(struct analyze_options, series),
      .value = "GLOB",
      .help = "Models whose name matches are checkpoints, in order of the last "
              "number in it: trend and change of each column." },
    { .name = "resamples",
      .type = OPTION_INT,
      .offset = offsetof(struct analyze_options, resamples),
      .fallback = "10000",
      .min = 100,
      .max = 1000000,
      .value = "N",
      .help = "Resamples of the items, for intervals of ranks." },
    { .name = "seed",
      .type = OPTION_INT,
      .offset = offsetof(struct analyze_options, seed),
      .fallback = "1",
      .min = 0,
      .max = 4294967295,
      .value = "N",
      .help = "Of the resampling; equal seeds give equal intervals." },
    { .name = "csv",
      .type = OPTION_FLAG,
      .offset = offsetof(struct analyze_options, csv),
      .help = "For spreadsheets: the tables of a part, all digits." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct analyze_options, json),
      .help = "For programs: every column in both profiles, and the analysis "
              "of one." },
    { .name = NULL },
};

static enum profile profile_of(const char *name)
{
    int p = 0;

    while (p < NUM_PROFILES && strcmp(profiles[p], name) != 0)
        p++;
    return (enum profile)p;
}

static bool is_part(const char *name)
{
    for (size_t i = 0; parts_table_names[i]; i++) {
        if (text_equal(parts_table_names[i], name))
            return true;
    }
    return text_equal(name, "all") || text_equal(name, "values")
           || text_equal(name, "labels") || text_equal(name, "judge");
}

/* In a child: a damaged file may crash who reads it. */
static int show(void *context, struct text *out, struct error *err)
{
    struct text notes = { 0 };
    struct analyze_wish wish = *(const struct analyze_wish *)context;
    struct done done;
    int rc;

    done_init(&done, "analyze");
    wish.notes = &notes;
    wish.progress = done_show;
    wish.progress_self = &done;
    rc = analyze_print(&wish, out, err);
    done_end(&done);
    (void)fputs(text_data(&notes), stderr);
    text_release(&notes);
    return rc;
}

static int check(const struct analyze_options *given,
                 const struct analyze_wish *wish,
                 struct error *err)
{
    if (!is_part(wish->part)) {
        return error_set(
            err,
            ERR_USAGE,
            "--part: '%s' is no part; 'trustsweep analyze --help' names them",
            wish->part);
    }
    if (wish->num_files == 0 && !given->published) {
        return error_set(err,
                         ERR_USAGE,
                         "FILE.h5 is missing: name a results file, or say "
                         "--published");
    }
    if (given->published && wish->num_files > 1) {
        return error_set(err,
                         ERR_USAGE,
                         "--published is of one file: name that alone");
    }
    if (given->published && wish->num_files > 0
        && (given->all || wish->profile != PROFILE_PAPER || given->part)) {
        return error_set(err,
                         ERR_USAGE,
                         "--published is of the ranked columns in profile "
                         "paper: no --all, no --part, no other --profile; a "
                         "part of the board alone is without a file");
    }
    if (given->csv && (given->json || text_equal(wish->part, "values"))) {
        return error_set(err,
                         ERR_USAGE,
                         "--csv is of a --part, and without --json (values: "
                         "trustsweep export --format csv)");
    }
    if (wish->profile == NUM_PROFILES && !text_equal(wish->part, "values")) {
        return error_set(
            err,
            ERR_USAGE,
            "--part is of one profile: say --profile paper or corrected");
    }
    return 0;
}

static int show_guarded(struct analyze_wish *wish,
                        struct text *out,
                        struct error *err)
{
    static const char *const board[] = { "the board" };
    const size_t num = wish->num_files;
    const char *const *paths =
        num > 0 ? (const char *const *)wish->files : board;

    return guard_read(show, wish, paths, num > 0 ? num : 1, out, err);
}

static int run(int argc, char **argv)
{
    struct analyze_options given = { 0 };
    struct operands files = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_analyze, argc, argv, &given, &files);

    if (status < 0) {
        struct analyze_wish wish = {
            .files = files.names,
            .num_files = (size_t)files.num,
            .profile = profile_of(given.profile),
            .part = given.part       ? given.part
                    : files.num == 1 ? "values"
                                     : "all",
            .all_columns = given.all,
            .is_published = given.published,
            .is_json = given.json,
            .is_csv = given.csv,
            .is_terminal = terminal_is_styled(STDOUT_FILENO),
            .resamples = (size_t)given.resamples,
            .seed = (uint64_t)given.seed,
            .utility = given.utility,
            .facts = given.facts,
            .series = given.series,
        };
        struct text text = { 0 };
        int rc = check(&given, &wish, &err);

        if (rc == 0)
            rc = show_guarded(&wish, &text, &err);
        (void)fputs(text_data(&text), stdout);
        text_release(&text);
        status = rc < 0 ? command_fail(&command_analyze, &err) : EXIT_GOOD;
        options_release(options, &given);
        command_release_operands(&files);
    }
    return status;
}

const struct command command_analyze = {
    .name = "analyze",
    .summary = "what a results file says: values, ranks, tests, statements",
    .usage =
        "[FILE.h5...] [--part NAME] [--profile NAME] [--all] [--published]\n"
        "                          [--utility SOURCE,...] [--facts FILE] "
        "[--series GLOB]\n                          [--resamples N] [--seed N] "
        "[--csv] [--json]",
    .help =
        "Prints the columns of a results file grouped by dimension: value, "
        "95 % interval\nwhere one exists, and the number of items it rests "
        "on. A column without a value\nsays what it needs.\n\n"
        "With --part: what can be said of them, with intervals and tests "
        "(ranks, pairs of\nmodels that can be told apart, trust against "
        "utility, proprietary against open,\nover-alignment, the paper's "
        "statements, spread, a sheet of each model).\n\n"
        "Several files are taken as one: all their models side by side, paired by "
        "item. A name\nthat stands in two of them is compared column by column "
        "(--part compare).\n\n"
        "With --published: the values of profile paper beside those of the "
        "published board.\nEqual is what gives the printed digits; a "
        "difference says why where that is known\n(datasets/published.json"
        "), else that it is unexplained. A value of other data, of a\npart "
        "of the items, or by a judge or classifier other than the published "
        "one is not\ncomparable, whatever its digits. Without a file: what "
        "the board itself says, and\nwhere its rank card errs.\n\n"
        "examples:\n  trustsweep analyze runs/quickstart/results.h5 --json"
        "\n  trustsweep analyze sweep.h5 --part ranks"
        "\n  trustsweep analyze sweep.h5 --part all --utility mmlu.csv"
        "\n  trustsweep analyze monday.h5 tuesday.h5 --part compare"
        "\n  trustsweep analyze ckpt.h5 --part series --series 'step-*'"
        "\n  trustsweep analyze old.h5 --published"
        "\n  trustsweep analyze --published",
    .options = options,
    .fields_page = "docs/ANALYSIS.md",
    .min_operands = 0,
    .max_operands = GRID_MAX_FILES,
    .run = run,
};
