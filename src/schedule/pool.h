/*
 * pool.h - the units of one model that wait for a slot.
 *
 * Prefix neighbours stay together in bundles; bundles go out longest first.
 * A unit that came back goes out before fresh ones, once its time has come.
 * Nothing here looks at all units again: a cursor moves over the bundles, and
 * units that were finished meanwhile are passed over when it gets there.
 */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POOL_BUNDLE = 32 }; /* keeps nearly all prefix sharing */

enum pool_state {
    POOL_READY = 0,
    POOL_WAITING, /* came back, not to be tried before a time */
    POOL_LEASED,
    POOL_DONE,
};

struct pool;

/* What the schedule knows of units, by unit index.  Grows as units are added,
 * so pools keep a pointer to this and not to the arrays. */
struct pool_units {
    float *costs;
    uint8_t *states; /* enum pool_state; pools write it */
};

struct pool *pool_create(struct pool_units *all);
void pool_destroy(struct pool *self);

void pool_add(struct pool *self, size_t unit); /* in plan order, then: */
void pool_order(struct pool *self);            /* once, before the first take */

/* Later, in the order of coming: behind all that waits, in bundles of its own.
 */
void pool_append(struct pool *self, size_t unit);

struct pool_want {
    double cost;    /* stop when this much is taken */
    size_t max;     /* units */
    bool may_split; /* stop within a bundle; else a little more is taken */
};

/* out: [want->max], plan order; returns how many. */
size_t pool_take(struct pool *self, const struct pool_want *want, size_t *out);

void pool_return(struct pool *self, size_t unit, int64_t not_before_ms);
void pool_wake(struct pool *self, int64_t now_ms); /* those whose time came */
void pool_done(struct pool *self, size_t unit);

size_t pool_num_ready(const struct pool *self);
double pool_ready_cost(const struct pool *self);
double pool_left_cost(const struct pool *self); /* leased ones included */

#endif
