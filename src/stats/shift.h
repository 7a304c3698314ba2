/*
 * shift.h - how far one group lies above another, without a normal law.
 */
#ifndef SHIFT_H
#define SHIFT_H

#include "stats/interval.h"

#include <stddef.h>

struct shift {
    double value;             /* median of all differences x - y */
    struct interval interval; /* of the rank sum test; exact, unless both groups
                                 have over 50 values: by the normal law */
    double level;             /* what it covers: at least 95 %; NaN: none */
};

/*
 * Hodges-Lehmann shift.  No interval where so few values cannot give one of
 * 95 %.
 *
 * x, y    finite
 * source  Hodges, Lehmann 1963; Hollander, Wolfe, Chicken, 4.3
 */
struct shift shift_hodges_lehmann(const double *x,
                                  size_t num_x,
                                  const double *y,
                                  size_t num_y);

/*
 * The difference of two means that a test at 5 % would find 4 times of 5, by
 * Student's t.  A permutation test finds 80 % of such with 4 against 12 units,
 * 59 % with 3 against 4, which give few different p (simulated, normal law).
 *
 * variance  within the groups, pooled
 * returns   NaN of fewer than three units or an empty group
 * source    Cohen 1988, 2.3, with quantiles of t for those of the normal law
 */
double shift_detectable(double variance, size_t num_x, size_t num_y);

struct delta {
    double value; /* P(x > y) - P(x < y), in [-1, 1] */
    struct interval interval;
};

/*
 * Cliff's delta.  No interval with fewer than 2 on a side; at +-1 the interval
 * is one-sided and ends there.
 *
 * source  Cliff 1996; Feng, Cliff 2004, the asymmetric interval with the
 *         consistent variance; at +-1: Wilson's interval for as many answers
 *         as the smaller group
 */
struct delta shift_cliff(const double *x,
                         size_t num_x,
                         const double *y,
                         size_t num_y);

#endif
