#include "base/text.h"
#include "cli/commands.h"
#include "cli/parts/guard.h"
#include "store/merge.h"
#include "store/reader.h"

#include <stdio.h>

struct merge_options {
    char *output;
};

static const struct option options[] = {
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct merge_options, output),
      .is_required = true,
      .value = "FILE.h5",
      .letter = 'o',
      .help = "The results file to write." },
    { .name = NULL },
};

struct work {
    const struct operands *files;
    const char *path;
};

/* In a child: a damaged file may crash who reads it. */
static int merge(void *context, struct text *out, struct error *err)
{
    const struct work *work = context;
    struct reader *readers[MERGE_MAX_FILES] = { 0 };
    const char *paths[MERGE_MAX_FILES] = { 0 };
    const size_t num = (size_t)work->files->num;
    struct reader *made = NULL;
    int rc = 0;

    for (size_t f = 0; rc == 0 && f < num; f++) {
        paths[f] = work->files->names[f];
        readers[f] = guard_open(paths[f], err);
        rc = readers[f] ? 0 : -1;
    }
    if (rc == 0) {
        rc = merge_write((const struct reader *const *)readers,
                         paths,
                         num,
                         work->path,
                         err);
    }
    if (rc == 0)
        made = reader_open(work->path, err);
    if (made) {
        text_addf(out,
                  "merged: %s of %zu files; models: %zu; digest %s\n",
                  work->path,
                  num,
                  reader_num_models(made),
                  reader_digest(made));
    } else {
        rc = -1;
    }
    reader_close(made);
    for (size_t f = 0; f < num; f++)
        reader_close(readers[f]);
    return rc;
}

static int run(int argc, char **argv)
{
    struct merge_options given = { 0 };
    struct operands files = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_merge, argc, argv, &given, &files);

    if (status < 0) {
        struct work work = { &files, given.output };
        struct text text = { 0 };

        status = EXIT_GOOD;
        if (guard_read(merge,
                       &work,
                       (const char *const *)files.names,
                       (size_t)files.num,
                       &text,
                       &err)
            < 0)
            status = command_fail(&command_merge, &err);
        (void)fputs(text_data(&text), stdout);
        text_release(&text);
        options_release(options, &given);
        command_release_operands(&files);
    }
    return status;
}

const struct command command_merge = {
    .name = "merge",
    .summary = "several results files of other columns or models as one",
    .usage = "FILE.h5 FILE.h5... -o OUT.h5",
    .help =
        "Writes one results file of several: models whose tasks were run in "
        "parts, or\nmodels that were run one by one. `analyze`, `report` and "
        "`export` then read it as\nany other; tasks in the order of a single "
        "run give that run's content digest.\n\n"
        "A model is one where name and identity (its weights or service) agree. "
        "A score\nor a task of a model that two files have is refused, as are "
        "other items of one\ntask, other definitions of one column and other "
        "judges: `analyze A.h5 B.h5`\ncompares such files.\n\n"
        "example:\n  trustsweep merge ethics.h5 privacy.h5 -o board.h5",
    .options = options,
    .min_operands = 2,
    .max_operands = MERGE_MAX_FILES,
    .run = run,
};
