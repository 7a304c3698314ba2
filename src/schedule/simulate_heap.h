/*
 * simulate_heap.h - slots by the time of what comes next for them: a binary heap
 * whose first one is due first; of those due together the lowest number.
 */
#ifndef SIMULATE_HEAP_H
#define SIMULATE_HEAP_H

#include <stddef.h>

struct simulate_due {
    double at_s;
    int slot;
};

struct simulate_heap {
    struct simulate_due *due; /* [num]; room for all slots */
    size_t num;
};

/* num_slots  the most that it will hold */
void simulate_heap_init(struct simulate_heap *self, size_t num_slots);
void simulate_heap_release(struct simulate_heap *self);

void simulate_heap_add(struct simulate_heap *self, int slot, double at_s);

/* The time of the first; infinity: it is empty. */
double simulate_heap_first_s(const struct simulate_heap *self);

/* Takes the first slot out; there must be one. */
int simulate_heap_take(struct simulate_heap *self);

#endif
