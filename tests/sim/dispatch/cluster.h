/*
 * cluster.h - the production coordinator and workers in one process on a
 * virtual clock, with toy backends (toy.h) and whatever work and sink a test
 * gives; workers die, come back, are stopped and are slow.
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "dispatch/coordinator.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct loop;
struct schedule;
struct transport;
struct worker;

enum {
    MAX_RANKS = 9,
    TICK_MS = 10,
    MAX_TICK_MS = 320, /* while nothing happens */
    TAG = 77,
};

struct cluster {
    struct loop *loop;
    struct transport *transports[MAX_RANKS];
    struct worker *workers[MAX_RANKS]; /* NULL = dead */
    int64_t back_ms[MAX_RANKS];        /* when a dead one comes back; 0 = not */
    int64_t started_ms[MAX_RANKS];
    int64_t stopped_ms[MAX_RANKS]; /* until then it gets no time */
    struct schedule *schedule;
    struct coordinator *coordinator;
    int size;
    uint64_t random;
    int deaths_left;
    int hangs_left;
    int64_t tick_ms; /* of the next step */
};

/* What stands between rank 0 and its transport; NULL: nothing. */
extern struct transport *(*cluster_wrap_rank0)(struct transport *inner);

/* params: with work, sink and what a test wants otherwise; the rest is set. */
void cluster_start(struct cluster *cluster,
                   int size,
                   uint64_t seed,
                   struct coordinator_params *params);
void cluster_finish(struct cluster *cluster);

/* One more unit is known, as number `unit`. */
void cluster_grow(struct cluster *cluster, size_t unit);

void cluster_kill_rank0(struct cluster *cluster);

/* Now and then somebody dies or is stopped; those whose time has come are
 * back. */
void cluster_disturb(struct cluster *cluster);

/* Every worker that gets time; then the clock moves on, in longer steps while
 * nothing happens.  did: whether rank 0 did something.  The rank of a worker
 * that ended by itself, or 0. */
int cluster_step_workers(struct cluster *cluster, bool did, struct error *err);

#endif
