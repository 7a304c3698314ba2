#include "cli/exchange/export_folder.h"

#include "analysis/export/export.h"
#include "analysis/export/export_source.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = ".trustsweep-export";
static const char words[] =
    "trustsweep export wrote this folder, and another export may write over "
    "what is in it.\n";

/* Names that do not follow from the results. */
static const struct {
    const char *format;
    const char *name;
    const char *begins; /* by which one of ours is known; NULL: by nothing */
} fixed[] = {
    { "csv", "scores.csv", "model,access,col" },
    { "csv", "verdicts.csv", "model,column,tas" },
    { "csv", "labels.csv", NULL },
    { "csv", "judge.csv", NULL },
    { "leaderboard", "index.html", NULL },
    { "leaderboard", "leaderboard.json", NULL },
};

/* Whether FOLDER/NAME may be written; takes `name` over. */
static int check(const char *folder,
                 char *name,
                 const char *begins,
                 struct error *err)
{
    char *path = path_join(folder, name);
    int rc = 0;

    if (begins) {
        rc = file_may_write(path, "file of an export", begins, err);
    } else if (file_exists(path)) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s is there already, and no export made that folder: "
                       "it would be lost; name a new folder",
                       path);
    }
    free(path);
    free(name);
    return rc;
}

/* What is written for each model, or below a folder for each repeat. */
static int check_models(const char *format,
                        const char *folder,
                        const struct export_source *source,
                        struct error *err)
{
    const char *end = text_equal(format, "jsonl") ? ".jsonl" : "";
    const size_t num_repeats = reader_num_repeats(source->reader);
    int rc = 0;

    for (size_t m = 0; rc == 0 && m < reader_num_models(source->reader); m++) {
        rc = check(folder,
                   text_format("%s%s", source->model_files[m], end),
                   NULL,
                   err);
    }
    if (num_repeats < 2 || !text_equal(format, "toolkit"))
        return rc;
    for (size_t r = 0; rc == 0 && r <= num_repeats; r++)
        rc = check(folder, text_format("repeat-%zu", r), NULL, err);
    return rc;
}

static int check_all(const char *format,
                     const struct export_params *params,
                     const struct export_source *source,
                     struct error *err)
{
    const char *folder = params->folder;
    bool is_fixed = false;
    int rc = 0;

    if (text_equal(format, "redacted")) {
        char *stem = path_stem(params->file);

        rc = check(folder, text_format("%s.redacted.h5", stem), "\x89HDF", err);
        free(stem);
        return rc;
    }
    for (size_t i = 0; rc == 0 && i < sizeof fixed / sizeof *fixed; i++) {
        if (!text_equal(format, fixed[i].format))
            continue;
        is_fixed = true;
        rc = check(folder, mem_text(fixed[i].name), fixed[i].begins, err);
    }
    return is_fixed ? rc : check_models(format, folder, source, err);
}

int export_folder_take(const char *format,
                       const struct export_params *params,
                       const struct export_source *source,
                       struct error *err)
{
    char *path = path_join(params->folder, mark);
    struct name_list names = { 0 };
    int rc = 0;

    if (!file_exists(path)) {
        rc = file_list(params->folder, &names, err);
        if (rc == 0 && names.num == 0) {
            rc = file_write(path, words, strlen(words), err);
        } else if (rc == 0) {
            rc = check_all(format, params, source, err);
        }
        name_list_release(&names);
    }
    free(path);
    return rc;
}
