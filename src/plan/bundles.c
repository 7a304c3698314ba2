#include "plan/bundles.h"

#include "base/mem.h"
#include "plan/plan.h"
#include "trustsweep/item.h"

#include <stdlib.h>
#include <string.h>

struct placed {
    const char *prompt;
    uint32_t item; /* of its task */
};

static int compare(const void *a, const void *b)
{
    const struct placed *left = a;
    const struct placed *right = b;
    int order = strcmp(left->prompt, right->prompt);

    if (order != 0)
        return order;
    return left->item < right->item ? -1 : left->item > right->item;
}

static size_t common(const char *a, const char *b)
{
    size_t len = 0;

    while (a[len] && a[len] == b[len])
        len++;
    return len;
}

/* How many of [num] in order make the next bundle. */
static size_t cut(const struct placed *placed, size_t num, size_t repeats)
{
    const size_t least = (BUNDLES_LEAST + repeats - 1) / repeats;
    size_t most = BUNDLES_MOST / repeats;
    size_t best = num;
    size_t fewest = SIZE_MAX;

    if (most < least)
        most = least;
    if (num <= most)
        return num;
    for (size_t i = least; i <= most; i++) {
        size_t shared = common(placed[i - 1].prompt, placed[i].prompt);

        if (shared <= fewest) { /* of equal ones the last: fewer bundles */
            fewest = shared;
            best = i;
        }
    }
    return best;
}

/* Numbers from `*number` on, into out [num_items]. */
static void bundle_task(const struct plan_task *task,
                        size_t repeats,
                        uint32_t *number,
                        uint32_t *out)
{
    struct placed *placed = mem_alloc(task->num_items, sizeof *placed);

    for (size_t i = 0; i < task->num_items; i++)
        placed[i] = (struct placed){ task->items[i].prompt, (uint32_t)i };
    if (task->num_items > 1)
        qsort(placed, task->num_items, sizeof *placed, compare);
    for (size_t at = 0; at < task->num_items;) {
        size_t end = at + cut(placed + at, task->num_items - at, repeats);

        for (; at < end; at++)
            out[placed[at].item] = *number;
        ++*number;
    }
    free(placed);
}

uint32_t *bundles_make(const struct plan *plan)
{
    uint32_t *of_items = mem_alloc(plan->num_items, sizeof *of_items);
    uint32_t *out = mem_alloc(plan->num_units, sizeof *out);
    uint32_t number = 0;

    for (size_t t = 0; t < plan->params.num_tasks; t++) {
        bundle_task(&plan->params.tasks[t],
                    plan->params.num_repeats,
                    &number,
                    of_items + plan->first_items[t]);
    }
    for (size_t i = 0; i < plan->num_units; i++)
        out[i] = of_items[plan->units[i].item];
    free(of_items);
    return out;
}
