/*
 * checkpoints.h - a job whose models appear while it runs: rounds of one run in
 * one run directory, each with the models that were complete when it began.
 */
#ifndef CHECKPOINTS_H
#define CHECKPOINTS_H

struct job;
struct rank_params;

/* Runs one round of a job file of its own; the exit status. */
typedef int (*checkpoints_round_fn)(void *context,
                                    const char *job_path,
                                    const char *dir);

/* Rounds until no checkpoint is new and the time is over, or INT, TERM or USR1
 * comes; then run.json says "unfinished" while more are waited for.  Takes `job`
 * over, as read.  The exit status of the last round; errors have been printed.
 * workers  of a round, for the deadline */
int checkpoints_run(struct job *job,
                    const struct rank_params *params,
                    int workers,
                    checkpoints_round_fn round,
                    void *context);

#endif
