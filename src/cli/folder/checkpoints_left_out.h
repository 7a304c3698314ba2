/*
 * checkpoints_left_out.h - checkpoints-left.json of a run directory: the complete
 * checkpoints for which there was no time before the deadline.
 */
#ifndef CHECKPOINTS_LEFT_OUT_H
#define CHECKPOINTS_LEFT_OUT_H

#include "base/text.h"

#include <stdbool.h>

struct cJSON;
struct error;

/* {0}: none */
struct checkpoints_left_out {
    struct text names; /* one a line */
    bool is_too_wide;  /* smaller subsets might fit, */
    double widest;     /* with wider intervals than this, the job's */
};

void checkpoints_left_out_release(struct checkpoints_left_out *self);

/* "left out, no time before the deadline", and for what; free() */
char *checkpoints_left_out_title(const struct checkpoints_left_out *self);

/* Appends the names to a list. */
void checkpoints_left_out_list(const struct checkpoints_left_out *self,
                               struct cJSON *list);

/* Without any names the file goes. */
int checkpoints_left_out_write(const char *dir,
                               const struct checkpoints_left_out *self,
                               struct error *err);

/* As `checkpoints_left_out` of `run`, where there are any, and
 * `checkpoints_left_widest`, where it is for that. */
void checkpoints_left_out_add(const char *dir, struct cJSON *run);
/* Why those are left out, from there; NULL: there are none.  free() */
char *checkpoints_left_out_why(const struct cJSON *run);
/* From there, a line for people. */
void checkpoints_left_out_describe(const struct cJSON *run, struct text *out);

#endif
