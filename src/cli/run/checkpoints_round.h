/*
 * checkpoints_round.h - the job file of one round, in the run directory.
 */
#ifndef CHECKPOINTS_ROUND_H
#define CHECKPOINTS_ROUND_H

struct error;
struct job;

/*
 * As a job of its own: with the models that it has now, and without looking for
 * more.  Paths in it are those that the job file means, not the folder's of the
 * new one.
 *
 * job     its specs are as in the new one behind it
 * dir     made where it is not there
 * path    of the file
 * errors  ERR_IO; what a spec lacks
 */
int checkpoints_round_write(struct job *job,
                            const char *dir,
                            const char *path,
                            struct error *err);

#endif
