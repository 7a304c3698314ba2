/*
 * checkpoints_since.h - from when `until` and `deadline` of a run in a folder
 * count: the six o'clock of a night stays the same morning when the run goes on
 * later, in the same batch job or by the same command.
 */
#ifndef CHECKPOINTS_SINCE_H
#define CHECKPOINTS_SINCE_H

#include <stdint.h>

struct error;

/* Environment: that time, Unix s, of a batch job. */
#define CHECKPOINTS_SINCE "TRUSTSWEEP_SINCE"

/* Unix s.  Of the environment, else what was kept in DIR of a run that has begun,
 * else now. */
int64_t checkpoints_since(const char *dir);

/* Keep it for all that goes on with the run, unless a run has begun in DIR, which
 * is made.  errors  ERR_IO */
int checkpoints_since_keep(const char *dir, int64_t since_s, struct error *err);

#endif
