/*
 * piece_look.h - one piece of a job, looked at: whether it is there, what it is, and
 * how to get it where it is not.
 */
#ifndef PIECE_LOOK_H
#define PIECE_LOOK_H

#include "cli/sweep/pieces.h"

struct job;

/* Of the data set; fills in file, detail and identity. */
void piece_look_at_dataset(const struct job *job, struct piece *piece);

/* Of a model or a role; the spec is the job's own until then, and the piece's after.
 * It loads nothing. */
void piece_look_at_backend(const struct job *job, struct piece *piece);

/* It is not ready, for `what`; takes `way_out` over, which may be NULL. */
void piece_look_blame(struct piece *piece,
                      enum piece_state state,
                      const char *what,
                      char *way_out);

#endif
