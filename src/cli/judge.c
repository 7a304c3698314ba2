#include "cli/judge.h"

#include "base/log.h"
#include "base/mem.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One unit with the group it belongs to, for sorting. */
struct member {
    struct group_key key;
    uint32_t repeat;
    size_t unit;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a;
    const struct member *y = b;
    int order = strcmp(x->key.text, y->key.text);

    if (order != 0)
        return order;
    if (x->repeat != y->repeat)
        return x->repeat < y->repeat ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static int judge_group(const struct evaluator_ops *evaluator,
                       const struct group *group,
                       struct verdicts *out)
{
    struct ask_list asks = { 0 };
    struct error err = { 0 };
    enum evaluator_result result = evaluator->judge(group, out, &asks, &err);

    ask_list_release(&asks);
    if (result == EVALUATOR_DONE)
        return 0;
    if (result == EVALUATOR_FAILED)
        log_warn("%s failed on an item of %s: %s",
                 evaluator->name,
                 group->items[0]->task,
                 err.text);
    for (size_t i = 0; i < group->num_items; i++) {
        for (int p = 0; p < NUM_PROFILES; p++)
            out[i].by_profile[p] =
                (struct verdict){ STATE_FAILED, LABEL_NONE, (double)NAN };
    }
    return -1;
}

static int judge_alone(const struct evaluator_ops *evaluator,
                       const struct item *const *items,
                       const struct reply *const *replies,
                       size_t num,
                       struct verdicts *out)
{
    int rc = 0;

    for (size_t i = 0; i < num; i++) {
        struct group group = { .items = &items[i],
                               .replies = &replies[i],
                               .num_items = 1 };

        if (judge_group(evaluator, &group, &out[i]) < 0)
            rc = -1;
    }
    return rc;
}

int judge_units(const struct evaluator_ops *evaluator,
                const struct item *const *items,
                const struct reply *const *replies,
                const uint32_t *repeats,
                size_t num,
                struct verdicts *out)
{
    struct member *members;
    const struct item **group_items;
    const struct reply **group_replies;
    struct verdicts *verdicts;
    int rc = 0;

    if (!evaluator->group)
        return judge_alone(evaluator, items, replies, num, out);
    members = mem_alloc(num, sizeof *members);
    group_items = mem_alloc(num, sizeof *group_items);
    group_replies = mem_alloc(num, sizeof *group_replies);
    verdicts = mem_alloc(num, sizeof *verdicts);
    for (size_t i = 0; i < num; i++) {
        evaluator->group(items[i], &members[i].key);
        members[i].repeat = repeats[i];
        members[i].unit = i;
    }
    qsort(members, num, sizeof *members, compare_members);
    for (size_t from = 0, to; from < num; from = to) {
        for (to = from;
             to < num && members[to].repeat == members[from].repeat
             && strcmp(members[to].key.text, members[from].key.text) == 0;
             to++) {
            group_items[to - from] = items[members[to].unit];
            group_replies[to - from] = replies[members[to].unit];
        }
        struct group group = { .items = group_items,
                               .replies = group_replies,
                               .num_items = to - from };

        if (judge_group(evaluator, &group, verdicts) < 0)
            rc = -1;
        for (size_t i = from; i < to; i++)
            out[members[i].unit] = verdicts[i - from];
    }
    free(verdicts);
    free((void *)group_replies);
    free((void *)group_items);
    free(members);
    return rc;
}
