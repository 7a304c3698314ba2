#include "analysis/board.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/show.h"
#include "store/reader.h"

#include <stdio.h>
#include <string.h>

struct analyze_options {
    char *profile;
    bool all;
    bool json;
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
      .help = "For programs: every column in both profiles." },
    { .name = NULL },
};

static int write_json(const char *path, struct error *err)
{
    struct reader *reader = reader_open(path, err);
    struct cJSON *board;
    struct text text = { 0 };

    if (!reader)
        return -1;
    board = board_json(reader);
    json_write(board, &text);
    (void)fputs(text_data(&text), stdout);
    text_release(&text);
    json_free(board);
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

static int run(int argc, char **argv)
{
    struct analyze_options given = { 0 };
    struct operands files = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_analyze, argc, argv, &given, &files);

    if (status < 0) {
        int rc = given.json ? write_json(files.names[0], &err)
                            : show_board(files.names[0],
                                         profile_of(given.profile),
                                         !given.all,
                                         &err);

        status = rc < 0 ? command_fail(&command_analyze, &err) : EXIT_GOOD;
        options_release(options, &given);
        command_release_operands(&files);
    }
    return status;
}

const struct command command_analyze = {
    .name = "analyze",
    .summary = "the table of a results file: values, intervals, counts",
    .usage = "FILE.h5 [--profile NAME] [--all] [--json]",
    .help = "Prints the columns of a results file grouped by dimension: value, "
            "95 % interval\nwhere one exists, and the number of items it rests "
            "on. A column without a value\nsays what it needs.\n\n"
            "example:\n  trustsweep analyze runs/quickstart/results.h5 --json",
    .options = options,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
