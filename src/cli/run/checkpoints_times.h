/*
 * checkpoints_times.h - until when a run of checkpoints waits for new ones, and its
 * deadline: settled once, when it starts.
 */
#ifndef CHECKPOINTS_TIMES_H
#define CHECKPOINTS_TIMES_H

struct error;
struct job;
struct job_checkpoints_times;

/* As the job says, counted from when the run in `dir` began; both are kept there,
 * for those who go on with it.  Says on stderr what of them is over.
 * errors  as job_checkpoints_times(); ERR_IO */
int checkpoints_times_settle(const struct job *job,
                             const char *dir,
                             struct job_checkpoints_times *out,
                             struct error *err);

#endif
