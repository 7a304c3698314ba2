/*
 * run.h - a run as rank 0 holds it: the sweep, its directory, journal, schedule
 * and coordinator, wired to one another.
 */
#ifndef RUN_H
#define RUN_H

#include "cli/results.h"
#include "cli/run_state.h"

#include <stdint.h>

struct coordinator_model;
struct rank_params;
struct transport;

struct run {
    struct sweep *sweep;
    struct run_dir *dir;
    struct journal *journal;
    uint64_t *places; /* [num_units]: where its record is; 0 = none */
    struct schedule *schedule;
    struct coordinator *coordinator;
    struct coordinator_model *models; /* [num_models] */
    struct run_state state;
    char *state_path;
    char *results_path;
    char digest[65];
};

/*
 * Open all of it; what the journal holds already counts as done.  After a
 * failure `run` is as far as it came, for run_close().
 */
int run_open(struct run *run,
             const struct rank_params *params,
             struct transport *transport,
             struct error *err);
void run_close(struct run *run);

/* The replies in its journal. */
struct reply_source run_source(struct run *run);

#endif
