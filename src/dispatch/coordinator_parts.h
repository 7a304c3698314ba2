/*
 * coordinator_parts.h - the inside of the coordinator, shared by its files:
 * _intake takes messages, _blame decides what a failure is held against, _lease
 * hands out and takes back, _together cares for models over several nodes, _rate
 * divides what accounts allow, _cost adds up, _send writes.
 */
#ifndef COORDINATOR_PARTS_H
#define COORDINATOR_PARTS_H

#include "dispatch/book.h"
#include "dispatch/coordinator.h"
#include "dispatch/ledger.h"
#include "dispatch/peer.h"
#include "dispatch/protocol.h"

struct model_state {
    uint64_t num_results;
    int num_load_failures; /* since the last result */
    bool *failed_on;       /* [num_peers]: where, since then */
    char *given_up;        /* why; NULL = not given up */
    double cost;           /* of this run */
    bool is_estimated;     /* some of it */
    bool is_spent;         /* given up as its cost limit is reached */
};

/* A unit that was leased to a second worker: who had it first. */
struct twice {
    size_t unit;
    int rank;
};

struct coordinator {
    struct coordinator_params params;
    struct book *book;
    struct peer *peers; /* [num_peers], rank 1 first */
    size_t num_peers;
    struct model_state *models; /* [num_models] */
    struct ledger ledger;
    enum coordinator_state state;
    uint32_t epoch;
    int64_t begin_ms;    /* when it was made */
    int64_t step_ms;     /* of the last step */
    double first_end_ms; /* the soonest that was reckoned with before anything
                            was done; 0 = none yet */
    int64_t pulse_ms;    /* of the last pulse */
    int64_t deserted_ms; /* since when no worker is alive; -1 = one is */
    struct twice *twice; /* [num_twice] that neither has answered */
    size_t num_twice;
    size_t cap_twice;
    size_t num_loads;
    size_t num_lost;
    bool has_together;  /* some model is over several nodes */
    size_t num_leaving; /* workers that still have something of it to end */
    bool has_quarantined;
    bool is_draining;
    bool is_stopping;
    size_t *units;             /* [schedule_max_lease()] being leased */
    struct worker_view *views; /* [num_peers] */
    struct coordinator_view view;
    struct ledger_view ledger_view;
};

int send_text(struct coordinator *self,
              const struct peer *peer,
              enum message_type type,
              const struct text *body,
              struct error *err);
int send_ids(struct coordinator *self,
             const struct peer *peer,
             enum message_type type,
             const struct id_list *list,
             struct error *err);
int send_stop(struct transport *transport,
              uint64_t tag,
              int rank,
              struct error *err);
/* Drop what you hold: another worker needs your GPU. */
int send_let_go(struct coordinator *self,
                const struct peer *peer,
                struct error *err);
int send_models(struct coordinator *self,
                const struct peer *peer,
                struct error *err);

int send_together(struct coordinator *self,
                  const struct peer *peer,
                  const struct together *together,
                  struct error *err);

/* I live, and will say so again in time. */
int send_pulse(struct coordinator *self,
               const struct peer *peer,
               struct error *err);

/* So many seconds of a worker passed; `waiting`: as waits_for() of the work. */
void account_pass(struct coordinator *self,
                  struct peer *peer,
                  double seconds,
                  size_t waiting);
/* What a worker was at work for since it was last known: this reply, which is
 * kept. */
void account_reply(struct coordinator *self,
                   struct peer *peer,
                   size_t unit,
                   const struct reply *reply);
/* The same: in vain, for that unit; SIZE_MAX = no one knows. */
void account_waste(struct coordinator *self, struct peer *peer, size_t unit);
/* Loading what it holds took so long in all: what went by as work was that. */
void account_load(struct coordinator *self, struct peer *peer, double load_s);
/* A load of what it holds ended well, of all workers that hold it together. */
void account_loaded(struct coordinator *self, const struct peer *peer);

/* A unit left the lease it was in. */
void lease_close_unit(struct coordinator *self, int rank, uint32_t epoch);

/* Take back what is open of a lease.  `is_lost`: the worker may have died of
 * it; else it never had it. */
int lease_take_back(struct coordinator *self,
                    struct peer *peer,
                    struct peer_lease *lease,
                    bool is_lost,
                    struct error *err);

/* The worker broke its promise or was started again. */
int lease_lose(struct coordinator *self, struct peer *peer, struct error *err);
int lease_hand_out(struct coordinator *self, struct error *err);

/* What a heartbeat says of a model over several nodes. */
void together_note(const struct coordinator *self,
                   struct peer *peer,
                   const struct heartbeat *beat);
/* Before a lease of a model over several nodes: which nodes it has. */
int together_lead(struct coordinator *self,
                  struct peer *peer,
                  struct error *err);
/* Each node does its part of what the lead of its team drives, and nothing
 * else. */
int together_step(struct coordinator *self, struct error *err);
/* Whether something of it that is to end still has GPUs of this worker's node. */
bool together_is_leaving(const struct coordinator *self,
                         const struct peer *peer);

/* A reply of that model was paid for. */
void cost_count(struct coordinator *self, int model, const struct reply *reply);
bool cost_is_estimated(const struct coordinator *self);

/* How many of the first `num` of self->units, of that model, are within its
 * limit, what is in hand counted at its expected cost. */
size_t cost_fit(const struct coordinator *self, int model, size_t num);

/* The limit lets nothing more be leased.  While units of it are in hand that is
 * waited for, as they may cost less; then the model is given up. */
void cost_stop(struct coordinator *self, int model);

/* Tell each worker its share of its model's account when that has changed, and
 * with each pulse. */
int rate_hand_out(struct coordinator *self, bool is_pulse, struct error *err);

/* A message from `peer` makes no sense: counted, said once; 0. */
int intake_refuse(struct peer *peer, const struct error *why);

/* A worker could not do a unit, or not load a model. */
int blame_take_failure(struct coordinator *self,
                       struct peer *peer,
                       struct buffer *in,
                       struct error *err);

/* A worker, or a part of what it drives, was lost while it loaded a model. */
int blame_lost_load(struct coordinator *self,
                    struct peer *peer,
                    int model,
                    const char *why,
                    struct error *err);
/* A result of `model` came: it can be loaded, and this worker can load. */
void blame_nobody(struct coordinator *self, struct peer *peer, int model);
void blame_end_rest(struct coordinator *self, struct peer *peer);

/* Take what waits; 1 = there was something. */
int intake_messages(struct coordinator *self, struct error *err);

#endif
