/*
 * rank.h - who stands where: in each column, each dimension, and overall.
 *
 * In a column, competition ranks of the models that have a value.  In a scope
 * (a dimension, or all), the mean of the ranks, as published: over the columns
 * that every model of the scope has, so that no model gains by what it lacks.
 * Models with fewer than half of the columns of the fullest one are left out of
 * the scopes, and named.  Overall, columns count by the weight of their
 * dimension.
 */
#ifndef RANK_H
#define RANK_H

#include "analysis/draws.h"

struct rank_cell {
    double rank; /* NaN: no value */
    double low;  /* of the resamples, 95 %; NaN: none */
    double high;
    double p_first; /* share of the resamples, as in struct rank_row */
    double p_top3;
};

struct rank_row {
    size_t model;
    double mean_rank;
    double low; /* items resampled; NaN: none */
    double high;
    double columns_low; /* columns resampled within dimensions */
    double columns_high;
    double columns_p_first; /* share of those; NaN: too few columns */
    double columns_p_top3;
    double place; /* competition rank of mean_rank */
    double place_low;
    double place_high;
    double p_first; /* share of the resamples; models that are equal there share
                       the place, so that those of all models are 1, or 3 */
    double p_top3;
};

struct rank_scope {
    const char *name; /* "overall", or the dimension */
    size_t *columns;  /* [num_columns], that all have */
    size_t num_columns;
    bool is_weighted;      /* by the weights of columns; else all count one */
    size_t num_possible;   /* columns of the scope */
    struct rank_row *rows; /* [num_rows], best first */
    size_t num_rows;
};

struct ranking {
    const struct grid *grid;
    const struct draws *draws; /* or NULL */
    bool *is_in;               /* [num_models], of the scopes */
    struct rank_cell *cells;   /* (model, column) */
    struct rank_scope *scopes; /* [num_scopes]; overall stands first */
    size_t num_scopes;
};

/* draws: NULL for a grid without items, as the published board: no intervals of
 * items then.  Grid and draws must outlive it. */
void rank_make(struct ranking *out,
               const struct grid *grid,
               const struct draws *draws,
               uint64_t seed);
void rank_release(struct ranking *ranking);

/* What the scope's column `at` counts in it. */
double rank_weight(const struct ranking *self,
                   const struct rank_scope *scope,
                   size_t at);

/* Whether they differ. */
bool rank_has_weights(const struct ranking *self,
                      const struct rank_scope *scope);

/* What has to be said where a mean rank of the scope lies outside its interval of
 * items resampled; NULL: none does.  Resampled items make ties and turn the order
 * of near models, so their ranks are drawn to the middle. */
const char *rank_note(const struct rank_scope *scope);

/* Mean ranks of a scope over other values, (model, column) of the grid.
 * means: [num_models]; NaN for models that are not in. */
void rank_means(const struct ranking *self,
                const struct rank_scope *scope,
                const double *values,
                double *means);

#endif
