/*
 * run.h - a run as rank 0 holds it: the sweep, its directory, journal, schedule
 * and coordinator, wired to one another.
 */
#ifndef RUN_H
#define RUN_H

#include "cli/results/results.h"
#include "cli/results/spent.h"
#include "cli/run/deadline_news.h"
#include "cli/run/run_policy.h"
#include "cli/run/run_state.h"

#include <stdint.h>

struct coordinator_account;
struct coordinator_model;
struct coordinator_tariff;
struct mpi_seat;
struct rank_params;
struct run_counts;
struct run_gpus;
struct run_ledger;
struct run_rates;
struct record;
struct reply_cache;
struct transport;

/* Tokens that were paid for. */
struct run_tokens {
    double prompt;
    double reply;
    bool is_estimated; /* some of them */
};

enum { RUN_SNAPSHOT = 240 };

struct run {
    struct sweep *sweep;
    struct run_dir *dir;
    struct journal *journal;
    uint64_t *places;  /* [num_units]: where its record is; 0 = none */
    size_t first_open; /* every unit before it has its record, or needs none */
    bool retry_failed; /* what an earlier run gave up is not done */
    const char *part;  /* of the job that is asked here; NULL: all of it */
    bool *has_failed;  /* [num_units], in an earlier run, for good */
    size_t num_found;  /* records in the journal; a unit that failed and
                                was tried again may count twice */
    size_t num_asked_before; /* questions that the last start had */
    size_t num_left_out;     /* answers in the journal that no unit asks for */
    size_t num_left_answers; /* of these, what has an answer */
    size_t num_role_answers[NUM_ROLES]; /* in the journal */
    struct run_counts *counts;
    struct tracker *tracker;   /* of follow-ups, which are units too */
    struct reply_cache *cache; /* answers of roles from other runs; or NULL */
    char snapshots[NUM_ROLES][RUN_SNAPSHOT]; /* who answers; "" = not known */
    char fingerprints[NUM_ROLES][RUN_SNAPSHOT]; /* the first one of each */
    bool has_fingerprints[NUM_ROLES];           /* and there are others */
    bool has_changed; /* another one answered, and a role was stopped */
    int model_of_role[NUM_ROLES]; /* whose leases a role's units go into */
    struct run_policy policy;
    struct schedule *schedule;
    struct coordinator *coordinator;
    struct coordinator_model *models; /* [num_models], then roles */
    size_t num_models;                /* roles counted */
    struct run_gpus *gpus;     /* that answered; NULL: the job names none */
    struct run_tokens *tokens; /* [num_models of the job + NUM_ROLES], used by
                                  earlier runs */
    struct coordinator_tariff *tariffs;   /* [num_models] */
    struct coordinator_account *accounts; /* [num_accounts] */
    size_t num_accounts;
    struct run_state state;
    char *state_path;
    struct deadline_news deadline; /* of checkpoints */
    struct run_ledger *ledger;
    struct spent spent; /* of all starts, as of the last run_spend() */
    struct run_rates *rates;
    struct state_keeper *keeper; /* renews it; NULL = the last word is next */
    char *results_path;
    bool has_kept_results; /* of earlier runs, beside it: run_results.h */
    char digest[65];
    char *reason; /* that `state` borrows; or NULL */
};

/*
 * Open all of it; what the journal holds already counts as done.  After a
 * failure `run` is as far as it came, for run_close().
 *
 * seats  [ranks], where they are
 */
int run_open(struct run *run,
             const struct rank_params *params,
             struct transport *transport,
             const struct mpi_seat *seats,
             struct error *err);
void run_close(struct run *run);

/* What a record in the journal means for what is left; a journal_visit_fn. */
int run_remember(void *context,
                 const struct record *record,
                 uint64_t place,
                 struct error *err);

/* Make `spent`, which `state` tells, what it is now; nothing before there is a
 * coordinator. */
void run_spend(struct run *run);

/* The same while work goes on, and how fast it goes. */
void run_measure(struct run *run);

/* The last word in run.json: what the state is now, on disk. */
int run_last_word(struct run *run, struct error *err);

/* Judge what came in and hand what evaluators ask to the schedule; between
 * steps of the coordinator.  1 = did something, 0, -1 */
int run_follow_up(struct run *run, struct error *err);

/* Once the journal is flushed: the same until there is nothing left. */
int run_settle(struct run *run, struct error *err);

/* The replies in its journal, and the answers to follow-ups. */
struct reply_source run_source(struct run *run);
struct answerer run_answerer(struct run *run);

#endif
