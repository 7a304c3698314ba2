/*
 * rank_turn.h - rank 0 between its steps: what signals told it, and what run.json
 * says meanwhile.
 */
#ifndef RANK_TURN_H
#define RANK_TURN_H

#include "cli/parts/stopping.h"
#include "cli/run/run_state.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct run;

struct turn {
    struct stopping stopping;
    enum stopping_stage stage;
    pid_t launcher;
    int64_t renewed_ms;
};

/* What run.json says as of now, of a run that goes on or is told to end. */
struct run_state turn_state(struct run *run, const struct turn *turn);

/* While items are asked: a signal that came, or whose time it is, is told to
 * people and ends the leasing. */
void turn_listen(struct run *run, struct turn *turn);

/* While results are written: a signal that came is told to people; whether there
 * was one.  Its stage is STOPPING_NOW when there is to be no results file. */
bool turn_listen_writing(struct turn *turn);

/* The same ends the run: its last word is of one that was stopped. */
void turn_conclude_abandoned(struct run *run, const struct turn *turn);

#endif
