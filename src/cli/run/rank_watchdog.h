/*
 * rank_watchdog.h - a rank that hangs ends itself, since no other can end it.
 */
#ifndef RANK_WATCHDOG_H
#define RANK_WATCHDOG_H

/* Who says so; before it is known only the host is said. */
void rank_watchdog_name(int number);

/* Die of SIGALRM, with a word on stderr, unless this is called again within the
 * limit: 120 s, or $TRUSTSWEEP_WATCHDOG seconds.  `doing` is a constant, and so
 * tells one from the other. */
void rank_watchdog_arm(const char *doing);
/* The same with a limit of its own, where that is longer. */
void rank_watchdog_arm_for(const char *doing, int limit_s);
void rank_watchdog_disarm(void);
int rank_watchdog_limit_s(void);

#endif
