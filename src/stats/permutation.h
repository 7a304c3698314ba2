/*
 * permutation.h - how often chance alone gives as much: exact where all
 * rearrangements can be gone through, else from random ones.
 */
#ifndef PERMUTATION_H
#define PERMUTATION_H

#include "stats/correlation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fewer of a long series, of which each takes long. */
enum {
    PERMUTATION_DRAWS = 50000,
    PERMUTATION_LONG = 64,
    PERMUTATION_LONG_DRAWS = 2000,
};

struct permutation {
    double p;      /* two-sided; NaN: nothing to test */
    double least;  /* the smallest p that so few can give */
    bool is_exact; /* all rearrangements; else some of them */
};

/*
 * Two series without any relation: x against y in every other order.  Exact up
 * to 8 pairs.
 */
struct permutation permutation_correlation(correlation_fn statistic,
                                           const double *x,
                                           const double *y,
                                           size_t num,
                                           uint64_t seed);

/*
 * Two groups of one distribution: the difference of their means against that
 * of every other choice of as many units.  A unit is a value, or a family of
 * them that stays together.
 *
 * is_first  [num], which group
 * units     [num], small numbers from 0; a unit is of one group; NULL: each its
 *           own
 * Exact up to PERMUTATION_DRAWS choices.  NaN when a group is empty or a value
 * is NaN.
 */
struct permutation permutation_groups(const double *values,
                                      const bool *is_first,
                                      const uint32_t *units,
                                      size_t num,
                                      uint64_t seed);

#endif
