/*
 * checkpoints_wait.h - run.json while no round runs and checkpoints are waited
 * for: its state is RUN_STATE_WAITING, and the folder has an owner.
 */
#ifndef CHECKPOINTS_WAIT_H
#define CHECKPOINTS_WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct checkpoints_wait;
struct job;
struct run_presence;

/* What is waited for. */
struct checkpoints_wait_for {
    const char *files;  /* the job's pattern, borrowed */
    int64_t until_s;    /* Unix time; 0 = it is not said until when */
    int64_t deadline_s; /* likewise; 0 = none */
    bool has_failed; /* the last round could not begin, which is said as well */
};

/* Tells stderr for what, and what of it is there: for a folder of another name it
 * would be all night.  False: that cannot be read now, and nothing was told. */
bool checkpoints_wait_tell(const struct job *job, int64_t until_s);

/* Take the folder and say so, with what run.json says besides.  NULL: somebody
 * else has the folder, and nothing is said. */
struct checkpoints_wait *checkpoints_wait_begin(
    const char *dir,
    const char *job_name,
    const struct checkpoints_wait_for *what);
/* Once in a while, so that run.json is no old one; accepts NULL. */
void checkpoints_wait_renew(struct checkpoints_wait *self);
/* The folder is free for a round, and run.json says that one begins, until rank 0
 * has written its own: what the round before said would be taken for the whole.
 * The mark of who starts it is there before the folder is free, so that nobody who
 * looks takes the run for a dead one; NULL where the folder is another's.
 * has_word  whether run.json says so */
struct run_presence *checkpoints_wait_round(struct checkpoints_wait *self,
                                            const char *dir,
                                            size_t num_new,
                                            bool *has_word);
/* run.json is what it was before, and the folder is free; accepts NULL. */
void checkpoints_wait_end(struct checkpoints_wait *self);

#endif
