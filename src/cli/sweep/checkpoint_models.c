#include "cli/sweep/checkpoint_models.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder/checkpoints_order.h"
#include "cli/folder/checkpoints_skipped.h"
#include "job/job.h"
#include "job/job_checkpoints.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t now_s(void)
{
    return clock_unix_ms() / 1000;
}

static const struct job_model *find_model(const struct job *job,
                                          const char *name)
{
    for (size_t i = 0; job && i < job->num_models; i++) {
        if (text_equal(job->models[i].name, name))
            return &job->models[i];
    }
    return NULL;
}

void checkpoint_models_add(struct job *job, const struct job_checkpoint *found)
{
    const struct job_checkpoints *from = &job->checkpoints;
    struct job_model *model = job_add_model(job);

    model->name = mem_text(found->name);
    model->backend = job_checkpoints_spec(from, found->path);
    free(model->access);
    model->access = mem_text(
        text_equal(from->access, "open-weight") ? "open" : from->access);
    model->creator = mem_text(from->creator);
    model->family = mem_text(from->family);
    model->system = mem_text(from->system);
    model->gpus = from->gpus;
    model->load_s = from->load_s;
    model->tokens_per_s = from->tokens_per_s;
    model->is_checkpoint = true;
}

/* What was cut when it came stays cut: its items are what its numbers are of. */
static void keep_cut(struct job_model *model, const struct job_model *before)
{
    model->fraction = before->fraction;
    model->only = mem_alloc(before->num_only + 1, sizeof *model->only);
    model->num_only = before->num_only;
    for (size_t i = 0; i < before->num_only; i++)
        model->only[i] = mem_text(before->only[i]);
}

/* What a look at a checkpoint told, once: it may take reading its file. */
struct seen {
    char identity[BACKEND_IDENTITY]; /* ""; each task has another */
    char *why;                       /* it cannot be had; NULL: it can */
};

/* What there is, and what was seen of each that is complete. */
struct taken {
    const struct job *job;
    const struct job *before; /* may be NULL */
    struct job_checkpoint_list list;
    struct seen *seen;     /* [list.num] */
    struct cJSON *refused; /* borrowed; or NULL */
};

/* Which of two equal ones is the copy: "last" is one of "step-500", whatever the
 * job's order; else the later one. */
static bool is_copy(const struct job_checkpoint *one,
                    const struct job_checkpoint *of)
{
    const bool is_step = strpbrk(one->name, "0123456789") != NULL;
    const bool is_of_step = strpbrk(of->name, "0123456789") != NULL;

    if (is_step != is_of_step)
        return is_of_step;
    if (one->changed_s != of->changed_s)
        return one->changed_s > of->changed_s;
    return strcmp(one->name, of->name) > 0;
}

/* Which it is a copy of, as all checkpoints have the same settings; or NULL.  One
 * that the job has stays, and so does one of an earlier round: its replies are
 * there, also where what it is a copy of came later. */
static const char *find_same(const struct taken *taken, size_t at)
{
    const struct job_checkpoint *items = taken->list.items;
    const struct job_checkpoint *first = NULL;
    const struct seen *seen = taken->seen;

    if (find_model(taken->before, items[at].name))
        return NULL;
    for (size_t i = 0; seen[at].identity[0] && i < taken->list.num; i++) {
        if (i == at || !text_equal(seen[i].identity, seen[at].identity)
            || (first && !is_copy(first, &items[i])))
            continue;
        if (find_model(taken->job, items[i].name)
            || is_copy(&items[at], &items[i]))
            first = &items[i];
    }
    return first ? first->name : NULL;
}

static void see(const struct job *job,
                const struct job_checkpoint *found,
                struct seen *out)
{
    char *spec = job_checkpoints_spec(&job->checkpoints, found->path);
    struct backend_facts facts;
    struct error err = { 0 };

    if (backend_probe(spec, &facts, &err) < 0) {
        out->why = mem_text(err.text);
    } else if (backend_identify(spec, "", facts.identity, NULL) == 0) {
        memcpy(out->identity, facts.identity, sizeof facts.identity);
    }
    free(spec);
}

static void see_all(struct taken *taken)
{
    const struct job_checkpoint_list *list = &taken->list;

    taken->seen = mem_alloc(list->num + 1, sizeof *taken->seen);
    for (size_t i = 0; i < list->num; i++) {
        if (list->items[i].is_complete)
            see(taken->job, &list->items[i], &taken->seen[i]);
    }
}

static void release(struct taken *taken)
{
    for (size_t i = 0; i < taken->list.num; i++)
        free(taken->seen[i].why);
    free(taken->seen);
    job_checkpoints_release(&taken->list);
}

/* Each look finds the same again: of this process, "\nNAME CHANGED: WHY\n". */
static struct text said_left;

/* On stderr once for a file and a reason, and again when the file has changed. */
static void say_left(const struct taken *taken,
                     const struct job_checkpoint *found,
                     const char *why)
{
    char *line = text_format("\n%s %lld: %s\n",
                             found->path,
                             (long long)found->changed_s,
                             why);

    if (!strstr(text_data(&said_left), line)) {
        text_add(&said_left, line);
        fprintf(stderr, "checkpoint refused: %s: %s\n", found->name, why);
    }
    free(line);
    if (taken->refused) {
        checkpoints_skipped_note(taken->refused, found->name, found->path, why);
    }
}

/* Whether it can be had: a file that is none, or a copy of another checkpoint, as
 * a "last" beside its step is, holds up no other one. */
static bool is_good(const struct taken *taken, size_t at)
{
    const struct job_checkpoint *found = &taken->list.items[at];
    const char *why = taken->seen[at].why;
    const char *same = why ? NULL : find_same(taken, at);
    char *words;

    if (why)
        say_left(taken, found, why);
    if (!same)
        return !why;
    words = text_format("the same model as %s, so its replies would be equal",
                        same);
    say_left(taken, found, words);
    free(words);
    return false;
}

/* Whether there is a model of its name: one of the job, or, behind those `others`,
 * another checkpoint, as "step-1.gguf" is beside "step-1.bin". */
static bool is_named(const struct taken *taken,
                     size_t others,
                     const struct job_checkpoint *found)
{
    const struct job *job = taken->job;
    const struct job_model *model = find_model(job, found->name);

    if (!model)
        return false;
    say_left(taken,
             found,
             model < &job->models[others]
                 ? "\"models\" has one of that name, which is asked in its "
                   "place; rename one of them to have both"
                 : "another checkpoint has that name; rename one of them to "
                   "have both");
    return true;
}

int checkpoint_models_take(struct job *job,
                           const struct job *before,
                           size_t *num_new,
                           struct cJSON *refused,
                           struct error *err)
{
    const size_t most =
        job->checkpoints.most > 0 ? (size_t)job->checkpoints.most : SIZE_MAX;
    const size_t others = job->num_models;
    struct taken taken = { .job = job, .before = before, .refused = refused };
    const struct job_checkpoint_list *list = &taken.list;

    *num_new = 0;
    if (job_checkpoints_find(&job->checkpoints, now_s(), &taken.list, err) < 0)
        return -1;
    see_all(&taken);
    for (int new = 0; new < 2; new ++) {
        for (size_t i = 0; i < list->num; i++) {
            const struct job_model *old =
                find_model(before, list->items[i].name);

            if (!list->items[i].is_complete || (new == 0) != (old != NULL)
                || is_named(&taken, others, &list->items[i])
                || job->num_models - others >= most || !is_good(&taken, i))
                continue;
            checkpoint_models_add(job, &list->items[i]);
            if (old)
                keep_cut(&job->models[job->num_models - 1], old);
            *num_new += new == 1;
        }
    }
    release(&taken);
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return checkpoints_order(((const struct job_model *)a)->name,
                             ((const struct job_model *)b)->name);
}

static int compare_names_down(const void *a, const void *b)
{
    return compare_names(b, a);
}

void checkpoint_models_sort(struct job *job)
{
    const bool is_down = text_equal(job->checkpoints.order, "newest");
    size_t first = job->num_models;

    while (first > 0 && job->models[first - 1].is_checkpoint)
        first--;
    if (first == job->num_models)
        return;
    qsort(job->models + first,
          job->num_models - first,
          sizeof *job->models,
          is_down ? compare_names_down : compare_names);
}

int checkpoint_models_incomplete(const struct job *job,
                                 struct cJSON *list,
                                 struct error *err)
{
    struct job_checkpoint_list found;

    if (job_checkpoints_find(&job->checkpoints, now_s(), &found, err) < 0)
        return -1;
    for (size_t i = 0; i < found.num; i++) {
        const struct job_checkpoint *one = &found.items[i];

        if (!one->is_complete)
            checkpoints_skipped_note(list, one->name, one->path, one->lacks);
    }
    job_checkpoints_release(&found);
    return 0;
}

static bool is_known(const struct cJSON *known, const char *name)
{
    for (const struct cJSON *one = json_first(known); one;
         one = json_next(one)) {
        if (text_equal(json_is_text(one) ? json_text(one)
                                         : json_member_text(one, "name"),
                       name))
            return true;
    }
    return false;
}

int checkpoint_models_unasked(const struct job *job,
                              const struct cJSON *known,
                              const char *reason,
                              struct cJSON *list,
                              struct error *err)
{
    struct job_checkpoint_list found;

    if (job_checkpoints_find(&job->checkpoints, now_s(), &found, err) < 0)
        return -1;
    for (size_t i = 0; i < found.num; i++) {
        const struct job_checkpoint *one = &found.items[i];

        if (one->is_complete && !is_known(known, one->name))
            checkpoints_skipped_note(list, one->name, one->path, reason);
    }
    job_checkpoints_release(&found);
    return 0;
}
