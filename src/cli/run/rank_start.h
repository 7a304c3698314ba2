/*
 * rank_start.h - this process as one rank of a run: MPI, where all ranks are, and
 * which of them ask what needs no GPU.
 */
#ifndef RANK_START_H
#define RANK_START_H

#include <stdint.h>

struct rank_params;

/* Until the run ends.  The exit status; the error, if any, has been printed.
 *
 * num_wanted  ranks that the command line says; 0: it says none */
int rank_start(const struct rank_params *params, int64_t num_wanted);

#endif
