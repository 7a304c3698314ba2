/*
 * checkpoints_fit.h - new checkpoints before the deadline of their run: they are cut
 * to it, those for which there is no time are left out, and people are told.
 */
#ifndef CHECKPOINTS_FIT_H
#define CHECKPOINTS_FIT_H

#include "cli/folder/checkpoints_left_out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct job;

struct checkpoints_fit {
    const char *dir;                      /* of the run; borrowed */
    int workers;                          /* of a round */
    int64_t at_s;                         /* Unix time; 0 = none */
    struct checkpoints_left_out left_out; /* new ones, as was told last */
    bool is_forecast; /* they were, and no round has run since */
};

/* What an earlier start has left out may be in time now: none is yet.
 * errors  ERR_IO */
int checkpoints_fit_begin(struct checkpoints_fit *self, struct error *err);

/* The last `*num_new` models of `job` are new: what there is no time for leaves
 * it, or part of what they are asked.  Nothing where there is no deadline.
 *
 * num_others  models of the job, before all checkpoints
 * errors      as checkpoints_cut() */
int checkpoints_fit_new(struct checkpoints_fit *self,
                        struct job *job,
                        size_t num_others,
                        size_t *num_new,
                        struct error *err);

/* A round runs: afterwards there may be more time than was thought, and other
 * speeds. */
void checkpoints_fit_again(struct checkpoints_fit *self);
void checkpoints_fit_release(struct checkpoints_fit *self);

#endif
