/*
 * trend.h - a series of checkpoints: does it rise, and does it change at once.
 */
#ifndef TREND_H
#define TREND_H

#include <stddef.h>
#include <stdint.h>

struct trend {
    double slope; /* Theil-Sen: median of all slopes; NaN with fewer than 2 */
    double p;     /* of Kendall's tau, by permutation; NaN with fewer than 3 */
    double least_p; /* that so few can give */
};

/* x: increasing.  source: Sen 1968; Mann 1945 */
struct trend trend_of(const double *x,
                      const double *y,
                      size_t num,
                      uint64_t seed);

struct change {
    double
        statistic; /* Pettitt's: the most that signs before and after differ */
    size_t at;     /* the first value after the change; 0: none */
    double p;      /* by permutation; NaN with fewer than 4 */
    double before; /* medians */
    double after;
};

/* A single change of level.  source: Pettitt 1979 */
struct change trend_change(const double *y, size_t num, uint64_t seed);

#endif
