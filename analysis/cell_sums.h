/*
 * cell_sums.h - what each value of a grid is made of (score/sums.h), from the
 * verdicts in a results file.
 */
#ifndef CELL_SUMS_H
#define CELL_SUMS_H

#include "analysis/grid.h"
#include "score/sums.h"

struct error;

struct cell_sums {
    size_t num_models, num_columns; /* of the grid */
    struct sums *cells; /* (model, column); num 0: nothing to resample */
    uint64_t *seeds; /* [num_columns]: equal where columns share their items */

    struct cJSON **labels; /* (file, column); the sums borrow them */
    const char ***label_lists;
    size_t num_labels;
};

/* ERR_IO, ERR_FORMAT; ERR_USAGE when files have another item in one place, so
 * that they cannot be compared by item.  `out` is to be given to
 * cell_sums_release() when this gives 0. */
int cell_sums_load(struct cell_sums *out,
                   const struct grid *grid,
                   struct error *err);
void cell_sums_release(struct cell_sums *cells);

#endif
