#include "choice/choice_tasks.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "choice/choice_item.h"
#include "choice/choice_prompt.h"
#include "choice/choice_set.h"
#include "dataset/entries.h"
#include "dataset/manifest_column.h"
#include "dataset/manifest_filter.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MMLU_SHOTS = 5 };

struct making {
    struct manifest *manifest;
    const struct choice_use *use;
    struct choice_set set;
    const char *name;
    uint64_t num_shots;
    struct error *err;
};

static size_t subject_of(const struct choice_set *set, const struct cJSON *json)
{
    const char *subject = json_member_text(json, "subject");
    size_t i = 0;

    while (i + 1 < set->num_subjects && strcmp(set->subjects[i], subject) != 0)
        i++;
    return i;
}

/* How many are taken of each subject so that there are `limit` in all: one of
 * each in turn while there are any.  [num_subjects], free(). */
static uint64_t *spread(const struct choice_set *set, uint64_t limit)
{
    uint64_t *there = mem_alloc(set->num_subjects, sizeof *there);
    uint64_t *taken = mem_alloc(set->num_subjects, sizeof *taken);
    uint64_t left = set->num_items;

    if (limit > 0 && limit < left)
        left = limit;
    for (const struct cJSON *at = json_first(set->items); at;
         at = json_next(at))
        there[subject_of(set, at)]++;
    while (left > 0) {
        for (size_t i = 0; i < set->num_subjects && left > 0; i++) {
            if (taken[i] < there[i]) {
                taken[i]++;
                left--;
            }
        }
    }
    free(there);
    return taken;
}

/* The first so many examples of a subject; [num_shots], free(). */
static const struct cJSON **find_examples(const struct making *self,
                                          const char *subject,
                                          size_t *num)
{
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    const struct cJSON **out = mem_alloc(self->num_shots, sizeof *out);

    *num = 0;
    for (const struct cJSON *at = json_first(self->set.examples);
         at && *num < self->num_shots;
         at = json_next(at)) {
        if (text_equal(json_member_text(at, "subject"), subject))
            out[(*num)++] = at;
    }
    return out;
}

static void add_item(struct dataset_task *out,
                     const struct cJSON *entry,
                     size_t index,
                     double *chance)
{
    struct item *item = &out->items[out->num_items++];

    *item = (struct item){
        .task = out->task->name,
        .index = index,
        .hash = json_hash(entry),
        .entry = entry,
        .prompt = json_member_text(entry, "prompt"),
    };
    *chance += 1.0 / (double)json_count(json_member(entry, "weighed"));
}

static int make_items(struct making *self,
                      struct dataset_task *out,
                      uint64_t limit)
{
    const struct choice_set *set = &self->set;
    uint64_t *taken = spread(set, limit);
    struct choice_prompt *prompts =
        mem_alloc(set->num_subjects, sizeof *prompts);
    double chance = 0;
    size_t index = 0;
    int rc = 0;

    for (size_t s = 0; s < set->num_subjects; s++) {
        prompts[s].weighs_texts = self->use->weighs_texts;
        prompts[s].examples =
            find_examples(self, set->subjects[s], &prompts[s].num_examples);
        if (prompts[s].num_examples > out->utility->num_examples)
            out->utility->num_examples = prompts[s].num_examples;
        if (rc == 0 && self->use->shots > 0
            && prompts[s].num_examples < self->num_shots) {
            rc = error_set(self->err,
                           ERR_USAGE,
                           "%s: %llu shots, but there are %zu on %s; ask for "
                           "fewer, or import more examples",
                           set->path,
                           (unsigned long long)self->num_shots,
                           prompts[s].num_examples,
                           set->subjects[s]);
        }
    }
    out->items = mem_alloc(set->num_items, sizeof *out->items);
    out->root = json_new_array();
    for (const struct cJSON *at = json_first(set->items); at && rc == 0;
         at = json_next(at), index++) {
        const size_t s = subject_of(set, at);
        struct cJSON *entry;

        if (taken[s] == 0)
            continue;
        taken[s]--;
        entry = choice_prompt_entry(&prompts[s], at);
        json_append(out->root, entry);
        add_item(out, entry, index, &chance);
    }
    entries_count_occurrences(out);
    if (out->num_items > 0)
        out->utility->chance = chance / (double)out->num_items;
    for (size_t s = 0; s < set->num_subjects; s++)
        free(prompts[s].examples);
    free(prompts);
    free(taken);
    return rc;
}

static struct column *add_column(const struct making *self,
                                 char *name,
                                 char *title,
                                 const char *metric)
{
    struct column *column = manifest_column_add(self->manifest);

    column->name = name;
    column->title = title;
    column->dimension = mem_text(CHOICE_SET_FOLDER);
    column->section = mem_text(self->name);
    column->task = text_format("%s/%s", CHOICE_SET_FOLDER, self->name);
    column->evaluator =
        mem_text(self->use->weighs_texts ? "choice_per_character" : "choice");
    column->metric = mem_text(metric);
    column->unit = mem_text("1");
    column->unit_corrected = mem_text("1");
    return column;
}

static void add_columns(const struct making *self)
{
    const struct choice_set *set = &self->set;
    const bool is_texts = self->use->weighs_texts;
    struct column *column;

    (void)add_column(self,
                     mem_text(self->name),
                     text_format("%s: share right of all questions%s",
                                 self->name,
                                 is_texts ? ", answers weighed by length" : ""),
                     "rate");
    if (is_texts) {
        column = add_column(self,
                            text_format("%s-sum", self->name),
                            text_format("%s: share right, answers not weighed "
                                        "by length",
                                        self->name),
                            "rate");
        free(column->evaluator);
        column->evaluator = mem_text("choice");
    }
    if (set->num_subjects < 2)
        return;
    column = add_column(
        self,
        text_format("%s.macro", self->name),
        text_format("%s: each subject with equal weight", self->name),
        "group_rate");
    column->by = mem_text("subject");
    column->parent = mem_text(self->name);
    for (size_t s = 0; s < set->num_subjects; s++) {
        column = add_column(self,
                            text_format("%s.%s", self->name, set->subjects[s]),
                            text_format("%s: %s", self->name, set->subjects[s]),
                            "rate");
        column->parent = mem_text(self->name);
        manifest_filter_add(column, "subject", set->subjects[s]);
    }
}

static void add_task(const struct making *self, struct task *task)
{
    *task = (struct task){
        .name = text_format("%s/%s", CHOICE_SET_FOLDER, self->name),
        .dimension = mem_text(CHOICE_SET_FOLDER),
        .section = mem_text(self->name),
        .title = text_format("%s: multiple choice, imported", self->name),
        .num_items = self->set.num_items,
        .sha256 = mem_text(""),
    };
}

/* Names must not meet those of other columns, also with what is added. */
static int check_name(const struct making *self)
{
    const struct manifest *manifest = self->manifest;
    const size_t len = strlen(self->name);

    if (!choice_item_is_name(self->name)) {
        return error_set(self->err,
                         ERR_USAGE,
                         "'%.80s' can name no utility task: a-z, 0-9, '_', "
                         "'-', '.'",
                         self->name);
    }
    for (size_t i = 0; i < manifest->num_columns; i++) {
        const char *other = manifest->columns[i].name;

        if (strncmp(other, self->name, len) == 0
            && (other[len] == '\0' || other[len] == '.'
                || strcmp(other + len, "-sum") == 0)) {
            return error_set(self->err,
                             ERR_USAGE,
                             "utility task '%s': a column '%s' is there "
                             "already; give the task another \"name\"",
                             self->name,
                             other);
        }
    }
    return 0;
}

static int add_one(struct making *self,
                   struct task *task,
                   struct dataset_task *out)
{
    const struct choice_use *use = self->use;
    const char *set_name = use->task;

    self->name = use->name ? use->name : set_name;
    if (check_name(self) < 0)
        return -1;
    if (choice_set_read(use->location, set_name, &self->set, self->err) < 0)
        return error_wrap(self->err, "utility task '%s'", self->name);
    self->num_shots = use->shots >= 0 ? (uint64_t)use->shots
                      : text_equal(self->set.format, "mmlu") ? MMLU_SHOTS
                                                             : 0;
    add_task(self, task);
    self->manifest->num_tasks++;
    add_columns(self);
    *out = (struct dataset_task){
        .task = task,
        .utility = mem_alloc(1, sizeof *out->utility),
    };
    *out->utility = (struct dataset_utility){
        .name = mem_text(self->name),
        .location = mem_text(use->location),
        .format = mem_text(self->set.format),
        .weighs_texts = use->weighs_texts,
    };
    memcpy(out->sha256, self->set.sha256, sizeof out->sha256);
    return make_items(self, out, use->limit);
}

int choice_tasks_add(struct manifest *manifest,
                     const struct choice_use *uses,
                     size_t num,
                     struct dataset_task *out,
                     struct error *err)
{
    int rc = 0;

    manifest->tasks = mem_resize(manifest->tasks,
                                 manifest->num_tasks + num,
                                 sizeof *manifest->tasks);
    for (size_t i = 0; i < num && rc == 0; i++) {
        struct making making = { .manifest = manifest,
                                 .use = &uses[i],
                                 .err = err };

        rc = add_one(&making, &manifest->tasks[manifest->num_tasks], &out[i]);
        choice_set_release(&making.set);
    }
    for (size_t i = 0; i < num && rc < 0; i++)
        dataset_task_release(&out[i]);
    return rc;
}
