/*
 * rank_outcome.h - what the state of the coordinator means for people and scripts,
 * once rank 0 generates no more.
 */
#ifndef RANK_OUTCOME_H
#define RANK_OUTCOME_H

#include "cli/parts/stopping.h"

struct run;

/* Sets `state` of the run: its state, exit status and reason.
 *
 * stage        how far it was told to end
 * stopped_why  by whom, where it was; borrowed */
void rank_outcome(struct run *run,
                  enum stopping_stage stage,
                  const char *stopped_why);

#endif
