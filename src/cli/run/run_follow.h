/*
 * run_follow.h - the follow-ups of a run: what its tracker is wired to.
 */
#ifndef RUN_FOLLOW_H
#define RUN_FOLLOW_H

struct run;

/* The tracker of run->sweep; before the journal is read. */
void run_follow_create(struct run *run);

/* Take note of what an earlier run recorded; once the coordinator is there. */
void run_follow_catch_up(struct run *run);

#endif
