#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/recorded/calibrate_parts.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

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
                         const struct calibrate_group *group)
{
    size_t member = SIZE_MAX;
    const struct answerer nobody = { &member, notice };

    (void)calibrate_judge(work,
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
                         const struct calibrate_group *group)
{
    const struct answerer none = { 0 };
    const int said = calibrate_judge(work,
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
                   const struct calibrate_place *place,
                   bool *is_taken,
                   struct error *err)
{
    struct calibrate_sample *sample = work->sample;
    struct calibrate_case one = { .evaluator = place->subject,
                                  .model = place->model,
                                  .group = place->group };
    struct calibrate_group group;
    const int rc = calibrate_load(work, place, &group, err);
    const size_t member = rc == 1 ? find_asked(work, &one, &group) : SIZE_MAX;

    *is_taken = member != SIZE_MAX;
    if (*is_taken) {
        one.member = member;
        one.said[CALIBRATE_RECORDED] = hear_recorded(work, &one, &group);
        sample->cases[sample->num_cases++] = one;
        if (group.bare[member].text)
            work->chars += (double)strlen(group.bare[member].text);
    }
    calibrate_unload(&group);
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
        const struct calibrate_place place = { subject,
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

int calibrate_draw(struct calibration *work, struct error *err)
{
    int rc = 0;

    find_subjects(work);
    for (size_t i = 0; rc == 0 && i < work->sample->num_evaluators; i++)
        rc = draw(work, i, err);
    return rc;
}
