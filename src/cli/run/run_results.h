/*
 * run_results.h - a run's results file, and how far it is while it is written:
 * told in run.json and in the progress line.
 */
#ifndef RUN_RESULTS_H
#define RUN_RESULTS_H

#include <stdbool.h>

struct error;
struct run;
struct turn;

/* In the run directory, beside results.h5 of a run in which nothing was answered:
 * the results of earlier ones, with answers that this job does not ask for.  Gone
 * when a run with answers writes results.h5. */
#define RUN_RESULTS_BEFORE "results.before.h5"

/*
 * Once nothing more is asked.  run.json says how far it is meanwhile, and signals
 * are heard: -1 with STOPPING_NOW in `turn` is INT twice, and no error.
 *
 * mpi  the library, for provenance
 */
int run_results_write(struct run *run,
                      struct turn *turn,
                      const char *mpi,
                      bool is_quiet,
                      struct error *err);

#endif
