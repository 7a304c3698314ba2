/*
 * restart.h - whether a run that ended is started again, and when.  Pure.
 *
 * Where one dead rank ends all (MPICH, srun), and where rank 0 itself or every
 * worker was lost, what is on disk stays and the same command goes on.  That is
 * repeated while it gets anywhere.
 */
#ifndef RESTART_H
#define RESTART_H

#include <stdbool.h>

struct mpirun_outcome;

enum { RESTART_FRUITLESS = 3 }; /* starts in a row that got no further */

struct restart {
    int max;           /* starts after the first, at most */
    int num;           /* of them so far */
    int num_fruitless; /* in a row */
    double best;       /* units on disk; -1 = nothing is known yet */
};

void restart_init(struct restart *self, int max);

/* Whether one more start can help at all: rank 0 ended without its last word,
 * or its last word was that it lost every worker. */
bool restart_helps(const struct mpirun_outcome *outcome);

/* Milliseconds until the next start, which is counted; -1 = no more. */
int restart_next(struct restart *self, const struct mpirun_outcome *outcome);

#endif
