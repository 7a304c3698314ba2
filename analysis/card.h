/*
 * card.h - the published rank card beside the ranks of the values that were
 * published with it: what it averages to, and where it errs.
 */
#ifndef CARD_H
#define CARD_H

#include "analysis/grid.h"

enum card_error {
    CARD_DIRECTION = 1, /* ranked the other way round */
    CARD_VALUE,         /* a rank that its value does not have */
    CARD_TIES,          /* off by one or two: ties, rounding, older values */
};

/* "direction", "value", "ties". */
const char *card_error_name(enum card_error error);

struct card_row { /* a column in which the card differs */
    size_t column;
    enum card_error error;
    size_t num_cells;
};

struct card_cell { /* where it differs */
    size_t model, column;
    double card, recomputed;
};

struct card_mean {
    double card;       /* mean of the 31 ranks of the card */
    double printed;    /* average rank as published */
    double recomputed; /* mean rank by the printed values */
};

struct card {
    struct card_mean *means; /* [num_models] of the grid */
    struct card_row *rows;   /* [num_rows], in column order */
    size_t num_rows;
    struct card_cell *cells; /* [num_cells], by column */
    size_t num_cells;
    size_t num_equal_rows;  /* columns without a difference */
    size_t num_equal_means; /* models whose card mean is the printed average */
};

/* grid: of grid_of_board(). */
void card_make(struct card *out,
               const struct grid *grid,
               const struct published *board);
void card_release(struct card *card);

#endif
