/*
 * checkpoints_wait.h - run.json while no round runs and checkpoints are waited
 * for: its state is RUN_STATE_WAITING, and the folder has an owner.
 */
#ifndef CHECKPOINTS_WAIT_H
#define CHECKPOINTS_WAIT_H

struct checkpoints_wait;

/*
 * Take the folder and say so, with what run.json says besides.  NULL: somebody
 * else has the folder, and nothing is said.
 *
 * until  as the job writes it
 */
struct checkpoints_wait *checkpoints_wait_begin(const char *dir,
                                                const char *job_name,
                                                const char *until);
/* Once in a while, so that run.json is no old one; accepts NULL. */
void checkpoints_wait_renew(struct checkpoints_wait *self);
/* run.json is what it was before, and the folder is free; accepts NULL. */
void checkpoints_wait_end(struct checkpoints_wait *self);

#endif
