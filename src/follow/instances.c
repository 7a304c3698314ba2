#include "follow/instances.h"

#include "base/mem.h"
#include "plan/plan.h"

#include <stdlib.h>

struct instance {
    uint32_t replies_due; /* a group may be a task with all of its items */
    uint32_t answers_due;
};

struct instances {
    const struct plan *plan;
    struct subject *subjects; /* [num_subjects] */
    size_t num_subjects;
    size_t cap_subjects;
    struct instance *all; /* [num]: by subject, model, repeat, group */
    size_t num;
    size_t cap;
};

static size_t num_repeats(const struct instances *self)
{
    return self->plan->params.num_repeats;
}

struct instances *instances_create(const struct plan *plan)
{
    struct instances *self = mem_alloc(1, sizeof *self);

    self->plan = plan;
    return self;
}

void instances_destroy(struct instances *self)
{
    if (!self)
        return;
    for (size_t s = 0; s < self->num_subjects; s++)
        subject_release(&self->subjects[s]);
    free(self->subjects);
    free(self->all);
    free(self);
}

void instances_add(struct instances *self,
                   size_t task,
                   const struct evaluator_ops *evaluator)
{
    struct subject *subject;
    size_t num;

    self->subjects = mem_reserve(self->subjects,
                                 &self->cap_subjects,
                                 self->num_subjects + 1,
                                 sizeof *self->subjects);
    subject = &self->subjects[self->num_subjects++];
    subject_init(subject, &self->plan->params.tasks[task], evaluator);
    subject->task = task;
    subject->first_instance = self->num;
    num =
        subject->num_groups * self->plan->params.num_models * num_repeats(self);
    self->all =
        mem_reserve(self->all, &self->cap, self->num + num, sizeof *self->all);
    for (size_t i = 0; i < num; i++) {
        self->all[self->num++] = (struct instance){
            .replies_due =
                (uint32_t)subject_group_size(subject, i % subject->num_groups),
        };
    }
}

size_t instances_num_subjects(const struct instances *self)
{
    return self->num_subjects;
}

struct instance_place instances_place(const struct instances *self,
                                      uint64_t instance)
{
    const struct subject *of = &self->subjects[self->num_subjects - 1];
    size_t at;

    while (of->first_instance > instance)
        of--;
    at = (size_t)(instance - of->first_instance);
    return (struct instance_place){
        .subject = of,
        .group = at % of->num_groups,
        .repeat = at / of->num_groups % num_repeats(self),
        .model = at / of->num_groups / num_repeats(self),
    };
}

size_t instances_unit(const struct instances *self,
                      const struct instance_place *place,
                      size_t at)
{
    const size_t item = subject_member(place->subject, place->group, at);

    return plan_first_unit(self->plan, place->model, place->subject->task)
           + item * num_repeats(self) + place->repeat;
}

bool instances_reply_came(struct instances *self,
                          size_t subject,
                          size_t unit,
                          uint64_t *instance)
{
    const struct subject *of = &self->subjects[subject];
    const struct plan_unit *at = &self->plan->units[unit];
    struct instance *one;
    size_t item;

    if (plan_task_of(self->plan, unit) != of->task)
        return false;
    item = at->item - self->plan->first_items[of->task];
    *instance = of->first_instance
                + (at->model * num_repeats(self) + at->repeat) * of->num_groups
                + of->group_of[item];
    one = &self->all[*instance];
    return one->replies_due > 0 && --one->replies_due == 0;
}

void instances_asked(struct instances *self, uint64_t instance)
{
    self->all[instance].answers_due++;
}

bool instances_answer_came(struct instances *self, uint64_t instance)
{
    return --self->all[instance].answers_due == 0;
}
