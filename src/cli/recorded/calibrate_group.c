#include "base/mem.h"
#include "cli/recorded/calibrate_parts.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>

void calibrate_unload(struct calibrate_group *group)
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

int calibrate_load(const struct calibration *work,
                   const struct calibrate_place *place,
                   struct calibrate_group *out,
                   struct error *err)
{
    const struct sweep *sweep = work->params->sweep;
    const struct subject *of = &work->subjects[place->subject];
    const size_t first =
        plan_first_unit(sweep->plan, place->model, work->tasks[place->subject]);
    const size_t repeats = (size_t)sweep->job->repeats;

    *out =
        (struct calibrate_group){ .num = subject_group_size(of, place->group) };
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

int calibrate_judge(const struct calibration *work,
                    const struct calibrate_case *one,
                    const struct calibrate_group *group,
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
