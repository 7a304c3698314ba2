/*
 * spread.h - which columns and dimensions tell the models apart, and what each
 * model should improve first.
 *
 * A column separates by how much of the variance of its values is between
 * models and not chance: signal = 1 - mean squared standard error / variance of
 * the values, at least 0.  For columns without intervals only the range is
 * told.
 */
#ifndef SPREAD_H
#define SPREAD_H

#include "analysis/rank.h"

struct spread_column {
    size_t column;
    size_t num_models; /* with a value */
    double best, worst, median;
    double range;  /* best less worst, as a share of the columns' own scale */
    double sd;     /* of the values */
    double error;  /* root mean square of their standard errors; NaN: unknown */
    double signal; /* in [0, 1]; NaN: unknown */
    double separated; /* share of pairs of models whose values differ by more
                         than 1.96 standard errors of the difference; NaN */
};

struct spread_dimension {
    const char *name;
    size_t num_columns; /* with two models or more */
    double range;       /* means over its columns */
    double signal;
    double separated;
};

/* What a model should improve first: where its rank is worst against its own
 * mean rank. */
enum { SPREAD_ADVICE = 3 };

struct spread_advice {
    size_t columns[SPREAD_ADVICE];
    double excess[SPREAD_ADVICE]; /* rank less the model's mean rank there */
    size_t num;
};

struct spread {
    struct spread_column *columns; /* [num_columns] of the grid */
    size_t num_columns;
    struct spread_dimension *dimensions; /* [num_dimensions], most
                                            separated first; of the board,
                                            which tells of none, widest */
    size_t num_dimensions;
    struct spread_advice *advice; /* [num_models] */
};

void spread_make(struct spread *out, const struct ranking *ranking);
void spread_release(struct spread *spread);

#endif
