/*
 * worker.h - ranks 1..: drive a backend, send what it answers.
 *
 * Keeps a result until rank 0 says that it is on disk.  Two leases may be in
 * flight; they are of the same model unless the first is used up.
 */
#ifndef WORKER_H
#define WORKER_H

#include "trustsweep/backend.h"

#include <stdbool.h>
#include <stdint.h>

struct error;
struct transport;

struct worker_params {
    struct transport *transport; /* borrowed */
    struct slot slot;            /* threads and devices of this rank */
    /* Devices of this rank and of those behind it on its node, for models that
     * need more than `slot` has: [num_behind], its own first. */
    int behind[sizeof((struct slot *)0)->devices / sizeof(int)];
    int num_behind;
    uint64_t tag;
    const char *host;    /* where it is, for people; borrowed; NULL = "" */
    int heartbeat_ms;    /* at least this often */
    int promise_ms;      /* how far ahead a heartbeat promises the next */
    int load_promise_ms; /* the same while a model loads */
    int stuck_ms;        /* a backend with work that answers nothing for so long
                            is broken, where neither rank 0 nor patience.h says
                            less; while it loads: load_promise_ms */
    int start_ms;        /* rank 0 is given up when it is silent for so long at
                            the start; later it promises */
    /* How a backend is made; NULL: backend_create().  Tests replace it. */
    struct backend *(*make)(const char *spec,
                            const struct slot *slot,
                            struct error *err);
    /* A port of this node that nobody has, for a model over several; below 0:
     * there is none.  NULL: 0 is said. */
    int (*free_port)(void);
    /* Whether a backend that was made still loads its model; NULL: none. */
    bool (*is_loading)(const struct backend *backend);
};

void worker_params_defaults(struct worker_params *params);

struct worker *worker_create(const struct worker_params *params);
void worker_destroy(struct worker *self);

/* 1 = did something, 0 = idle, -1 = broken, or rank 0 is silent for longer than
 * it promised: the rank ends.  A backend that breaks is made again; its units
 * go back with MSG_FAILED. */
int worker_step(struct worker *self, int budget_ms, struct error *err);
/* Rank 0 has told what models there are. */
bool worker_has_begun(const struct worker *self);
bool worker_is_stopped(const struct worker *self); /* MSG_STOP was heard */

#endif
