/*
 * peer.h - a worker as the coordinator sees it: its leases and its promise.
 */
#ifndef PEER_H
#define PEER_H

#include "base/hash.h"
#include "dispatch/protocol.h"
#include "dispatch/refusals.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEER_LEASES = 2 }; /* in flight: the second hides the latency */

struct peer_lease {
    uint32_t epoch; /* 0 = free */
    int model;
    size_t *units; /* [num] */
    size_t num;
    size_t num_open; /* neither recorded nor given back */
    int64_t sent_ms;
};

struct peer {
    int rank;
    bool has_said_hello;
    char host[HELLO_HOST]; /* "" = unknown */
    bool is_lost;
    uint64_t instance;
    int64_t promised_ms; /* a message comes before this */
    int64_t promise_ms;  /* the length of the last promise */
    int64_t result_ms;   /* of the last result, or when work began */
    double open_s;       /* at work, for what is not known yet */
    double loading_s;    /* of `held`, that were seen as loading */
    int first_model;     /* of the first result since it was loaded; -1 */
    size_t first_task;
    int held; /* model it holds or was last leased; -1 = none */
    int doing_model;
    enum worker_doing doing;
    int counted_load;      /* model whose load was counted; -1 = none */
    int64_t let_go_ms;     /* it was told to last; 0 = never */
    uint32_t failed_epoch; /* leases up to this one failed to load together */
    struct peer_lease leases[PEER_LEASES];
    struct hash128 *stale; /* [num_stale] to be cancelled when it comes back */
    size_t num_stale;
    size_t cap_stale;
    struct hash128 *acks; /* [num_acks] to be sent */
    size_t num_acks;
    size_t cap_acks;
    int num_load_failures; /* in a row */
    bool is_resting;       /* it could not load */
    int64_t rest_until_ms; /* no lease before */
    size_t num_twice;      /* units that were taken from it and are not done */
    uint64_t num_done;
    int rate_model;      /* of the last rate that it was told */
    size_t rate_sharers; /* among how many that was divided; 0 = none told */
    /* of a model over several nodes, see coordinator_together.c */
    uint64_t start;        /* it drives this one; 0 = none */
    int start_model;       /* of that start */
    uint32_t meet;         /* of that start */
    uint64_t broken_start; /* a part of this start of it is gone; 0 = none */
    uint64_t part;         /* it has a part of this start; 0 = none */
    bool part_ended;       /* by itself */
    bool is_leaving;       /* it is to end its part, or a broken start */
    int node; /* of its team it is the first worker of this one; -1 = of none */
    uint64_t told_start;      /* it was told last to have a part of */
    int64_t told_ms;          /* when it was told something of that */
    struct refusals refusals; /* of what it sent */
};

void peer_release(struct peer *peer);
struct peer_lease *peer_free_lease(struct peer *peer); /* or NULL */
struct peer_lease *peer_lease_of(struct peer *peer, uint32_t epoch);
struct peer_lease *peer_newest_lease(struct peer *peer); /* or NULL */
size_t peer_num_open(const struct peer *peer); /* units, over all leases */
void peer_add_ack(struct peer *peer, struct hash128 unit);
void peer_add_stale(struct peer *peer, struct hash128 unit);
void peer_close_lease(struct peer_lease *lease);

/* It loads what it holds, anew or once more, or holds nothing: what was known of
 * the load before is over, and no unit has the time that passes. */
void peer_forget_load(struct peer *peer);

#endif
