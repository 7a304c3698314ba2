/*
 * protocol.h - the messages between the coordinator (rank 0) and the workers.
 *
 * Every message begins with the run's 64-bit tag, so that a stray process of
 * another run is heard by nobody.  Bodies are written with base/buffer.h and
 * contract/codec.h; decoding trusts nothing.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "base/buffer.h"
#include "trustsweep/record.h"
#include "trustsweep/request.h"

struct error;

enum message_type {
    MSG_NONE = 0,
    MSG_HELLO,     /* worker: who I am, on which host */
    MSG_MODELS,    /* coordinator: name, backend spec, limit of every model */
    MSG_LEASE,     /* coordinator: epoch, model, requests */
    MSG_RESULT,    /* worker: epoch, record, and more of these up to the
                      end; resent until acknowledged */
    MSG_ACK,       /* coordinator: these unit ids are on disk */
    MSG_FAILED,    /* worker: epoch, unit, why, whom to blame */
    MSG_HEARTBEAT, /* worker: what it does and holds, and the promise:
                      latest ms until the next heartbeat */
    MSG_CANCEL,    /* coordinator: forget these units */
    MSG_STOP,      /* coordinator: finish or drop, then end */
    MSG_PULSE,     /* coordinator: I live; latest ms until the next one */
    MSG_RATE,      /* coordinator: your share of what a model's account may be
                      asked for in a minute */
    MSG_LET_GO,    /* coordinator: drop the model you hold, if you have nothing
                      in hand: its GPU is needed */
    MSG_TOGETHER, /* coordinator: which nodes a model has, and which of them you
                      are; all but the first begin their part of it at once */
    NUM_MESSAGE_TYPES,
};

/* What a FAILED message says went wrong; decides whom to blame. */
enum failure_kind {
    FAILURE_NONE = 0,
    FAILURE_UNIT,   /* the backend answered that this unit failed */
    FAILURE_BROKEN, /* the backend broke while it had this unit */
    FAILURE_LOAD,   /* no backend could be made */
    NUM_FAILURE_KINDS,
};

enum worker_doing {
    WORKER_IDLE = 0,
    WORKER_LOADING,
    WORKER_GENERATING,
    NUM_WORKER_DOINGS,
};

enum { HELLO_HOST = 64 }; /* bytes of a host's name, its NUL included */

struct hello {
    uint64_t instance;     /* differs when a rank was started again */
    char host[HELLO_HOST]; /* "" = unknown */
};

struct model_entry {
    char *name;
    char *spec;
    uint32_t stuck_ms;   /* with work it may answer nothing for so long; 0 = as
                          the worker measured it */
    int32_t num_devices; /* GPUs; -1 = what a worker has */
    uint32_t num_ranks;  /* workers whose cores and GPUs it gets; at least 1 */
    uint32_t num_nodes;  /* that these are on, whole ones; at least 1 */
    uint32_t
        max_context; /* tokens of its longest request, about; 0 = unknown */
};

struct model_list {
    struct model_entry *models; /* [num] */
    uint32_t num;
};

/* One unit of a lease. */
struct lease_entry {
    uint32_t attempt; /* from 1 */
    bool alone;       /* it may have broken a backend: run it by itself */
    struct request request;
};

struct lease {
    uint32_t epoch; /* rises with every lease of a run */
    uint32_t model;
    struct lease_entry *entries; /* [num] */
    uint32_t num;
};

struct result {
    uint32_t epoch;
    struct record record;
};

struct failure {
    uint32_t epoch;
    struct hash128 unit;
    enum failure_kind kind;
    bool alone;   /* nothing else was in the backend */
    bool loading; /* the backend had never answered anything */
    char *why;
};

/* What a worker holds and does; `epochs` are those with work in hand or with
 * results that wait to be acknowledged. */
struct heartbeat {
    uint64_t instance;
    uint32_t promise_ms;
    enum worker_doing doing;
    int32_t model;    /* -1 = none */
    double load_s;    /* of that model; negative = not known yet */
    uint32_t *epochs; /* [num] */
    uint32_t num;
    uint64_t start; /* of a model over several nodes that it drives; 0 = none */
    uint32_t meet;  /* then: the port where the other nodes meet it */
    uint64_t part;  /* the start that it has a part of; 0 = none */
    bool part_ended; /* by itself, and that is the end of all of it */
};

struct together {
    uint32_t model;
    uint32_t node;  /* 0: it drives the model, and chooses start and port */
    uint64_t start; /* a number of one loading, never 0 */
    uint32_t meet;
    uint32_t num_nodes;
    char *nodes; /* their hosts, with commas */
};

struct rate {
    uint32_t model;
    double requests; /* a minute; 0 = no limit */
    double tokens;
};

struct id_list {
    struct hash128 *ids; /* [num] */
    uint32_t num;
};

/*
 * Writing: every message is begun with protocol_begin() and its tag.  Reading:
 * protocol_open() checks tag and version, then one get function reads the rest;
 * both fail with ERR_FORMAT and say what is wrong.  A get function that fails
 * leaves `out` released and zeroed; a list never holds more than the message
 * has bytes for.
 */
void protocol_begin(struct text *out, uint64_t tag);
int protocol_open(struct buffer *in,
                  const void *bytes,
                  size_t len,
                  uint64_t tag,
                  struct error *err);

void protocol_put_hello(struct text *out, const struct hello *hello);
int protocol_get_hello(struct buffer *in, struct hello *out, struct error *err);

void protocol_put_models(struct text *out, const struct model_list *list);
int protocol_get_models(struct buffer *in,
                        struct model_list *out,
                        struct error *err);
void protocol_release_models(struct model_list *list);

void protocol_put_lease(struct text *out, const struct lease *lease);
int protocol_get_lease(struct buffer *in, struct lease *out, struct error *err);
void protocol_release_lease(struct lease *lease);

/* One of those in a message: another one follows while bytes are left. */
void protocol_put_result(struct text *out, const struct result *result);
int protocol_get_result(struct buffer *in,
                        struct result *out,
                        struct error *err);

void protocol_put_failure(struct text *out, const struct failure *failure);
int protocol_get_failure(struct buffer *in,
                         struct failure *out,
                         struct error *err); /* free(out->why) */

void protocol_put_heartbeat(struct text *out, const struct heartbeat *beat);
int protocol_get_heartbeat(struct buffer *in,
                           struct heartbeat *out,
                           struct error *err); /* free(out->epochs) */

void protocol_put_pulse(struct text *out, uint32_t promise_ms);
int protocol_get_pulse(struct buffer *in,
                       uint32_t *promise_ms,
                       struct error *err);

void protocol_put_rate(struct text *out, const struct rate *rate);
int protocol_get_rate(struct buffer *in, struct rate *out, struct error *err);

void protocol_put_together(struct text *out, const struct together *together);
int protocol_get_together(struct buffer *in,
                          struct together *out,
                          struct error *err); /* free(out->nodes) */

void protocol_put_ids(struct text *out, const struct hash128 *ids, size_t num);
int protocol_get_ids(struct buffer *in,
                     struct id_list *out,
                     struct error *err); /* free(out->ids) */

#endif
