/*
 * access_gap.h - proprietary against open models: in mean rank, overall and in
 * each dimension.
 *
 * A negative shift: proprietary models rank better.  Models of one family are
 * not independent, so that everything is said twice: of models, and of
 * families (the mean of each).
 */
#ifndef ACCESS_GAP_H
#define ACCESS_GAP_H

#include "analysis/rank.h"
#include "stats/permutation.h"
#include "stats/shift.h"

struct access_side { /* of models, or of families */
    size_t num_proprietary, num_open;
    double mean_proprietary, mean_open; /* of their mean ranks */
    struct shift shift;                 /* proprietary less open */
    struct delta delta; /* 1: every proprietary mean rank is larger (worse) */
    struct permutation test;
    double detectable; /* difference of means found 4 times of 5; NaN */
};

struct access_scope {
    const char *name;
    size_t num_columns;
    struct access_side models, families;
};

struct access_gap {
    struct access_scope *scopes; /* [num_scopes] of the ranking */
    size_t num_scopes;
};

void access_gap_make(struct access_gap *out,
                     const struct ranking *ranking,
                     uint64_t seed);
void access_gap_release(struct access_gap *gap);

/* Models of one family get one number, from 0; a model without family its own.
 * models: [num] of the grid.  units: [num] */
void access_gap_families(const struct grid *grid,
                         const size_t *models,
                         size_t num,
                         uint32_t *units);

#endif
