/*
 * mpirun.h - `run` outside MPI starts mpirun itself, with the flags that fit
 * the launcher's family and this machine.
 */
#ifndef MPIRUN_H
#define MPIRUN_H

#include <stdbool.h>
#include <stddef.h>

struct error;

struct mpirun_params {
    const char *program; /* our own file, absolute */
    const char *words;   /* $TRUSTSWEEP_RANKS: JSON array of the words that
                            start a rank in place of `program`; NULL: that */
    char *const *argv;   /* NULL-terminated; arguments of every rank */
    int ranks;     /* rank 0 included; 0 = a worker for each GPU of each node of
                  the allocation, else of this machine, else two */
    int num_apart; /* workers without a GPU, on top of all those */
    int share;     /* workers on each GPU; 0 = one */
    bool is_restart; /* leave out nodes on which nothing can be started */
    const char *state_path; /* run.json: once its state is final, an mpirun
                               that does not end by itself is ended */
    size_t state_bytes;     /* of it, at most */
    const char *library;    /* the MPI this program is linked with, as
                            transport_mpi_version() gives it: the launcher must
                            be of the same family; NULL or "": any */
    const char *launch_id;  /* "launch" in run.json when it is about us; NULL:
                               any */
    int start_limit_ms;     /* until rank 0 has written run.json; 0 = none.  A
                               rank that dies while it connects can leave mpirun
                               itself hanging */
    int silence_limit_ms; /* for how long a run.json that is not final may stay
                               as it is: rank 0 hangs or is stopped; 0 = for
                               ever */
    int end_grace_ms;     /* from the final state to that end; 0 = 30 s */
};

/* The command line, NULL-terminated; free with mpirun_free().  As root where
 * that is so, oversubscribed, unbound.  The launcher is $TRUSTSWEEP_MPIRUN, or
 * the first in $PATH that fits `library`; srun where that variable says so.
 * errors  ERR_USAGE when there is none that fits, ERR_IO as
 *         allocation_read() */
char **mpirun_command(const struct mpirun_params *params, struct error *err);
void mpirun_free(char **argv);

/* Workers that this starts, without `num_apart`; on a second start there may be
 * fewer, where nodes are left out.  Starts nothing and asks nobody. */
int mpirun_count_workers(const struct mpirun_params *params);

/* GPUs of this machine, without loading a driver. */
int mpirun_count_gpus(void);

/* How one start went. */
struct mpirun_outcome {
    int status;        /* of the run where it is final, else mpirun's */
    bool is_final;     /* run.json has the last word on it */
    bool wants_start;  /* ... which is that it should be started again */
    bool is_overdue;   /* ended because it did not begin in time */
    bool has_begun;    /* rank 0 has written run.json at all */
    double num_done;   /* units on disk, as last heard; -1 = unknown */
    double num_before; /* of these, when it began; -1 = unknown */
    char how[160]; /* it ended, where it has no last word: "rank 0 is gone" */
};

/*
 * Start it in a process group of its own and wait for its end.  INT, TERM and
 * USR1 (mpirun_signals.h counts them) are passed to rank 0, by the "pid" in
 * run.json; a second INT ends all within seconds, a third at once.
 * run.json says "is_final", "exit_status" and "counts.done"; one that was left
 * by an earlier run or belongs to another start does not count.
 * errors  ERR_USAGE when there is no mpirun that fits, ERR_IO
 */
int mpirun_start(const struct mpirun_params *params,
                 struct mpirun_outcome *out,
                 struct error *err);

#endif
