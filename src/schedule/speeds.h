/*
 * speeds.h - seconds a token takes, by model and task, learned.
 *
 * A cell's expected tokens are a guess: replies to a task may be four times as
 * long as thought, and then they mostly are for every model.  So a cell that was
 * not measured is predicted as what its model is off by, times what its task is
 * off by, both from the cells that were.
 */
#ifndef SPEEDS_H
#define SPEEDS_H

#include <stdbool.h>
#include <stddef.h>

struct speeds;

struct speeds *speeds_create(size_t num_models, size_t num_tasks);
void speeds_destroy(struct speeds *self);

/* What is thought before anything was measured; 0 = unknown.  A guess is
 * believed in part: nearer to the mean of all than it says. */
void speeds_expect(struct speeds *self,
                   size_t model,
                   double tokens_per_s,
                   bool is_guessed);

/* Whether it is a guess still: nothing was measured of the model. */
bool speeds_is_guess(const struct speeds *self, size_t model);

/* The same, or nothing at all was known of it. */
bool speeds_is_unsure(const struct speeds *self, size_t model);

/* Units of that cell with so many expected tokens took so long on one slot. */
void speeds_observe(struct speeds *self,
                    size_t model,
                    size_t task,
                    double tokens,
                    double seconds);

/* Seconds a token [num_tasks], from all that is known; all 0 = no idea.
 * Borrowed until the next call of any function here. */
const double *speeds_of(struct speeds *self, size_t model);

#endif
