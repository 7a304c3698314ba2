#include "dataset/dataset.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/entries.h"
#include "dataset/prompts_file.h"
#include "dataset/source.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

/* "safety/...", for a glob whose dimension is misspelled; free() */
static char *nearest_dimension(const char *const *dimensions,
                               size_t num,
                               const char *glob)
{
    char *word = mem_text_len(glob, strcspn(glob, "/"));
    const char *rest = strchr(glob, '/');
    const char *found =
        rest && !strchr(word, '*') ? text_nearest(word, dimensions, num) : NULL;
    char *nearest = found && strcmp(found, word) != 0
                        ? text_format("%s%s", found, rest)
                        : NULL;

    free(word);
    return nearest;
}

/* What may have been meant; NULL: nothing is like it.  free() */
static char *nearest_task(const struct manifest *manifest, const char *glob)
{
    const char **names = mem_alloc(manifest->num_tasks, sizeof *names);

    for (size_t i = 0; i < manifest->num_tasks; i++)
        names[i] = manifest->tasks[i].name;
    const char *found = text_nearest(glob, names, manifest->num_tasks);
    char *nearest = found ? mem_text(found) : NULL;

    for (size_t i = 0; i < manifest->num_tasks; i++)
        names[i] = manifest->tasks[i].dimension;
    if (!nearest)
        nearest = nearest_dimension(names, manifest->num_tasks, glob);
    free(names);
    return nearest;
}

/* A glob that matches nothing is a mistake, not an empty run. */
static int check_globs(const struct manifest *manifest,
                       const struct dataset_params *params,
                       struct error *err)
{
    for (size_t g = 0; g < params->num_only; g++) {
        const char *glob = params->only[g];
        bool is_used = false;

        for (size_t i = 0; i < manifest->num_tasks && !is_used; i++)
            is_used = text_glob(glob, manifest->tasks[i].name);
        if (is_used)
            continue;
        const struct column *column = manifest_column(manifest, glob);
        if (column) {
            return error_set(err,
                             ERR_USAGE,
                             "'%s' is a column of task %s; name the task",
                             glob,
                             column->task);
        }
        char *nearest = nearest_task(manifest, glob);

        (void)error_set(err,
                        ERR_USAGE,
                        "'%s' matches no task of %s; %s%s%s",
                        glob,
                        manifest->name,
                        nearest ? "did you mean '"
                                : "'trustsweep dataset list' names them, as '",
                        nearest ? nearest : manifest->tasks[0].name,
                        nearest ? "'?" : "'");
        free(nearest);
        return -1;
    }
    return 0;
}

bool dataset_wants(const struct dataset_params *params, const char *task)
{
    for (size_t g = 0; g < params->num_only; g++) {
        if (text_glob(params->only[g], task))
            return true;
    }
    return params->num_only == 0;
}

/* 0 also when the task's file is absent. */
static int add_task(struct dataset *self,
                    struct source *source,
                    const struct task *task,
                    uint64_t limit,
                    struct error *err)
{
    struct text bytes = { 0 };
    struct dataset_task *out = &self->tasks[self->num_tasks];
    struct error why = { 0 };
    int rc = source_read(source, task->name, &bytes, err);

    if (rc > 0) {
        rc = entries_read(task, text_data(&bytes), bytes.len, limit, out, &why);
        if (rc == 0) {
            self->num_tasks++;
        } else { /* a job may have several data sets */
            rc = error_set(err,
                           why.code,
                           "%s: %.400s; mend that file, or give the official "
                           "release",
                           self->location,
                           why.text);
        }
    }
    text_release(&bytes);
    return rc;
}

/* Take over a task that was read elsewhere; false: it was not. */
static bool take_utility(struct dataset *self,
                         const struct dataset_params *params,
                         const struct task *task)
{
    for (size_t i = 0; i < params->num_utilities; i++) {
        struct dataset_task *from = &params->utilities[i];

        if (from->task == task) {
            self->tasks[self->num_tasks++] = *from;
            *from = (struct dataset_task){ 0 };
            return true;
        }
    }
    return false;
}

/* A file that is not there is no error: a data set may be a part.  But its
 * columns stay empty, and nobody should find out at the end. */
static void warn_of_gaps(const struct dataset *self, size_t num_wanted)
{
    size_t num_empty = 0;
    size_t num_read = 0;

    for (size_t i = 0; i < self->num_tasks; i++) {
        num_empty += self->tasks[i].num_items == 0;
        num_read += !self->tasks[i].utility;
    }
    if (num_read < num_wanted) {
        log_warn("%s lacks %zu of the %zu data files asked for; their columns "
                 "stay empty (trustsweep dataset verify names them)",
                 self->location,
                 num_wanted - num_read,
                 num_wanted);
    }
    if (num_empty > 0)
        log_warn("%s: %zu data files hold no item", self->location, num_empty);
}

static void make_digest(struct dataset *self)
{
    struct text bytes = { 0 };

    for (size_t i = 0; i < self->num_tasks; i++) {
        const struct dataset_task *task = &self->tasks[i];
        text_addf(&bytes, "%s  %s\n", task->sha256, task->task->name);
    }
    sha256_bytes(text_data(&bytes), bytes.len, self->digest);
    text_release(&bytes);
}

/* Only a folder that was imported brings wordings. */
static int read_prompts(struct dataset *self, struct error *err)
{
    return prompts_file_read(self->location,
                             &self->manifest->prompts,
                             &self->prompts,
                             &self->prompts_origin,
                             err);
}

struct dataset *dataset_open(const struct manifest *manifest,
                             const struct dataset_params *params,
                             struct error *err)
{
    struct dataset *self = NULL;
    struct source *source = NULL;
    size_t num_wanted = 0;
    bool is_read = false;

    if (check_globs(manifest, params, err) < 0)
        return NULL;
    source = source_open(params->location, err);
    if (!source)
        return NULL;
    self = mem_alloc(1, sizeof *self);
    self->manifest = manifest;
    self->location = mem_text(source_location(source));
    self->is_sample = source_is_sample(source);
    self->tasks = mem_alloc(manifest->num_tasks, sizeof *self->tasks);
    for (size_t i = 0; i < manifest->num_tasks; i++) {
        const struct task *task = &manifest->tasks[i];

        if (!dataset_wants(params, task->name)
            || take_utility(self, params, task))
            continue;
        num_wanted++;
        if (add_task(self, source, task, params->limit, err) < 0)
            goto out;
    }
    if (self->num_tasks == 0) {
        (void)error_set(err,
                        ERR_FORMAT,
                        "%s has none of the files asked for, such as "
                        "truthfulness/external.json; give the official zip, "
                        "the folder it was unpacked to, or 'sample'",
                        self->location);
        goto out;
    }
    warn_of_gaps(self, num_wanted);
    make_digest(self);
    is_read = read_prompts(self, err) == 0;
out:
    source_close(source);
    if (!is_read) {
        dataset_destroy(self);
        return NULL;
    }
    return self;
}

void dataset_task_release(struct dataset_task *task)
{
    entries_release(task);
    if (task->utility) {
        free(task->utility->name);
        free(task->utility->location);
        free(task->utility->format);
        free(task->utility);
        task->utility = NULL;
    }
}

void dataset_destroy(struct dataset *dataset)
{
    if (!dataset)
        return;
    for (size_t i = 0; i < dataset->num_tasks; i++)
        dataset_task_release(&dataset->tasks[i]);
    free(dataset->tasks);
    free(dataset->prompts_origin);
    prompts_release(&dataset->prompts);
    free(dataset->location);
    free(dataset);
}

const struct dataset_task *dataset_find(const struct dataset *dataset,
                                        const char *name)
{
    for (size_t i = 0; i < dataset->num_tasks; i++) {
        if (text_equal(dataset->tasks[i].task->name, name))
            return &dataset->tasks[i];
    }
    return NULL;
}
