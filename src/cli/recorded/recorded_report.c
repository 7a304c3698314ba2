#include "cli/recorded/recorded_report.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/sweep/sweep.h"
#include "generate/replay/recorded_list.h"
#include "generate/replay/replay_folders.h"
#include "generate/replay/replay_tapes.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMED = 3 };

/* Names of which only the first few are written down. */
struct some {
    struct text text;
    size_t num;
};

static void add_name(struct some *self, const char *name)
{
    if (self->num < MOST_NAMED)
        text_addf(&self->text, "%s%s", self->num > 0 ? ", " : "", name);
    if (self->num == MOST_NAMED)
        text_add(&self->text, ", ...");
    self->num++;
}

static const char *plural(size_t num)
{
    return num == 1 ? "" : "s";
}

/* A line of a model: its name goes first. */
#define SAY(fmt, ...) \
    ((void)fprintf(stderr, "trustsweep score: %s: " fmt "\n", __VA_ARGS__))

/* Whether a file's task is asked about, or left out on purpose by --only. */
static bool is_known(const struct sweep *sweep, const char *task)
{
    const struct manifest *manifest = sweep->manifest;

    for (size_t i = 0; i < manifest->num_tasks; i++) {
        const char *name = manifest->tasks[i].name;
        const struct recorded_list *list = recorded_list_of(name);

        if (strcmp(name, task) != 0
            && !(list && strcmp(recorded_list_file(list), task) == 0))
            continue;
        return sweep->job->num_only > 0
               || dataset_find(sweep->dataset, name) != NULL;
    }
    return false;
}

static void add_dimension(const struct sweep *sweep,
                          const char *folder,
                          const char *dimension,
                          struct some *strange)
{
    char *path = path_join(folder, dimension);
    struct name_list names = { 0 };

    if (file_is_folder(path))
        (void)file_list(path, &names, NULL);
    for (size_t i = 0; i < names.num; i++) {
        char *task = replay_folders_task(dimension, names.names[i]);
        char *file = path_join(path, names.names[i]);

        if (task && !is_known(sweep, task))
            add_name(strange, file);
        free(file);
        free(task);
    }
    name_list_release(&names);
    free(path);
}

static void report_files(const struct sweep *sweep,
                         const char *model,
                         const struct replay_folders *folders)
{
    struct some strange = { 0 };

    for (size_t i = 0; i < folders->num; i++) {
        struct name_list names = { 0 };

        (void)file_list(folders->paths[i], &names, NULL);
        for (size_t k = 0; k < names.num; k++)
            add_dimension(sweep, folders->paths[i], names.names[k], &strange);
        name_list_release(&names);
    }
    if (strange.num > 0) {
        SAY("%zu file%s belong%s to no task of the data set, and %s not "
            "scored: %s",
            model,
            strange.num,
            plural(strange.num),
            strange.num == 1 ? "s" : "",
            strange.num == 1 ? "is" : "are",
            text_data(&strange.text));
    }
    text_release(&strange.text);
}

static bool is_empty(const struct replay_tapes *tapes)
{
    struct replay_rest rest;
    size_t num;

    replay_tapes_rest(tapes, &rest);
    num = rest.num_answers;
    replay_tapes_release_rest(&rest);
    return num == 0;
}

static void report_tasks(const struct sweep *sweep,
                         const char *model,
                         const struct replay_tapes *tapes)
{
    struct some missing = { 0 };

    for (size_t i = 0; i < sweep->dataset->num_tasks; i++) {
        const char *task = sweep->dataset->tasks[i].task->name;

        if (!replay_tapes_has(tapes, task))
            add_name(&missing, task);
    }
    if (missing.num < sweep->dataset->num_tasks && is_empty(tapes))
        SAY("no item of its files has a 'res'", model);
    if (missing.num > 0) {
        SAY("no file for %zu of %zu tasks, whose items count as missing: %s",
            model,
            missing.num,
            sweep->dataset->num_tasks,
            text_data(&missing.text));
    }
    text_release(&missing.text);
}

static size_t report_answers(const struct sweep *sweep,
                             const char *model,
                             const struct replay_tapes *tapes)
{
    struct replay_rest rest;
    size_t num_unread;

    replay_tapes_rest(tapes, &rest);
    num_unread = rest.num_unread;
    if (num_unread > 0) {
        SAY("the answers to %zu task%s failed, as a file does not read: %s",
            model,
            num_unread,
            plural(num_unread),
            rest.why_unread);
    }
    if (rest.num_answers > 0 && rest.num_used == 0) {
        SAY("none of its %zu answers is to an item of the data set %s%s",
            model,
            rest.num_answers,
            sweep->job->dataset,
            sweep->dataset->is_sample ? "; --dataset names another" : "");
    } else if (rest.num_strange > 0 && sweep->job->limit == 0) {
        SAY("%zu of %zu answers are to no item of the data set, and are not "
            "scored; the first is %s.  Were the items changed, or are they "
            "of another release (--dataset)?",
            model,
            rest.num_strange,
            rest.num_answers,
            rest.strange);
    }
    if (rest.num_no_text > 0) {
        SAY("%zu answer%s failed: 'res' is neither a text nor null; the first "
            "is %s",
            model,
            rest.num_no_text,
            plural(rest.num_no_text),
            rest.no_text);
    }
    if (rest.num_different > 0) {
        SAY("%zu answer%s differ%s from the one that counts for the same "
            "item; the first is %s, and %s counts.  Remove the one that "
            "should not",
            model,
            rest.num_different,
            plural(rest.num_different),
            rest.num_different == 1 ? "s" : "",
            rest.different,
            rest.instead_of);
    }
    if (rest.foreign) {
        SAY("keys that are no part of an item were passed over in %zu file%s: "
            "%s; the first file is %s",
            model,
            rest.num_foreign,
            plural(rest.num_foreign),
            rest.foreign,
            rest.foreign_file);
    }
    replay_tapes_release_rest(&rest);
    return num_unread;
}

size_t recorded_report(const struct sweep *sweep,
                       size_t model,
                       const struct replay_folders *folders,
                       const struct replay_tapes *tapes)
{
    const char *name = sweep->job->models[model].name;
    const size_t num_unread = report_answers(sweep, name, tapes);

    report_files(sweep, name, folders);
    report_tasks(sweep, name, tapes);
    return num_unread;
}
