/*
 * checkpoints_skipped.h - checkpoints-skipped.json of a run directory: what has the
 * name of a checkpoint and is asked nothing, and why, as the last look found it.
 */
#ifndef CHECKPOINTS_SKIPPED_H
#define CHECKPOINTS_SKIPPED_H

#include "base/text.h"

#include <stdbool.h>

struct cJSON;

/* {0}: nothing was written yet. */
struct checkpoints_skipped {
    struct text written; /* the file as it was written last */
    bool has_written;
};

void checkpoints_skipped_release(struct checkpoints_skipped *self);

/* Adds {"name", "path", "reason"} to a list of them; path NULL: without. */
void checkpoints_skipped_note(struct cJSON *list,
                              const char *name,
                              const char *path,
                              const char *reason);

/* Where something has changed; without any the file goes.  A folder that cannot be
 * written is no reason to end a run: the next call tries again.
 *
 * refused     a list: no models, or copies; borrowed
 * incomplete  another: still being written, as far as can be seen; borrowed
 * unasked     another: complete when the run ended, and in no round; borrowed */
void checkpoints_skipped_write(struct checkpoints_skipped *self,
                               const char *dir,
                               const struct cJSON *refused,
                               const struct cJSON *incomplete,
                               const struct cJSON *unasked);

/* As `checkpoints_refused`, `checkpoints_incomplete` and `checkpoints_unasked` of
 * `run`, where there are any; with what checkpoints_left_out_add() adds. */
void checkpoints_skipped_add(const char *dir, struct cJSON *run);
/* From there, a line each for people; nothing where there are none. */
void checkpoints_skipped_describe(const struct cJSON *run, struct text *out);
/* From there, {"name", "reason"} of each that is asked nothing, also of those that
 * the deadline left out; json_free(). */
struct cJSON *checkpoints_skipped_list(const struct cJSON *run);
/* The same, of the folder in which a results file lies under the name that a run
 * gives it; NULL: none. */
struct cJSON *checkpoints_skipped_beside(const char *results);

#endif
