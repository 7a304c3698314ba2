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
    int ranks;           /* rank 0 included; 0 = a worker for each GPU, else 2 */
    const char *state_path; /* run.json: once its state is final, an mpirun
                               that does not end within 30 s is ended */
};

/* The command line, NULL-terminated; free with mpirun_free().  As root and
 * oversubscribed where that is so, unbound, threads a rank = cores / workers. */
char **mpirun_command(const struct mpirun_params *params, struct error *err);
void mpirun_free(char **argv);

/* GPUs of this machine, without loading a driver. */
int mpirun_count_gpus(void);

/*
 * Run it in a process group of its own.  INT and TERM reach rank 0 as SIGUSR1
 * (a drain); a second INT kills.
 * returns  the exit status of the run: that of run.json when it is final, else
 *          mpirun's; -1 with ERR_USAGE when there is no mpirun
 */
int mpirun_run(const struct mpirun_params *params, struct error *err);

#endif
