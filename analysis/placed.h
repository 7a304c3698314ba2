/*
 * placed.h - models of one's own beside the published ones: each ranked with
 * the paper's sixteen, in the columns that are marked comparable and in no
 * other.
 */
#ifndef PLACED_H
#define PLACED_H

#include "analysis/grid.h"

struct placed_row {
    size_t model;       /* of the grid */
    double *ranks;      /* [num_columns] of the board: among the published ones
                           and this one; NaN: not comparable */
    size_t num_columns; /* comparable */
    double mean_rank;   /* over those; NaN without any */
    double place;       /* of that among the published models' means over the
                           same columns */
    double *means;      /* [num_published]: those means */
};

struct placed {
    struct grid board;
    struct placed_row *rows; /* [num_rows], the grid's models */
    size_t num_rows;
};

/* A model that is on the board itself is ranked with the others of it. */
void placed_make(struct placed *out,
                 const struct grid *grid,
                 const struct published *board);
void placed_release(struct placed *placed);

#endif
