/*
 * run_state.h - run.json: what became of a run.  The truth when a launcher's
 * exit status lies; written to a temporary name and renamed, or over the old
 * one when a full disk has no room for a second.
 */
#ifndef RUN_STATE_H
#define RUN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct coordinator;
struct coordinator_view;
struct error;
struct reply_cache;
struct run_counts;
struct run_gpus;
struct run_ledger;
struct run_policy;
struct run_rates;
struct schedule;
struct spent;
struct sweep;
struct text;
struct tracker;

struct run_state {
    const char *state; /* "running", "done", "unfinished", "failed": by an
                          error, or since nothing was answered */
    bool is_complete;  /* every unit has its record, answered or failed */
    bool is_final;
    bool is_ending; /* with is_final: told to end, and may be killed before it
                       can say more */
    const char *stage;  /* RUN_STAGE_; NULL: not told */
    size_t stage_done;  /* of RUN_STAGE_SCORING: units in results.h5 */
    size_t stage_units; /* ... of so many; 0: not known */
    int exit_status;
    const char *reason; /* one sentence, or NULL */
    const char *job;    /* its name */
    const char *digest; /* of results.h5, or NULL */
    int ranks;
    int starts;         /* how often the ranks were started for this run */
    const char *launch; /* which command started them; NULL = unknown */
    bool start_again;   /* with is_final: starting it again may help at once */
    int64_t started_ms; /* Unix time */
    int64_t deadline_s; /* of checkpoints, Unix time; 0 = none */
    const struct coordinator_view *view; /* counts; may be NULL */
    /* with `view`: names, and what is left and why */
    const struct sweep *sweep;
    struct coordinator *coordinator;
    struct schedule *schedule;
    const struct spent *spent; /* of all starts; NULL: nothing is told of it */
    const struct run_ledger *ledger; /* with `spent`: where it is kept */
    const struct run_counts *counts; /* NULL: nothing of models is told */
    const struct tracker *tracker;   /* with `counts` */
    const struct run_policy *policy;
    const struct run_rates *rates;   /* or NULL */
    const struct run_gpus *gpus;     /* that answered; or NULL */
    const struct reply_cache *cache; /* of answers of roles; or NULL */
};

/* json_free() */
struct cJSON *run_state_json(const struct run_state *state);
/* Its text. */
void run_state_format(const struct run_state *state, struct text *out);
int run_state_write(const char *path,
                    const struct run_state *state,
                    struct error *err);

/* What the last start said at `path`; 0 where it did not. */
struct run_state_before {
    double num_units; /* that it knew of */
    double num_done;  /* on disk when it ended; 0 where it has no last word */
};

struct run_state_before run_state_before(const char *path);

#endif
