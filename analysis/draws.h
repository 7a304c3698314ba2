/*
 * draws.h - the values of a grid in many resamples of its items.
 *
 * A resample draws the units of each column (its clusters, else its items) and
 * gives every model's value on them; columns that share their items share the
 * draw.  A column of fewer than two units keeps its values.
 *
 * Where the refusal classifier decided, its own error is added: a normal number
 * for each model, column and resample, as it errs one way for all replies of a
 * model to a column (docs/decisions/001-refusal-classifier.md).  It is the same
 * number for one model in several files.
 */
#ifndef DRAWS_H
#define DRAWS_H

#include "analysis/cell_sums.h"

/* What draws may take of memory: of many checkpoints there are fewer. */
#define DRAWS_MAX_BYTES ((size_t)1 << 30)
enum { DRAWS_LEAST = 100 };

struct draws {
    const struct grid *grid;
    size_t num;     /* as many as asked for, or as fit */
    double *values; /* (draw, model, column); NaN only where the grid has it */
    size_t *num_units;    /* [num_columns], that were drawn; 0: kept */
    size_t num_undefined; /* values that a resample did not have: kept */
};

/* Who is told how far it is, from 0 to 1. */
struct draws_told {
    void (*show)(void *self, double share);
    void *self;
};

/* `grid` must outlive it.  The seed is the user's; equal input and seed give
 * equal draws.  told: NULL: nobody */
void draws_make(struct draws *out,
                const struct grid *grid,
                const struct cell_sums *cells,
                size_t num,
                uint64_t seed,
                const struct draws_told *told);
void draws_release(struct draws *draws);

/* The values of one draw, (model, column). */
const double *draws_at(const struct draws *draws, size_t draw);

#endif
