/*
 * worker_parts.h - the inside of a worker, shared by its files: worker.c
 * drives the backend, _load makes it, _stuck watches it, _part drives a part of
 * what another one drives, _intake takes messages, _send writes them.
 */
#ifndef WORKER_PARTS_H
#define WORKER_PARTS_H

#include "dispatch/patience.h"
#include "dispatch/protocol.h"
#include "dispatch/queue.h"
#include "dispatch/refusals.h"
#include "dispatch/resident.h"
#include "dispatch/worker.h"

enum { COORDINATOR_RANK = 0 };

/* What it knows of a model over several nodes. */
struct part {
    struct together told;    /* the last one; `nodes` is NULL: none */
    struct backend *backend; /* of a node that is not the first; NULL: none */
    bool has_ended;          /* by itself */
    uint64_t num_starts;     /* of models that this worker drives */
    uint64_t start;          /* of the one that it drives now; 0 = none */
    uint32_t meet;
};

struct worker {
    struct worker_params params;
    uint64_t instance;
    struct model_list models;
    struct queue queue;
    struct resident resident;
    struct patience patience;
    struct part part;
    struct rate rate; /* the last one heard; of no model: UINT32_MAX */
    uint32_t last_epoch;
    int64_t hello_ms;             /* last sent; 0 = never */
    int64_t heartbeat_ms;         /* last sent */
    int64_t resend_ms;            /* results were looked through last */
    bool wants_heartbeat;         /* what it would say has changed */
    enum worker_doing said_doing; /* in the last one */
    int64_t step_ms;              /* of the last step */
    int64_t silent_from_ms;       /* rank 0 was heard last */
    int64_t silence_ms;           /* how long it may be silent */
    struct text outbox; /* results of this step: one message for all */
    struct refusals refusals;
    bool is_stopped;
};

/* The share of an account that rank 0 gave, for the backend that is here. */
void worker_apply_rate(struct worker *self);

/* Make the backend of the first unit in the queue; the one before is let go
 * only when nothing of its lease is left.  1 = did something, 0, -1 */
int worker_load_needed(struct worker *self, struct error *err);
/* The backend of a model broke, or could not be made: the units that it had go back
 * with the failure, or all of the model; it is let go, and rests. */
int worker_lose_backend(struct worker *self,
                        uint32_t model,
                        struct failure *failure,
                        struct error *err);
/* The same of a load, with the reason; rank 0 counts how often and knows whether
 * another rank can load it. */
int worker_load_failed(struct worker *self,
                       uint32_t model,
                       struct error *why,
                       struct error *err);

/* What a model gets: the devices that it needs, and the cores of the ranks of
 * this node that lend them. */
struct slot worker_slot(const struct worker *self, uint32_t model);

/* Of a model over several nodes that this worker drives: `slot` gets the nodes,
 * and a new start begins.  False: it has not been told yet which. */
bool part_lead(struct worker *self, uint32_t model, struct slot *slot);
/* The other nodes of it go their own ways. */
void part_lead_ends(struct worker *self);
int part_take(struct worker *self, struct buffer *in, struct error *err);
/* Begin, drive, end this node's part of what another worker drives: 1 = did
 * something. */
int part_step(struct worker *self);
void part_drop(struct worker *self);
void part_release(struct worker *self);

/* Whether its backend, which has work, has been silent for too long: `why`. */
bool worker_is_stuck(const struct worker *self, struct error *why);

/* Take what waits; 1 = there was something, 0, -1. */
int worker_take_messages(struct worker *self, struct error *err);

/* Until rank 0 has told what models there are, each second. */
int worker_say_hello(struct worker *self, struct error *err);
/* `promise_ms`: within which the next heartbeat comes. */
int worker_send_heartbeat(struct worker *self,
                          int promise_ms,
                          struct error *err);
/* An entry leaves the queue: with a failure, or with a reply, which is kept
 * until it is acknowledged. */
int worker_send_failure(struct worker *self,
                        struct queue_entry *entry,
                        struct failure *failure,
                        struct error *err);
int worker_send_record(struct worker *self,
                       struct queue_entry *entry,
                       struct reply *reply,
                       struct error *err);
/* What is due: the results of this step, results that nobody acknowledged, a
 * heartbeat. */
int worker_send_due(struct worker *self, struct error *err);

#endif
