/*
 * checkpoints_look.h - a look for new checkpoints between rounds: the job with those
 * that are asked, and word of those that are not.
 */
#ifndef CHECKPOINTS_LOOK_H
#define CHECKPOINTS_LOOK_H

#include "cli/folder/checkpoints_skipped.h"
#include "cli/run/checkpoints_fit.h"

#include <stddef.h>

struct cJSON;
struct error;
struct job;
struct sweep_params;

struct checkpoints_look {
    const struct sweep_params *from; /* borrowed, as are these two: */
    const char *dir;                 /* of the run */
    const char *path;                /* the job file of its last round */
    struct checkpoints_fit fit;
    struct checkpoints_skipped skipped;
    struct cJSON *refused; /* at the last look; or NULL */
};

/* Reads the job again.  Its models are then those of the last round and, behind
 * them, `*num_new` that are complete and in time; people are told of the others.
 *
 * job     job_destroy(), also after an error; or NULL
 * errors  as job_read(), checkpoint_models_take() and checkpoints_fit_new();
 *         ERR_USAGE: it names no checkpoints any more */
int checkpoints_look(struct checkpoints_look *self,
                     struct job **job,
                     size_t *num_new,
                     struct error *err);

/* Those that are not asked, on disk, for people who come when the run has ended,
 * with those that are complete since the last look, or were in a round that did not
 * begin. */
void checkpoints_look_end(struct checkpoints_look *self, const struct job *job);
void checkpoints_look_release(struct checkpoints_look *self);

#endif
