/*
 * subject.h - the items of a task in the groups that one evaluator judges.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "trustsweep/evaluator.h"

#include <stddef.h>
#include <stdint.h>

struct plan_task;

struct subject {
    size_t task; /* of the plan; the owner's, as the first instance */
    const struct evaluator_ops *evaluator;
    uint32_t *group_of; /* [num_items] */
    uint32_t *members;  /* [num_items], group after group, file order within */
    uint32_t *firsts;   /* [num_groups + 1]: where a group's members begin */
    size_t num_groups;
    uint64_t first_instance; /* instances.h */
};

void subject_init(struct subject *self,
                  const struct plan_task *task,
                  const struct evaluator_ops *evaluator);
void subject_release(struct subject *self);

size_t subject_group_size(const struct subject *self, size_t group);

/* The item (in its task) that is the `at`th of a group. */
size_t subject_member(const struct subject *self, size_t group, size_t at);

#endif
