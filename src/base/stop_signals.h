/*
 * stop_signals.h - INT, TERM and USR1, which tell a process to end, counted.
 * One user a process: counts are of the whole process.
 */
#ifndef STOP_SIGNALS_H
#define STOP_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

enum {
    STOP_SIGNALS = 3,
    /* One signal may come twice, to a process and to its group, as `timeout` and
     * a batch system send it; no person presses keys twice in that time. */
    STOP_SIGNALS_SAME_MS = 500,
};

extern const int stop_signals_numbers[STOP_SIGNALS]; /* SIGINT first */

/* Keep them back, so that none is lost between a fork() and the handlers of what
 * the child becomes: a program starts with those blocked that were blocked before
 * execve().  stop_signals_catch() of that program lets them come. */
void stop_signals_hold(sigset_t *old);
void stop_signals_let_come(const sigset_t *old);

/* Count them from now on, from 0; one that comes within STOP_SIGNALS_SAME_MS of
 * the last of its number that was counted is the same.  old: [STOP_SIGNALS], what
 * was done about them before; or NULL. */
void stop_signals_catch(struct sigaction *old);
/* Each counts: for one who is told by a process that counts as above. */
void stop_signals_catch_each(void);
void stop_signals_give_back(const struct sigaction *old);
void stop_signals_ignore(void);

/* How often stop_signals_numbers[index] has come. */
int stop_signals_came(int index);
bool stop_signals_any(void); /* any of them came */

#endif
