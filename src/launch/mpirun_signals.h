/*
 * mpirun_signals.h - INT, TERM and USR1 of the command that starts mpirun.
 * Private to launch/.
 */
#ifndef MPIRUN_SIGNALS_H
#define MPIRUN_SIGNALS_H

#include "base/stop_signals.h"

#include <stdbool.h>

struct mpirun_signals {
    struct sigaction old[STOP_SIGNALS];
};

/* Count them from now on; one user at a time. */
void mpirun_signals_catch(struct mpirun_signals *self);
void mpirun_signals_give_back(const struct mpirun_signals *self);

int mpirun_signals_interrupts(void); /* how often INT came */
int mpirun_signals_terms(void);      /* how often TERM came */
int mpirun_signals_came(void);       /* how often any of them did */
bool mpirun_signals_told(void);      /* any of them came */

/* The next one that rank 0 was not told of; 0 = none. */
int mpirun_signals_next(void);
void mpirun_signals_passed(int number);

#endif
