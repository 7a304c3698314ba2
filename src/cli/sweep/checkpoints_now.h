/*
 * checkpoints_now.h - the checkpoints that a run of a job would ask now, for commands
 * that look only.
 */
#ifndef CHECKPOINTS_NOW_H
#define CHECKPOINTS_NOW_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct job;

/* The run for which a command looks. */
struct checkpoints_now_run {
    int64_t since_s;      /* as job_checkpoints_times() */
    bool goes_on;         /* likewise */
    const char *job_path; /* of its last round; need not be there */
};

/* For commands that look only: all that are complete now, or what a run that
 * goes on after its deadline has.
 * errors   ERR_USAGE when there is none and no other model, and as
 *          checkpoint_models_take() */
int checkpoints_now_expand(struct job *job,
                           const struct checkpoints_now_run *of,
                           struct error *err);

/* The same, but where there is none yet and the job waits for some (`until`): a
 * model that is as fast and loads as long as the job says of those to come, with
 * replies of nobody.  `*is_made_up`: so it is. */
int checkpoints_now_expect(struct job *job,
                           const struct checkpoints_now_run *of,
                           bool *is_made_up,
                           struct error *err);

#endif
