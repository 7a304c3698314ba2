/*
 * coordinator.h - rank 0: hands out leases, takes results, survives workers.
 *
 * Knows neither plan nor journal: what it works through and where results go
 * are two small interfaces that src/cli wires.  One thread, no call blocks:
 * call coordinator_step() in a loop and sleep when it did nothing.
 */
#ifndef COORDINATOR_H
#define COORDINATOR_H

#include "trustsweep/record.h"
#include "trustsweep/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct schedule;
struct transport;

/* Units of earlier runs that coordinator_grow() brings again, but has not yet. */
struct work_expected {
    size_t num_units;
    size_t num_done;   /* of these */
    size_t num_failed; /* of those */
};

/* The units to be done.  `self` is passed to every call. */
struct work {
    void *self;
    size_t num_units;
    struct hash128 (*id)(void *self, size_t unit);
    size_t (*find)(void *self, struct hash128 id); /* SIZE_MAX = unknown */
    void (*request)(void *self, size_t unit, struct request *out);
    bool (*is_done)(void *self, size_t unit); /* from an earlier run */
    /* of one that is not done: nobody asks for it; NULL: none is so */
    bool (*is_left_out)(void *self, size_t unit);
    /* whether more units may come though all are done (coordinator_grow());
     * NULL: never */
    bool (*may_grow)(void *self);
    /* while nothing but answers to follow-ups is missing: the unit whose reply
     * has waited for one longest; else SIZE_MAX.  NULL: there are none */
    size_t (*waits_for)(void *self);
    /* of one that is done: whether it was given up then; NULL: none was */
    bool (*has_failed)(void *self, size_t unit);
    /* counted as if they were there, so that a run that goes on begins with the
     * counts it had; NULL: none is */
    struct work_expected (*expected)(void *self);
};

/* Where finished records go.  As journal_append() and journal_synced(). */
struct sink {
    void *self;
    int (*append)(void *self,
                  size_t unit,
                  const struct record *record,
                  uint64_t *ticket,
                  struct error *err);
    int (*synced)(void *self, uint64_t *ticket, struct error *err);
};

struct coordinator_model {
    const char *name;
    const char *spec;    /* of its backend, paths absolute */
    int stuck_ms;        /* so long it may answer nothing; 0 = as measured */
    int num_devices;     /* GPUs it is given; -1 = what a worker has */
    int num_ranks;       /* workers that are one slot of it; 0 = one */
    int num_nodes;       /* that these are on; 0 = one */
    int max_context;     /* tokens of its longest request; 0 = unknown */
    const char *kept_to; /* why it may not have every GPU; or NULL */
    bool
        needs_no_gpu; /* any worker may ask it when those that should are lost */
};

/* Limits of an account, over all workers, a minute; 0 = none. */
struct coordinator_account {
    double requests;
    double tokens;
};

/* What a model costs and whose account it is on. */
struct coordinator_tariff {
    int account;         /* into `accounts`; -1 = none */
    double prompt_price; /* of a token */
    double reply_price;
    double limit; /* nothing is leased that is expected to cost more; 0: none */
    double spent; /* by earlier runs */
    bool is_estimated; /* some of that */
};

struct coordinator_params {
    struct transport *transport; /* borrowed */
    struct schedule *schedule;   /* borrowed; one slot a worker rank */
    struct work work;
    struct sink sink;
    const struct coordinator_model *models; /* [num_models] */
    size_t num_models;
    const struct coordinator_tariff *tariffs;   /* [num_models]; NULL: none */
    const struct coordinator_account *accounts; /* [num_accounts] */
    size_t num_accounts;
    uint64_t tag;         /* of the run */
    int max_attempts;     /* then the unit is recorded as failed */
    int first_promise_ms; /* a worker must say hello within this */
    int max_promise_ms;   /* of a worker that does not load a model */
    int max_load_ms;      /* of one that does */
    int pulse_promise_ms; /* how long rank 0 itself may be silent */
    int backoff_ms;       /* before a failed unit is tried again, doubled */
};

void coordinator_params_defaults(struct coordinator_params *params);

struct worker_view { /* for the progress line and run.json */
    bool is_alive;
    bool is_lost;
    const char *host;  /* "" while unknown; borrowed */
    const char *state; /* a word: starting, idle, loading, generating, resting,
                          lost */
    char doing[64];    /* "loading gpt2", "12 items of gpt2", "idle" */
    uint64_t num_done;
};

/*
 * Where the seconds went, of a worker and model or of a model and task.  Every
 * second of every worker since the coordinator was made is in one of load_s,
 * prefill_s, decode_s, judge_wait_s, idle_s and wasted_s of one row and of one
 * cell, what is still under way too.
 */
struct ledger_seconds {
    double load_s;
    /* At work, divided as the reply that came of it was. */
    double prefill_s, decode_s;
    /* Nothing but answers to follow-ups was missing. */
    double judge_wait_s;
    double idle_s;
    double wasted_s; /* on what failed or was done twice; lost workers */
    uint64_t units, prompt_tokens, reply_tokens;
    uint64_t loads; /* that ended well; of rows */
};

#define LEDGER_NO_TASK SIZE_MAX

struct ledger_row {
    int rank;
    int model; /* it held, -1 = none; of judge_wait_s: whose reply waited */
    struct ledger_seconds spent;
};

/* Loads, idle seconds and waste that nothing was to blame for are divided among
 * the tasks of their model as its other seconds are; of LEDGER_NO_TASK until
 * there are such. */
struct ledger_cell {
    int model;   /* -1 = none: before a worker holds one, after it was lost */
    size_t task; /* as the schedule numbers them, or LEDGER_NO_TASK */
    struct ledger_seconds spent;
};

struct ledger_view {
    const struct ledger_row *rows; /* [num_rows] */
    size_t num_rows;
    const struct ledger_cell *cells; /* [num_cells], without empty ones */
    size_t num_cells;
    size_t num_ranks;   /* workers */
    double allocated_s; /* to each of them, by the clock */
};

struct coordinator_view {
    size_t num_units;    /* that are asked for, or were answered earlier */
    size_t num_left_out; /* further ones: neither asked nor answered */
    size_t num_done;     /* on disk, earlier runs included */
    size_t num_before;   /* of these, from an earlier run, here or elsewhere */
    size_t num_failed;   /* recorded as failed, earlier runs included */
    size_t num_overlong; /* in this start: longer than a context */
    size_t num_quarantined; /* in this run, for the workers they cost */
    size_t num_retries;
    size_t num_lost;                      /* workers lost */
    size_t num_loads;                     /* of models, that ended well */
    size_t num_refused;                   /* messages that made no sense */
    uint64_t reply_tokens, prompt_tokens; /* of this run */
    double eta_s;      /* NaN while unknown (no model with work was measured
                          and nothing is done), and once nothing more is leased */
    bool is_eta_guess; /* nobody has measured some model that has work */
    double cost;       /* of all models, earlier runs included; 0 = no prices */
    bool is_cost_estimated; /* of some replies the tokens were not counted */
    bool is_draining;
    const struct worker_view *workers; /* [num_workers], rank 1 first */
    size_t num_workers;
};

enum coordinator_state {
    COORDINATOR_RUNNING = 0,
    COORDINATOR_DONE,      /* every unit is recorded */
    COORDINATOR_DRAINED,   /* told to stop, and all that was started is safe */
    COORDINATOR_ABANDONED, /* no worker is left */
    COORDINATOR_BROKEN,    /* the sink failed; see the error */
};

struct coordinator *coordinator_create(const struct coordinator_params *params);
void coordinator_destroy(struct coordinator *self);

/* One turn: take messages, send leases and acknowledgements, look at promises.
 * 1 = did something, 0 = idle, -1 = broken (err says why). */
int coordinator_step(struct coordinator *self, struct error *err);
enum coordinator_state coordinator_state(const struct coordinator *self);
/* There are `num_units` now; the new ones are in the schedule already.  Between
 * steps only. */
void coordinator_grow(struct coordinator *self, size_t num_units);

void coordinator_drain(struct coordinator *self); /* hand out nothing more */

/* Tell the workers to end; call step() some more to let it leave. */
void coordinator_stop(struct coordinator *self);

/* The same where no coordinator was made, as no run begins. */
void coordinator_turn_away(struct transport *transport, uint64_t tag);

/* Units on disk, those of earlier runs included: as in the view, for each turn. */
size_t coordinator_num_done(const struct coordinator *self);

/* Borrowed, until the next step.  Looks at every worker: of tens of thousands that
 * takes longer than a step does. */
const struct coordinator_view *coordinator_view(struct coordinator *self);

/* Where the seconds went until now; borrowed, until the next call. */
const struct ledger_view *coordinator_ledger(struct coordinator *self);

/* Why a model was given up: its units are recorded as failed.  NULL = it was
 * not; borrowed. */
const char *coordinator_given_up(const struct coordinator *self, size_t model);

/* Give it up: what is open of it is recorded as failed, `why` with it. */
void coordinator_give_up(struct coordinator *self,
                         size_t model,
                         const char *why);

/* Whether that was for its cost limit. */
bool coordinator_is_spent(const struct coordinator *self, size_t model);

/* What a model has cost, earlier runs included. */
double coordinator_cost(const struct coordinator *self, size_t model);

#endif
