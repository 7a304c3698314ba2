#include "analysis/analysis_json.h"
#include "analysis/board.h"
#include "analysis/published.h"
#include "analysis/published_compare.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/guard.h"
#include "cli/show.h"
#include "store/reader.h"

#include <stdio.h>
#include <string.h>

struct analyze_options {
    char *profile;
    int64_t resamples;
    int64_t seed;
    bool all;
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
    { .name = "all",
      .type = OPTION_FLAG,
      .offset = offsetof(struct analyze_options, all),
      .help = "Unranked columns too." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct analyze_options, json),
      .help = "For programs: every column in both profiles, and the "
              "analysis of one." },
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
    { .name = "published",
      .type = OPTION_FLAG,
      .offset = offsetof(struct analyze_options, published),
      .help = "Beside the published board: what is equal, what is not, and "
              "why." },
    { .name = NULL },
};

/* Takes the value. */
static void add_json(struct cJSON *value, struct text *out)
{
    json_write(value, out);
    json_free(value);
}

static int write_json(const char *path,
                      const struct analysis_options *how,
                      struct text *out,
                      struct error *err)
{
    struct reader *reader = reader_open(path, err);
    struct cJSON *analysis;
    struct cJSON *root;
    int rc;

    if (!reader)
        return -1;
    rc = analysis_json(reader, how, &analysis, err);
    if (rc == 0) {
        root = board_json(reader);
        json_add(root, "analysis", analysis);
        add_json(root, out);
    }
    reader_close(reader);
    return rc;
}

static int write_published(const char *path,
                           bool json,
                           struct text *out,
                           struct error *err)
{
    struct reader *reader = reader_open(path, err);
    struct published *board = reader ? published_open(err) : NULL;
    struct published_table table;

    if (!board) {
        reader_close(reader);
        return -1;
    }
    published_compare(reader, board, &table);
    if (json) {
        add_json(published_compare_json(&table), out);
    } else {
        published_compare_write(&table, out);
    }
    published_compare_release(&table);
    published_close(board);
    reader_close(reader);
    return 0;
}

static enum profile profile_of(const char *name)
{
    int p = 0;

    while (p < NUM_PROFILES && strcmp(profiles[p], name) != 0)
        p++;
    return (enum profile)p;
}

struct work {
    const struct analyze_options *given;
    const char *path;
};

/* In a child: a damaged file may crash who reads it. */
static int show(void *context, struct text *out, struct error *err)
{
    const struct analyze_options *given = ((const struct work *)context)->given;
    const char *path = ((const struct work *)context)->path;

    if (given->published
        && (given->all || profile_of(given->profile) != PROFILE_PAPER)) {
        return error_set(err,
                         ERR_USAGE,
                         "--published is of the ranked columns in profile "
                         "paper: no --all, no other --profile");
    }
    if (given->published)
        return write_published(path, given->json, out, err);
    if (given->json) {
        struct analysis_options how = analysis_defaults();

        how.resamples = (size_t)given->resamples;
        how.seed = (uint64_t)given->seed;
        how.profile = profile_of(given->profile) == PROFILE_CORRECTED
                          ? PROFILE_CORRECTED
                          : PROFILE_PAPER;
        return write_json(path, &how, out, err);
    }
    return show_write(path, profile_of(given->profile), !given->all, out, err);
}

static int run(int argc, char **argv)
{
    struct analyze_options given = { 0 };
    struct operands files = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_analyze, argc, argv, &given, &files);

    if (status < 0) {
        struct work work = { &given, files.names[0] };
        struct text text = { 0 };
        int rc = guard_run(show, &work, work.path, &text, &err);

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
    .summary = "the table of a results file: values, intervals, counts",
    .usage = "FILE.h5 [--profile NAME] [--all] [--published] [--json] "
             "[--resamples N] [--seed N]",
    .help =
        "Prints the columns of a results file grouped by dimension: value, "
        "95 % interval\nwhere one exists, and the number of items it rests "
        "on. A column without a value\nsays what it needs.\n\n"
        "With --json: the values of both profiles, and as member analysis what is "
        "said of those of\n--profile: ranks with intervals from resampling the "
        "items (analysis/README.md).\n\n"
        "With --published: the values of profile paper beside those of the "
        "published board.\nEqual is what gives the printed digits; a "
        "difference says why where that is known\n(datasets/published.json"
        "), else that it is unexplained. A value of other data, of a\npart "
        "of the items, or by a judge or classifier other than the published "
        "one is not\ncomparable, whatever its digits.\n\n"
        "examples:\n  trustsweep analyze runs/quickstart/results.h5 --json"
        "\n  trustsweep analyze old.h5 --published",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
