/*
 * recorded_tapes.h - recorded answers of the models of a `score`, read once: to
 * tell what determines the replies, and kept until they are asked for.  Above a
 * bound they are given back, and read a second time.
 */
#ifndef RECORDED_TAPES_H
#define RECORDED_TAPES_H

#include "cli/sweep/sweep.h"

#include <stddef.h>

struct error;
struct recorded_tapes;
struct replay_folders;
struct replay_tapes;

struct recorded_tapes *recorded_tapes_create(size_t num_models);
void recorded_tapes_destroy(struct recorded_tapes *self); /* accepts NULL */

/* For sweep_open_job(). */
struct identifier recorded_tapes_identifier(struct recorded_tapes *self);

/* Whether a spec is of recorded answers, without a backend around them. */
bool recorded_tapes_are(const char *spec);

/* Those of a model, which stay until they are closed; NULL with an error.
 * folders: where they lie; borrowed */
struct replay_tapes *recorded_tapes_open(struct recorded_tapes *self,
                                         size_t model,
                                         const char *spec,
                                         const struct replay_folders **folders,
                                         struct error *err);
void recorded_tapes_close(struct recorded_tapes *self, size_t model);

#endif
