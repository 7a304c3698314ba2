#include "schedule/simulate_heap.h"

#include "base/mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Of two at the same time, the lower number. */
static bool is_before(struct simulate_due a, struct simulate_due b)
{
    return a.at_s < b.at_s || (a.at_s <= b.at_s && a.slot < b.slot);
}

void simulate_heap_init(struct simulate_heap *self, size_t num_slots)
{
    *self = (struct simulate_heap){
        .due = mem_alloc(num_slots, sizeof *self->due),
    };
}

void simulate_heap_release(struct simulate_heap *self)
{
    free(self->due);
    *self = (struct simulate_heap){ 0 };
}

void simulate_heap_add(struct simulate_heap *self, int slot, double at_s)
{
    const struct simulate_due due = { at_s, slot };
    size_t at = self->num++;

    while (at > 0 && is_before(due, self->due[(at - 1) / 2])) {
        self->due[at] = self->due[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    self->due[at] = due;
}

double simulate_heap_first_s(const struct simulate_heap *self)
{
    return self->num > 0 ? self->due[0].at_s : (double)INFINITY;
}

int simulate_heap_take(struct simulate_heap *self)
{
    const int slot = self->due[0].slot;
    const struct simulate_due last = self->due[--self->num];
    size_t at = 0;

    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= self->num)
            break;
        if (child + 1 < self->num
            && is_before(self->due[child + 1], self->due[child]))
            child++;
        if (!is_before(self->due[child], last))
            break;
        self->due[at] = self->due[child];
        at = child;
    }
    self->due[at] = last;
    return slot;
}
