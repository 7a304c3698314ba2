/*
 * checkpoints_since.h - from when `until` and `deadline` of a run in a folder
 * count: the six o'clock of a night stays the same morning when the run goes on
 * later, in the same batch job or by the same command.
 */
#ifndef CHECKPOINTS_SINCE_H
#define CHECKPOINTS_SINCE_H

#include <stdbool.h>
#include <stdint.h>

struct error;

/* Environment: that time, Unix s, of a batch job. */
#define CHECKPOINTS_SINCE "TRUSTSWEEP_SINCE"

/* Whether a night has begun in DIR, so that what starts there goes on with it: a
 * round has, or it was held. */
bool checkpoints_since_is_settled(const char *dir);

/* Unix s.  Of the environment, else what was kept in DIR of a night that has begun,
 * else now. */
int64_t checkpoints_since(const char *dir);

/* Hold what was kept, of a night that ends with all its checkpoints left out: no
 * round began, and yet the same command is no other night.  Nothing where it cannot
 * be written. */
void checkpoints_since_hold(const char *dir);

/* Keep it for all that goes on with the night, unless that has begun in DIR, which
 * is made.  errors  ERR_IO */
int checkpoints_since_keep(const char *dir, int64_t since_s, struct error *err);

#endif
