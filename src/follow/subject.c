#include "follow/subject.h"

#include "base/mem.h"
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

struct keyed {
    struct group_key key;
    uint32_t item;
};

static int compare(const void *a, const void *b)
{
    const struct keyed *x = a;
    const struct keyed *y = b;
    int order = strcmp(x->key.text, y->key.text);

    return order ? order : (x->item > y->item) - (x->item < y->item);
}

void subject_init(struct subject *self,
                  const struct plan_task *task,
                  const struct evaluator_ops *evaluator)
{
    const size_t num = task->num_items;
    struct keyed *keys = mem_alloc(num, sizeof *keys);

    *self = (struct subject){
        .evaluator = evaluator,
        .group_of = mem_alloc(num, sizeof *self->group_of),
        .members = mem_alloc(num, sizeof *self->members),
        .firsts = mem_alloc(num + 1, sizeof *self->firsts),
    };
    for (size_t i = 0; i < num; i++) {
        keys[i].item = (uint32_t)i;
        if (evaluator->group)
            evaluator->group(&task->items[i], &keys[i].key);
    }
    if (evaluator->group && num > 1)
        qsort(keys, num, sizeof *keys, compare);
    for (size_t i = 0; i < num; i++) {
        if (i == 0 || !evaluator->group
            || strcmp(keys[i].key.text, keys[i - 1].key.text) != 0)
            self->firsts[self->num_groups++] = (uint32_t)i;
        self->members[i] = keys[i].item;
        self->group_of[keys[i].item] = (uint32_t)(self->num_groups - 1);
    }
    self->firsts[self->num_groups] = (uint32_t)num;
    free(keys);
}

void subject_release(struct subject *self)
{
    free(self->group_of);
    free(self->members);
    free(self->firsts);
}

size_t subject_group_size(const struct subject *self, size_t group)
{
    return self->firsts[group + 1] - self->firsts[group];
}

size_t subject_member(const struct subject *self, size_t group, size_t at)
{
    return self->members[self->firsts[group] + at];
}
