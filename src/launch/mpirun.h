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
    char *const *argv;   /* NULL-terminated; arguments of every rank */
    int ranks; /* rank 0 included; 0 = a worker for each GPU, else two */
    const char *state_path; /* run.json: once its state is final, an mpirun
                               that does not end by itself is ended */
    const char *library;    /* the MPI this program is linked with, as
                            transport_mpi_version() gives it: the launcher must
                            be of the same family; NULL or "": any */
    int end_grace_ms;       /* from the final state to that end; 0 = 30 s */
};

/* The command line, NULL-terminated; free with mpirun_free().  As root where
 * that is so, oversubscribed, unbound.  The launcher is $TRUSTSWEEP_MPIRUN, or
 * the first in $PATH that fits `library`.
 * errors  ERR_USAGE when there is none that fits */
char **mpirun_command(const struct mpirun_params *params, struct error *err);
void mpirun_free(char **argv);

/* GPUs of this machine, without loading a driver. */
int mpirun_count_gpus(void);

/*
 * Run it in a process group of its own.  INT, TERM and USR1 reach rank 0 as
 * SIGUSR1 (a drain), by the "pid" in run.json; a second INT kills.
 * run.json says "is_final" and "exit_status"; one left by an earlier run does
 * not count until it is replaced.
 * returns  the exit status of the run: that of run.json when it is final, else
 *          mpirun's; -1 with ERR_USAGE when there is no mpirun
 */
int mpirun_run(const struct mpirun_params *params, struct error *err);

#endif
