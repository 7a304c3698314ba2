/*
 * backend.h - what can answer: request -> reply.
 *
 * The same contract serves answering models, judges, refusal classifiers,
 * embedders and toxicity scorers.  To add one: write
 * src/generate/backend_NAME.c with one public symbol, `const struct
 * backend_ops backend_NAME`, its extern in src/generate/kinds.h and its line in
 * src/generate/backend.c, give it a row in samples[] of
 * tests/conform/generate/test_backend.c, and run that test, which holds every
 * listed backend to this contract.
 *
 * A spec is "name:args".  Specs nest: "fault:kill-after=3:replay:DIR",
 * "isolated:llama:model.gguf".  Each backend parses its own args; most are
 * "MAIN,key=value,..." by its option table (backend_args.h).
 */
#ifndef TRUSTSWEEP_BACKEND_H
#define TRUSTSWEEP_BACKEND_H

#include "trustsweep/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct option;
struct reply;
struct backend;

/* A set of request kinds: 1u << REQUEST_CHAT | ... */
#define BACKEND_CAN(kind) (1u << (kind))

enum { SLOT_CORES = 1024 };

/*
 * Where an instance runs and what it may use; chosen per slot at run time, so
 * none of it may change a reply and none of it is part of a unit id.
 */
struct slot {
    int threads;     /* compute threads; 0 = the backend's default     */
    int num_devices; /* GPUs of this slot; 0 = CPU only                */
    int devices[16]; /* indices among the visible devices of the node  */
    int max_context; /* tokens a sequence needs at most; 0 = unknown   */
    int parallel;    /* sequences at once; 0 = the backend's default   */
    uint64_t near[SLOT_CORES / 64]; /* cores near its devices, a bit each, for
                        a program that it starts; none = not known: all */
    /* Of a model over several nodes: this instance is that of one of them. */
    const char *nodes; /* their hosts, "a,b", the first leads; NULL: one node;
                          while create() runs */
    int num_nodes;     /* 0 = one */
    int node;          /* which of them; only that of the first is asked */
    int meet;          /* port of the first where they meet */
};

enum { BACKEND_IDENTITY = 96 };

/* What one account may be asked for in a minute, however many ranks speak to
 * it; 0 = no limit. */
struct backend_account {
    char name[64]; /* specs of one account have one name; "" = no account */
    double requests;
    double tokens;
};

/* What can be known of a spec without loading anything. */
struct backend_facts {
    /* what determines replies: "sha256:..." of a model file, hash of recorded
     * answers, ... */
    char identity[BACKEND_IDENTITY];
    bool deterministic;    /* same request, same reply, on any rank          */
    unsigned can;          /* BACKEND_CAN() bits                             */
    uint64_t memory_bytes; /* model file or estimate; 0 = unknown or none    */
    double load_s;         /* expected seconds to load; 0 = unknown or none  */
    bool has_no_load;      /* that 0 is none: it is there at once            */
    double tokens_per_s;   /* expected, all sequences at once; 0 = unknown   */
    double patience_s;     /* a request gets its reply within this, by limits
                              of its own; 0 = it has none                    */
    bool leaves_gpus;      /* it was told to use none */
    bool spans_nodes;      /* it can use GPUs of other nodes: a model it serves.
                         Then it is made once for each node (struct slot) */
    struct backend_account account;
    char key_env[64]; /* variable that it reads its key from; "" = none */
};

/* What a model's layers take of a GPU that has them, in bytes.  A layer is a
 * block with its part of the memory of sequences, or the output behind them. */
struct backend_layers {
    int32_t num;     /* blocks and the output; 0 = unknown */
    uint64_t blocks; /* all of them */
    uint64_t block;  /* the largest one */
    uint64_t output;
    uint64_t compute; /* to compute with, on every GPU */
};

/* What some requests need of memory. */
struct backend_need {
    int64_t longest;    /* tokens of the longest one, with its answer         */
    int64_t limit;      /* tokens that one may have                           */
    size_t num_longer;  /* requests beyond it: each will be STATE_OVERLONG    */
    uint64_t weights;   /* bytes                                              */
    uint64_t sequence;  /* bytes of the longest that fits, beside the weights */
    int64_t parallel;   /* sequences of that length at once, with the memory
                          that is free here; 0 = unknown                     */
    uint64_t sequences; /* bytes of these                                    */
    uint64_t compute;   /* bytes to compute with, beside them; 0 = unknown   */
    int64_t gpu_layers; /* that were asked for; -1 = as many as fit          */
    struct backend_layers layers;
};

struct backend_ops {
    const char *name;      /* as written in a job file, before the ':'       */
    const char *help;      /* one line                                       */
    const char *args_help; /* the form of the args: "FILE.gguf[,key=value]"  */
    const struct option *options; /* key=value args, ends with a NULL name;
                                     may be NULL                             */
    bool main_is_path;  /* the MAIN argument is a file or folder          */
    bool all_are_paths; /* and so is every other one: "A,B"               */
    /* may be NULL; for backends that wrap another: where in `args` the inner
     * spec begins.  NULL when there is none */
    const char *(*inner)(const char *args);
    bool is_remote;       /* what it does is done elsewhere, or was: it needs no
                              GPU and hardly a core */
    bool wants_isolation; /* may block or crash: backend_create() runs it in
                              a child process unless told otherwise          */

    /* may be NULL; the library behind it with its version, for provenance */
    void (*version)(char *out, size_t size);

    /* required; looks at `args` (never NULL) without loading: files exist, are
     * of the right kind, options parse.  Relative paths are relative to the
     * working directory (the job reader has made them absolute).
     * errors: ERR_USAGE, ERR_IO, ERR_FORMAT */
    int (*probe)(const char *args,
                 struct backend_facts *out,
                 struct error *err);

    /* may be NULL: what the facts say is true of every task.  What determines
     * the replies to the items of one task, where that is less than what
     * determines all: so what is not asked for need not be read.  Any thread.
     * `out` holds BACKEND_IDENTITY bytes.
     * errors: as probe */
    int (*identify)(const char *args,
                    const char *task,
                    char *out,
                    struct error *err);

    /* may be NULL: nobody knows.  How long requests are in this model's own
     * tokens, without loading its weights.
     * errors: as probe */
    int (*measure)(const char *args,
                   const struct request *requests,
                   size_t num,
                   struct backend_need *out,
                   struct error *err);

    /* may be NULL.  Whether all it needs beside files of the model is here, on
     * this machine: a key, a program.  Names only; starts and asks nothing.
     * errors: as probe, with what is missing */
    int (*at_hand)(const char *args, struct error *err);

    /* required; may take long only for backends that want isolation; nothing
     * is shared with other instances.
     * errors: as probe, and ERR_IO when loading fails */
    struct backend *(*create)(const char *args,
                              const struct slot *slot,
                              struct error *err);

    /* required; copies what it needs of `request`, does no work yet.
     * -1 with ERR_TRANSIENT when full (step first, then again);
     * ERR_PERMANENT when it can never answer this one */
    int (*submit)(struct backend *self,
                  const struct request *request,
                  struct error *err);

    /* required; works for about `budget_ms` milliseconds, then returns; with 0
     * it only collects what is ready.  Many requests may be in flight; replies
     * come in any order.  Call again while it returns 1.
     * 1 = `out` is filled and the caller's to release, 0 = nothing ready,
     * -1 = the backend is broken and must be destroyed (what was in flight is
     * lost); a request that fails alone is a reply with STATE_FAILED */
    int (*step)(struct backend *self,
                int budget_ms,
                struct reply *out,
                struct error *err);

    /* may be NULL; forget one request.  0 also when it is unknown */
    int (*cancel)(struct backend *self, struct hash128 unit);

    /* may be NULL: create() has loaded it.  Seconds that loading took; -1 while
     * it still loads.  One that breaks then could not be loaded */
    double (*load_s)(const struct backend *self);

    /* may be NULL; what was chosen when it was loaded, a line for the log; "":
     * nothing was */
    const char *(*chosen)(const struct backend *self);

    /* may be NULL; from now on so much a minute, this rank's share of what its
     * account allows; 0 = no limit */
    void (*set_rate)(struct backend *self, double requests, double tokens);

    /* required; accepts NULL; drops what is in flight; must not block long */
    void (*destroy)(struct backend *self);
};

/* First member of every implementation's own struct. */
struct backend {
    const struct backend_ops *ops;
};

/*
 * Make a backend from its spec.  One that wants isolation gets a child process
 * of its own unless the spec begins with "inprocess:".  The child is this
 * program (path_self), or what TRUSTSWEEP_PROGRAM names, with the argument
 * "backend-child".  The program ignores SIGPIPE: a write to a child that died is
 * then an error of step() and no more.
 *
 * slot     may be NULL: all defaults
 * returns  a backend to be given to backend_destroy(), or NULL
 * errors   ERR_USAGE for an unknown name (the nearest known one is named),
 *          plus what the backend's own create() reports
 */
struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err);
void backend_destroy(struct backend *backend);

/* Seconds that loading took after create(); -1 while it loads.  See the slot. */
double backend_load_s(const struct backend *backend);

/* Facts of a spec, without loading.  See the probe slot. */
int backend_probe(const char *spec,
                  struct backend_facts *out,
                  struct error *err);

/* What determines the replies to one task: see the identify slot.  1 = `out` is
 * filled (BACKEND_IDENTITY bytes), 0 = the facts' identity is all, -1. */
int backend_identify(const char *spec,
                     const char *task,
                     char *out,
                     struct error *err);

/* Whether it could be started here, as far as that can be seen: see the at_hand
 * slot. */
int backend_at_hand(const char *spec, struct error *err);

/* What requests [num] need: see the measure slot.  1 = `out` is filled, 0 = its
 * backend cannot tell, -1. */
int backend_measure(const char *spec,
                    const struct request *requests,
                    size_t num,
                    struct backend_need *out,
                    struct error *err);

/*
 * The spec with the relative path in its innermost backend made absolute.
 * free(); NULL with ERR_USAGE for an unknown name.
 */
char *backend_resolve(const char *spec, const char *folder, struct error *err);

/* The file or folder that the innermost backend of a spec reads; NULL when it
 * reads none.  free() */
char *backend_file(const char *spec);

/* Whether the innermost backend of a spec is_remote; false for unknown names. */
bool backend_is_remote(const char *spec);

/* The backend kinds of this build, NULL-terminated. */
const struct backend_ops *const *backend_kinds(void);

#endif
