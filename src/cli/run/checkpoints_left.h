/*
 * checkpoints_left.h - checkpoints-left.json of a run directory: the complete
 * checkpoints for which there was no time before the deadline.
 */
#ifndef CHECKPOINTS_LEFT_H
#define CHECKPOINTS_LEFT_H

struct cJSON;
struct error;

/* names  one a line; without any the file goes */
int checkpoints_left_write(const char *dir,
                           const char *names,
                           struct error *err);

/* As `checkpoints_left_out` of `run`, where there are any. */
void checkpoints_left_add(const char *dir, struct cJSON *run);
/* From there, for people. */
void checkpoints_left_print(const struct cJSON *run);

#endif
