#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/parts/guard.h"
#include "cli/parts/results_json.h"
#include "store/merge.h"
#include "store/reader.h"

#include <stdio.h>

struct merge_options {
    char *output;
    bool json;
};

static const struct option options[] = {
    { .name = "output",
      .type = OPTION_PATH,
      .offset = offsetof(struct merge_options, output),
      .is_required = true,
      .value = "FILE.h5",
      .letter = 'o',
      .help = "The results file to write." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct merge_options, json),
      .help = "For programs." },
    { .name = NULL },
};

struct work {
    const struct operands *files;
    const char *path;
    bool is_json;
};

static void say(const struct work *work,
                const struct reader *made,
                struct text *out)
{
    struct cJSON *root;
    struct cJSON *files;

    if (!work->is_json) {
        text_addf(out,
                  "merged: %s of %d files; models: %zu; digest %s\n",
                  work->path,
                  work->files->num,
                  reader_num_models(made),
                  reader_digest(made));
        return;
    }
    root = json_new_object();
    json_add_text(root, "file", work->path);
    files = json_add_array(root, "of");
    for (int i = 0; i < work->files->num; i++)
        json_append_text(files, work->files->names[i]);
    results_json_add(root, made);
    json_write(root, out);
    json_free(root);
}

/* In a child: a damaged file may crash who reads it. */
static int merge(void *context, struct text *out, struct error *err)
{
    const struct work *work = context;
    struct reader *readers[MERGE_MAX_FILES] = { 0 };
    const char *paths[MERGE_MAX_FILES] = { 0 };
    const size_t num = (size_t)work->files->num;
    struct reader *made = NULL;
    int rc = file_may_write(work->path, "results file", "\x89HDF", err);

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
        say(work, made, out);
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
        struct work work = { &files, given.output, given.json };
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

static const struct command_field fields[] = {
    { "file", "that was written" },
    { "of[]", "the files, as they were given" },
    RESULTS_JSON_FIELDS,
    { 0 },
};

const struct command command_merge = {
    .name = "merge",
    .summary = "several results files of other columns or models as one",
    .usage = "FILE.h5 FILE.h5... -o OUT.h5 [--json]",
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
    .fields = fields,
    .min_operands = 2,
    .max_operands = MERGE_MAX_FILES,
    .run = run,
};
