/*
 * placed.h - models of one's own beside the published ones: each ranked with
 * the paper's sixteen, in the columns that are marked comparable and in no
 * other.
 *
 * The intervals are of the model's own items, resampled; the published values
 * stand as printed, as the board has no items.
 */
#ifndef PLACED_H
#define PLACED_H

#include "analysis/draws.h"
#include "stats/interval.h"

struct placed_row {
    size_t model;       /* of the grid */
    double *ranks;      /* [num_columns] of the board: among the published ones
                           and this one; NaN: not comparable */
    size_t num_columns; /* comparable */
    size_t num_drawn;   /* of these: with items to resample */
    double mean_rank;   /* over those; NaN without any */
    double place;       /* of that among the published models' means over the
                           same columns */
    struct interval mean_interval; /* NaN: nothing was drawn */
    struct interval place_interval;
    double *means; /* [num_published]: those means */
};

struct placed {
    struct grid board;
    struct placed_row *rows; /* [num_rows], the grid's models */
    size_t num_rows;
};

/* A model that is on the board itself is ranked with the others of it. */
void placed_make(struct placed *out,
                 const struct grid *grid,
                 const struct draws *draws,
                 const struct published *board);
void placed_release(struct placed *placed);

#endif
