/*
 * instances.h - how far each group is, of each model and repeat: whose replies
 * and answers are still to come.  For tracker.c only.
 */
#ifndef INSTANCES_H
#define INSTANCES_H

#include "follow/subject.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct instances;
struct plan;

/* Which group an instance is, and whose. */
struct instance_place {
    const struct subject *subject;
    size_t group, model, repeat;
};

struct instances *instances_create(const struct plan *plan); /* borrowed */
void instances_destroy(struct instances *self);              /* accepts NULL */

/* The groups of a task of the plan under one evaluator, the next subject. */
void instances_add(struct instances *self,
                   size_t task,
                   const struct evaluator_ops *evaluator);
size_t instances_num_subjects(const struct instances *self);

struct instance_place instances_place(const struct instances *self,
                                      uint64_t instance);

/* The unit of a group's `at`th member. */
size_t instances_unit(const struct instances *self,
                      const struct instance_place *place,
                      size_t at);

/* The reply of a unit is there.  True when it was the last one that an instance
 * of the subject waited for. */
bool instances_reply_came(struct instances *self,
                          size_t subject,
                          size_t unit,
                          uint64_t *instance);

/* An answer is asked for; one is there: true when it was the last. */
void instances_asked(struct instances *self, uint64_t instance);
bool instances_answer_came(struct instances *self, uint64_t instance);

#endif
