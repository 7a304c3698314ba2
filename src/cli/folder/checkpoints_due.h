/*
 * checkpoints_due.h - checkpoints-due.json of a run directory: the deadline of the
 * checkpoints that are asked there, for the ranks of a round, whose job has none;
 * and what is said of it.
 */
#ifndef CHECKPOINTS_DUE_H
#define CHECKPOINTS_DUE_H

#include <stdint.h>

struct cJSON;
struct run_standing;
struct text;

/* Unix s; 0 = there is none. */
int64_t checkpoints_due(const char *dir);
/* The same; 0: the file goes.  Where it cannot be written the deadline holds all
 * the same, and is only not shown: no error. */
void checkpoints_due_keep(const char *dir, int64_t at_s);

/* By how many seconds work ends after the deadline that is known to take `eta_s`
 * from now on (NaN: not known, so at least now); 0: in time. */
double checkpoints_due_late_s(int64_t at_s, double eta_s);

/* Adds "deadline", "deadline_unix_s" and, where it ends after it, "late_s" to a
 * run.json; nothing of no deadline.
 *
 * eta_s  until the end of what is asked; NaN: not known */
void checkpoints_due_add(struct cJSON *run, int64_t at_s, double eta_s);

/* "late_s" as of now, where there is a deadline: a run that has ended has no ETA. */
void checkpoints_due_renew(struct cJSON *run);

/* From there, a line for people; of a run that has ended only where it ended after
 * its deadline. */
void checkpoints_due_describe(const struct cJSON *run,
                              const struct run_standing *standing,
                              struct text *out);

#endif
