#include "cli/recorded/calibrate.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/recorded/calibrate_report.h"
#include "cli/recorded/calibrate_voice.h"
#include "cli/sweep/sweep.h"
#include "follow/subject.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>

/* A group of one model and evaluator. */
struct place {
    size_t subject;
    size_t model;
    size_t group;
};

struct calibration {
    const struct calibrate_params *params;
    struct calibrate_sample *sample;
    struct subject *subjects; /* [sample->num_evaluators] */
    size_t *tasks;            /* [sample->num_evaluators] */
    const struct evaluator_ops **evaluators;
};

/* Replies of a group, as the source has them, and without what was recorded. */
struct loaded {
    struct record *records;
    struct reply *bare; /* borrow all from `records` */
    const struct reply **with, **without;
    const struct item **items;
    struct verdicts *verdicts;
    size_t num;
};

static void unload(struct loaded *group)
{
    for (size_t i = 0; group->records && i < group->num; i++)
        record_release(&group->records[i]);
    free(group->records);
    free(group->bare);
    free((void *)group->with);
    free((void *)group->without);
    free((void *)group->items);
    free(group->verdicts);
}

/* 1, 0 when a reply of it is not there, -1 */
static int load(const struct calibration *work,
                const struct place *place,
                struct loaded *out,
                struct error *err)
{
    const struct sweep *sweep = work->params->sweep;
    const struct subject *of = &work->subjects[place->subject];
    const size_t first =
        plan_first_unit(sweep->plan, place->model, work->tasks[place->subject]);
    const size_t repeats = (size_t)sweep->job->repeats;

    *out = (struct loaded){ .num = subject_group_size(of, place->group) };
    out->records = mem_alloc(out->num, sizeof *out->records);
    out->bare = mem_alloc(out->num, sizeof *out->bare);
    out->with = mem_alloc(out->num, sizeof(struct reply *));
    out->without = mem_alloc(out->num, sizeof(struct reply *));
    out->items = mem_alloc(out->num, sizeof(struct item *));
    out->verdicts = mem_alloc(out->num, sizeof *out->verdicts);
    for (size_t i = 0; i < out->num; i++) {
        const size_t unit =
            first + subject_member(of, place->group, i) * repeats;
        const int rc = work->params->source.record(work->params->source.self,
                                                   unit,
                                                   &out->records[i],
                                                   err);

        if (rc <= 0)
            return rc;
        out->bare[i] = out->records[i].reply;
        out->bare[i].recorded = NULL;
        out->with[i] = &out->records[i].reply;
        out->without[i] = &out->bare[i];
        out->items[i] = plan_item(sweep->plan, unit);
    }
    return 1;
}

/* What one voice says of the item: yes, no, or nothing of use.  A question that
 * is open leaves CALIBRATE_OPEN. */
static int judge_one(const struct calibration *work,
                     const struct calibrate_case *one,
                     const struct loaded *group,
                     bool is_bare,
                     const struct answerer *answerer,
                     const struct prompts *prompts)
{
    const struct judge judge = { .evaluator = work->evaluators[one->evaluator],
                                 .prompts = prompts,
                                 .answerer = *answerer };
    const struct group all = {
        .items = group->items,
        .replies = is_bare ? group->without : group->with,
        .num_items = group->num,
    };
    const struct verdict *verdict;

    if (judge_group(&judge, &all, group->verdicts) == JUDGED_WAITS)
        return CALIBRATE_OPEN;
    verdict = &group->verdicts[one->member].by_profile[PROFILE_CORRECTED];
    if (isnan(verdict->value))
        return CALIBRATE_NOTHING;
    return verdict->value >= 0.5 ? CALIBRATE_YES : CALIBRATE_NO;
}

/* Notes the first item that something is asked of a judge about. */
static enum answer notice(void *context,
                          const struct ask *ask,
                          struct reply *out)
{
    size_t *member = context;

    (void)out;
    if (ask->role == ROLE_JUDGE && *member == SIZE_MAX)
        *member = ask->member;
    return ANSWER_NONE;
}

/* The member of a group that a judge is asked about and whose verdict hangs on
 * that; SIZE_MAX: none. */
static size_t find_asked(const struct calibration *work,
                         const struct calibrate_case *one,
                         const struct loaded *group)
{
    size_t member = SIZE_MAX;
    const struct answerer nobody = { &member, notice };

    (void)judge_one(work,
                    one,
                    group,
                    true,
                    &nobody,
                    &work->params->sweep->dataset->prompts);
    if (member != SIZE_MAX
        && group->verdicts[member].by_profile[PROFILE_CORRECTED].state
               == STATE_UNJUDGED)
        return member;
    return SIZE_MAX;
}

/* What was recorded with the replies says. */
static int hear_recorded(const struct calibration *work,
                         const struct calibrate_case *one,
                         const struct loaded *group)
{
    const struct answerer none = { 0 };
    const int said = judge_one(work,
                               one,
                               group,
                               false,
                               &none,
                               &work->params->sweep->dataset->prompts);

    return group->verdicts[one->member].by_profile[PROFILE_CORRECTED].origin
                   == ORIGIN_RECORDED
               ? said
               : CALIBRATE_OPEN;
}

/* Take a group into the sample where a judge is asked about it; `*is_taken`. */
static int look_at(struct calibration *work,
                   const struct place *place,
                   bool *is_taken,
                   struct error *err)
{
    struct calibrate_sample *sample = work->sample;
    struct calibrate_case one = { .evaluator = place->subject,
                                  .model = place->model,
                                  .group = place->group };
    struct loaded group;
    const int rc = load(work, place, &group, err);
    const size_t member = rc == 1 ? find_asked(work, &one, &group) : SIZE_MAX;

    *is_taken = member != SIZE_MAX;
    if (*is_taken) {
        one.member = member;
        one.said[CALIBRATE_RECORDED] = hear_recorded(work, &one, &group);
        sample->cases[sample->num_cases++] = one;
    }
    unload(&group);
    return rc < 0 ? -1 : 0;
}

/* Every evaluator that asks a judge, of every task. */
static void find_subjects(struct calibration *work)
{
    const struct sweep *sweep = work->params->sweep;
    const struct manifest *manifest = sweep->manifest;
    struct calibrate_sample *sample = work->sample;

    for (size_t c = 0; c < manifest->num_columns; c++) {
        const struct evaluator_ops *evaluator =
            evaluator_find(manifest->columns[c].evaluator);
        bool is_new = evaluator && evaluator->roles & 1u << ROLE_JUDGE;
        size_t task = 0;

        while (
            task < sweep->dataset->num_tasks
            && !text_equal(sweep->tasks[task].name, manifest->columns[c].task))
            task++;
        for (size_t i = 0; i < sample->num_evaluators; i++) {
            is_new &=
                work->evaluators[i] != evaluator || work->tasks[i] != task;
        }
        if (!is_new || task == sweep->dataset->num_tasks)
            continue;
        subject_init(&work->subjects[sample->num_evaluators],
                     &sweep->plan->params.tasks[task],
                     evaluator);
        work->evaluators[sample->num_evaluators] = evaluator;
        work->tasks[sample->num_evaluators] = task;
        sample->names[sample->num_evaluators++] = evaluator->name;
    }
}

/* Groups of an evaluator in an order by chance, until enough were asked about.
 */
static int draw(struct calibration *work, size_t subject, struct error *err)
{
    const size_t num_models = work->params->sweep->job->num_models;
    const size_t num = work->subjects[subject].num_groups * num_models;
    size_t *order = mem_alloc(num, sizeof *order);
    uint64_t random = work->params->seed + subject;
    size_t taken = 0;
    int rc = 0;

    for (size_t i = 0; i < num; i++)
        order[i] = i;
    for (size_t i = 0; rc == 0 && i < num && taken < work->params->num; i++) {
        const size_t at = i + (size_t)random_below(&random, num - i);
        const size_t pick = order[at];
        const struct place place = { subject,
                                     pick % num_models,
                                     pick / num_models };
        bool is_taken;

        order[at] = order[i];
        rc = look_at(work, &place, &is_taken, err);
        taken += is_taken;
    }
    free(order);
    return rc;
}

/* All cases by one voice, until nothing is open. */
static int hear(const struct calibration *work,
                enum calibrate_voice which,
                struct voice *voice,
                const struct prompts *prompts,
                struct error *err)
{
    struct calibrate_sample *sample = work->sample;
    const struct answerer answerer = { voice, voice_answer };
    int rc;

    do {
        for (size_t i = 0; i < sample->num_cases; i++) {
            struct calibrate_case *one = &sample->cases[i];
            const struct place place = { one->evaluator,
                                         one->model,
                                         one->group };
            struct loaded group;

            if (one->said[which] != CALIBRATE_OPEN)
                continue;
            rc = load(work, &place, &group, err);
            if (rc == 1) {
                one->said[which] =
                    judge_one(work, one, &group, true, &answerer, prompts);
            }
            unload(&group);
            if (rc < 0)
                return -1;
        }
        rc = voice_ask(voice, err);
    } while (rc > 0);
    return rc;
}

static int hear_voice(const struct calibration *work,
                      enum calibrate_voice which,
                      const char *spec,
                      const struct prompts *prompts,
                      struct error *err)
{
    const struct voice_params params = {
        .roles = &work->params->sweep->roles,
        .spec = spec,
        .salt = which >= CALIBRATE_AGAIN
                    ? (uint64_t)(which - CALIBRATE_AGAIN) + 1
                    : 0,
    };
    struct voice *voice = voice_create(&params);
    int rc = hear(work, which, voice, prompts, err);

    voice_destroy(voice);
    return rc;
}

/* Wordings the other way round; those that have no other are as they are, and
 * their evaluators have no say in it. */
static int hear_swapped(const struct calibration *work,
                        const char *spec,
                        struct error *err)
{
    const struct prompts *prompts = &work->params->sweep->dataset->prompts;
    struct prompts swapped = {
        .list = mem_alloc(prompts->num, sizeof *swapped.list),
    };
    int rc;

    for (size_t i = 0; i < prompts->num; i++) {
        char *text = voice_swapped(prompts->list[i].text);

        /* without a wording nothing is asked */
        if (text) {
            swapped.list[swapped.num++] =
                (struct prompt){ prompts->list[i].name, text };
        }
    }
    rc = hear_voice(work, CALIBRATE_SWAPPED, spec, &swapped, err);
    for (size_t i = 0; i < work->sample->num_cases; i++) {
        struct calibrate_case *one = &work->sample->cases[i];
        const char *name = work->sample->names[one->evaluator];
        bool is_swapped = false;

        for (size_t p = 0; p < swapped.num; p++)
            is_swapped |= text_starts(swapped.list[p].name, name);
        if (!is_swapped)
            one->said[CALIBRATE_SWAPPED] = CALIBRATE_OPEN;
    }
    for (size_t p = 0; p < swapped.num; p++)
        free(swapped.list[p].text);
    free(swapped.list);
    return rc;
}

static int hear_all(const struct calibration *work, struct error *err)
{
    const struct calibrate_params *params = work->params;
    const struct sweep *sweep = params->sweep;
    const struct prompts *prompts = &sweep->dataset->prompts;
    const char *spec = sweep->roles.players[ROLE_JUDGE].spec;
    const double steps = 2 + params->repeats + (params->other ? 1 : 0);
    int rc = hear_voice(work, CALIBRATE_JUDGE, spec, prompts, err);
    double done = 1;

    for (int r = 0; rc == 0 && r < params->repeats; r++) {
        params->progress(params->progress_self, done++ / steps);
        rc = hear_voice(work,
                        (enum calibrate_voice)(CALIBRATE_AGAIN + r),
                        spec,
                        prompts,
                        err);
    }
    params->progress(params->progress_self, done++ / steps);
    if (rc == 0)
        rc = hear_swapped(work, spec, err);
    params->progress(params->progress_self, done / steps);
    if (rc == 0 && params->other)
        rc = hear_voice(work, CALIBRATE_OTHER, params->other, prompts, err);
    return rc;
}

static bool is_own(const struct calibrate_params *params, size_t model)
{
    const struct sweep *sweep = params->sweep;

    if (params->self)
        return text_glob(params->self, sweep->job->models[model].name);
    return text_equal(sweep->facts[model].identity,
                      sweep->roles.players[ROLE_JUDGE].facts.identity);
}

struct cJSON *calibrate(const struct calibrate_params *params,
                        struct error *err)
{
    const size_t num = params->sweep->manifest->num_columns;
    struct calibrate_sample sample = {
        .names = mem_alloc(num, sizeof(char *)),
        .cases = mem_alloc(num * params->num, sizeof *sample.cases),
        .repeats = params->repeats,
    };
    struct calibration work = {
        .params = params,
        .sample = &sample,
        .subjects = mem_alloc(num, sizeof *work.subjects),
        .tasks = mem_alloc(num, sizeof *work.tasks),
        .evaluators = mem_alloc(num, sizeof(struct evaluator_ops *)),
    };
    struct cJSON *out = NULL;
    int rc = 0;

    find_subjects(&work);
    for (size_t i = 0; rc == 0 && i < sample.num_evaluators; i++)
        rc = draw(&work, i, err);
    if (rc == 0 && sample.num_cases == 0) {
        rc = error_set(err,
                       ERR_USAGE,
                       "no reply of this run is judged: none of its tasks "
                       "asks a judge, or nothing is generated yet");
    }
    if (rc == 0)
        rc = hear_all(&work, err);
    for (size_t i = 0; i < sample.num_cases; i++)
        sample.cases[i].is_own = is_own(params, sample.cases[i].model);
    if (rc == 0)
        out = calibrate_report(&sample);
    for (size_t i = 0; i < sample.num_evaluators; i++)
        subject_release(&work.subjects[i]);
    free(work.subjects);
    free(work.tasks);
    free((void *)work.evaluators);
    free((void *)sample.names);
    free(sample.cases);
    return out;
}
