/*
 * ready.h - replies that wait to be collected by step().
 */
#ifndef READY_H
#define READY_H

#include "trustsweep/reply.h"

#include <stdbool.h>

struct ready {
    struct reply *replies; /* [num], in order of coming */
    size_t num;
    size_t cap;
};

/* Takes what `reply` holds. */
void ready_push(struct ready *self, struct reply *reply);
bool ready_pop(struct ready *self, struct reply *out); /* false = none */
void ready_drop(struct ready *self, struct hash128 unit);
void ready_release(struct ready *self);

#endif
