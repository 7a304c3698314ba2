/*
 * supervise.h - `run` outside MPI: mpirun, started again while that helps.
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include "launch/mpirun.h"

/* In the environment of every rank; rank 0 writes them into run.json. */
#define SUPERVISE_ID     "TRUSTSWEEP_LAUNCH"
#define SUPERVISE_STARTS "TRUSTSWEEP_STARTS"

struct supervise_params {
    struct mpirun_params mpirun; /* its launch_id is set here */
    int max_restarts;
    void (*say)(void *context, const char *what); /* a line for people */
    /* Whether another start may begin: asked before each but the first.  mpirun
     * may hide that rank 0 refused to begin. */
    int (*may_start)(void *context, struct error *err);
    /* The next start waits: `status` is to say so.  NULL: nobody is told. */
    void (*note_wait)(void *context, const char *launch_id, const char *what);
    void *context;
};

struct supervise_end {
    struct mpirun_outcome last;
    int num_starts;
    bool
        has_given_up; /* it would have to be started again, but was too often */
    bool was_told;    /* to end, by a signal */
    char launch_id[96];
};

/* errors  as mpirun_start(), and of may_start() */
int supervise_run(const struct supervise_params *params,
                  struct supervise_end *out,
                  struct error *err);

#endif
