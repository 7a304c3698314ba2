/*
 * rank_watchdog.h - a rank that hangs ends itself, since no other can end it.
 */
#ifndef RANK_WATCHDOG_H
#define RANK_WATCHDOG_H

/* Die of SIGALRM, with a word on stderr, unless this is called again within the
 * limit: 120 s, or $TRUSTSWEEP_WATCHDOG seconds.  `doing` is a constant. */
void rank_watchdog_arm(const char *doing);
void rank_watchdog_disarm(void);
int rank_watchdog_limit_s(void);

#endif
