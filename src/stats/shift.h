/*
 * shift.h - how far one group lies above another, without a normal law.
 */
#ifndef SHIFT_H
#define SHIFT_H

#include "stats/interval.h"

#include <stddef.h>

struct shift {
    double value;             /* median of all differences x - y */
    struct interval interval; /* of the rank sum test, exact */
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
