#include "cli/run/run_question.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/folder/checkpoints_skipped.h"
#include "cli/run/run_reasons.h"
#include "trustsweep/error.h"

#include <stddef.h>
#include <stdlib.h>

static bool is_task_meant(const struct run_question *question, const char *task)
{
    return !question->pattern || text_glob(question->pattern, task);
}

static bool is_model_meant(const struct run_question *question,
                           const struct cJSON *model)
{
    return is_task_meant(question, json_member_text(model, "name"));
}

/* The model or one of its tasks. */
static bool is_any_meant(const struct run_question *question,
                         const struct cJSON *model)
{
    if (is_model_meant(question, model))
        return true;
    for (const struct cJSON *task = json_first(json_member(model, "tasks"));
         task;
         task = json_next(task)) {
        if (is_task_meant(question, json_key(task)))
            return true;
    }
    return false;
}

static const struct cJSON *models_of(const struct run_question *question)
{
    return json_first(json_member(question->run, "models"));
}

/* A checkpoint that is no model of the run. */
static bool is_left_meant(const struct run_question *question)
{
    struct cJSON *list = checkpoints_skipped_list(question->run);
    bool is_so = false;

    for (const struct cJSON *left = json_first(list); left && !is_so;
         left = json_next(left))
        is_so = is_task_meant(question, json_member_text(left, "name"));
    json_free(list);
    return is_so;
}

/* The name of a model or task that is nearest to what was asked for; NULL: none
 * is near. */
static const char *find_nearest(const struct run_question *question)
{
    const char **names = NULL;
    const char *nearest;
    size_t num = 0;
    size_t cap = 0;

    for (const struct cJSON *model = models_of(question); model;
         model = json_next(model)) {
        const struct cJSON *tasks = json_member(model, "tasks");

        /* NOLINTBEGIN(bugprone-sizeof-expression): an array of pointers */
        names = mem_reserve((void *)names,
                            &cap,
                            num + 1 + json_count(tasks),
                            sizeof *names);
        /* NOLINTEND(bugprone-sizeof-expression) */
        names[num++] = json_member_text(model, "name");
        for (const struct cJSON *task = json_first(tasks); task;
             task = json_next(task))
            names[num++] = json_key(task);
    }
    nearest = text_nearest(question->pattern, names, num);
    free((void *)names);
    return nearest;
}

int run_question_check(const struct run_question *question, struct error *err)
{
    struct text known = { 0 };
    const char *nearest;

    if (!question->pattern || is_left_meant(question))
        return 0;
    for (const struct cJSON *model = models_of(question); model;
         model = json_next(model)) {
        if (is_any_meant(question, model)) {
            text_release(&known);
            return 0;
        }
        text_addf(&known,
                  "%s%s",
                  known.len > 0 ? ", " : "",
                  json_member_text(model, "name"));
    }
    nearest = find_nearest(question);
    (void)error_set(
        err,
        ERR_USAGE,
        "'%s' is no model and no task of this run%s%s%s; its models are "
        "%.200s; 'trustsweep explain %s \"*\"' lists their tasks",
        question->pattern,
        nearest ? " (did you mean '" : "",
        nearest ? nearest : "",
        nearest ? "'?)" : "",
        known.len > 0 ? text_data(&known) : "not known, as it did not begin",
        question->folder);
    text_release(&known);
    return -1;
}

/* A run that was killed could not say so in its last words. */
static struct run_reason model_reason(const struct run_question *question,
                                      const struct cJSON *model,
                                      const char **why)
{
    struct run_reason reason = {
        .state = json_member_text(model, "state"),
        .waits_for = json_member_text(model, "waits_for"),
    };

    *why = json_member_text(model, "reason");
    if (question->standing.has_ended && json_member_number(model, "left") > 0
        && !text_equal(reason.state, "unfinished")
        && !text_equal(reason.state, "given up")) {
        *why = "the run ended before all its items were answered";
        reason = (struct run_reason){ "unfinished", "another start" };
    }
    return reason;
}

static void add_reason(struct cJSON *to,
                       const struct run_reason *reason,
                       const char *why)
{
    json_add_text(to, "state", reason->state ? reason->state : "?");
    json_add_text(to, "reason", why ? why : "?");
    if (reason->waits_for) {
        json_add_text(to, "waits_for", reason->waits_for);
    } else {
        json_add_null(to, "waits_for");
    }
}

/* A copy of what run.json says of it, with state, reason and what was spent. */
static struct cJSON *copy_with(const struct cJSON *of,
                               const struct run_reason *reason,
                               const char *why,
                               const struct cJSON *spent)
{
    struct cJSON *copy = json_copy(of);

    json_remove(copy, "state");
    json_remove(copy, "reason");
    json_remove(copy, "waits_for");
    add_reason(copy, reason, why);
    if (spent) {
        struct cJSON *seconds = json_copy(spent);

        json_remove(seconds, "name");
        json_remove(seconds, "model");
        json_remove(seconds, "task");
        json_remove(seconds, "units");
        json_set(copy, "spent", seconds);
    }
    return copy;
}

/* What run_reasons_task() looks at: the model as it is now. */
static struct cJSON *model_now(const struct run_question *question,
                               const struct cJSON *model)
{
    const char *why;
    const struct run_reason reason = model_reason(question, model, &why);

    return copy_with(model,
                     &reason,
                     why,
                     run_reasons_spent(question->run,
                                       json_member_text(model, "name"),
                                       NULL));
}

/* The tasks that are meant, each with its reason. */
static void explain_tasks(const struct run_question *question,
                          struct cJSON *model)
{
    const bool is_named = is_model_meant(question, model);
    struct cJSON *tasks = json_new_object();

    for (const struct cJSON *task = json_first(json_member(model, "tasks"));
         task;
         task = json_next(task)) {
        struct text why = { 0 };

        if (is_named || is_task_meant(question, json_key(task))) {
            const struct run_reason reason =
                run_reasons_task(model, task, &why);

            json_add(
                tasks,
                json_key(task),
                copy_with(task,
                          &reason,
                          text_data(&why),
                          run_reasons_spent(question->run,
                                            json_member_text(model, "name"),
                                            json_key(task))));
        }
        text_release(&why);
    }
    json_set(model, "tasks", tasks);
}

/* They are asked nothing. */
static void add_left_out(const struct run_question *question,
                         struct cJSON *models)
{
    const struct run_reason reason = { .state = RUN_QUESTION_LEFT_OUT };
    struct cJSON *list = checkpoints_skipped_list(question->run);

    for (const struct cJSON *left = json_first(list); left;
         left = json_next(left)) {
        const char *name = json_member_text(left, "name");
        struct cJSON *model;

        if (!is_task_meant(question, name))
            continue;
        model = json_new_object();
        json_add_text(model, "name", name);
        add_reason(model, &reason, json_member_text(left, "reason"));
        json_add_number(model, "units", 0);
        json_add_number(model, "failed", 0);
        json_add_number(model, "left", 0);
        json_set(model, "tasks", json_new_object());
        json_append(models, model);
    }
    json_free(list);
}

struct cJSON *run_question_models(const struct run_question *question)
{
    struct cJSON *models = json_new_array();

    for (const struct cJSON *model = models_of(question); model;
         model = json_next(model)) {
        struct cJSON *now;

        if (!is_any_meant(question, model))
            continue;
        now = model_now(question, model);
        explain_tasks(question, now);
        json_append(models, now);
    }
    add_left_out(question, models);
    return models;
}
