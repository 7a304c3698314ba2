/*
 * pool.h - the units of one model that wait for a slot, task by task.
 *
 * The task whose next bundle is expected to take longest goes out first, and
 * before it one bundle of every task that nobody has measured yet.  A unit that
 * came back goes out before fresh ones, once its time has come.
 */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pool_state {
    POOL_READY = 0,
    POOL_WAITING, /* came back, not to be tried before a time */
    POOL_LEASED,
    POOL_TWICE, /* leased to a second slot as well */
    POOL_DONE,
};

struct pool;

/* What the schedule knows of units, by unit index.  Grows as units are added,
 * so pools keep a pointer to this and not to the arrays. */
struct pool_units {
    float *costs; /* tokens */
    uint16_t *tasks;
    uint8_t *states; /* enum pool_state; pools write it */
};

struct pool *pool_create(struct pool_units *all, size_t num_tasks);
void pool_destroy(struct pool *self);

void pool_add(struct pool *self, size_t unit); /* in plan order, then: */
/* once, before the first take; bundles as in cell_order() */
void pool_order(struct pool *self, const uint32_t *bundles);

/* Later, in the order of coming: behind all that waits, in bundles of its own.
 */
void pool_append(struct pool *self, size_t unit);

struct pool_want {
    double seconds;     /* stop when this much is taken */
    size_t max;         /* units */
    bool may_split;     /* stop within a bundle; else a little more is taken */
    const double *pace; /* [num_tasks] seconds a token */
    const bool *is_probed; /* [num_tasks] measured, or under way for it */
};

/* out: [want->max], plan order; returns how many. */
size_t pool_take(struct pool *self, const struct pool_want *want, size_t *out);

/* One that is ready, whatever its turn. */
void pool_take_unit(struct pool *self, size_t unit);

/* Units that are under way, longest first, each once: to be run a second time.
 * out: [max]; returns how many. */
size_t pool_again(struct pool *self, size_t max, size_t *out);

void pool_return(struct pool *self, size_t unit, int64_t not_before_ms);
void pool_wake(struct pool *self, int64_t now_ms); /* those whose time came */
void pool_done(struct pool *self, size_t unit);

size_t pool_num_ready(const struct pool *self);
size_t pool_num_left(const struct pool *self); /* not done */
size_t pool_left_of(const struct pool *self, size_t task);
size_t pool_ready_of(const struct pool *self, size_t task);

/* How many tasks send out their next bundle before that one does, and in
 * `first` who begins; `want` as of the next pool_take().  None, where a unit of
 * the task came back. */
size_t pool_ahead(const struct pool *self,
                  const struct pool_want *want,
                  size_t task,
                  size_t *first);

/* Seconds at that pace [num_tasks] of what is ready; leased ones included. */
double pool_ready_seconds(const struct pool *self, const double *pace);
double pool_left_seconds(const struct pool *self, const double *pace);

#endif
