/*
 * bootstrap.h - a 95 % interval for any statistic of sums, by resampling.
 *
 * Units (whole clusters, items with their repeats) are drawn with replacement
 * within their stratum.  The statistic is a function of sums over entries, so a
 * resample adds up units, and units with equal sums are of one kind: how often
 * a kind is drawn is multinomial.  That is the same law as drawing entries, at
 * a cost that follows the number of kinds, and it makes the interval depend on
 * what the units are, not on their order or names.
 *
 * Strata of a single unit are joined (stats/strata.h).
 *
 * Percentiles, moved outwards for few units as Student's t is (Hesterberg
 * 2015, "expanded percentile interval").  The generator is seeded: the same
 * input gives the same interval on every run and rank.
 */
#ifndef BOOTSTRAP_H
#define BOOTSTRAP_H

#include "stats/interval.h"

#include <stddef.h>
#include <stdint.h>

enum { BOOTSTRAP_RESAMPLES = 1000 };

struct bootstrap {
    size_t num;             /* entries */
    size_t width;           /* sums */
    const double *parts;    /* (num, width): what an entry adds to each sum */
    const uint32_t *units;  /* [num], small numbers from 0 */
    const uint32_t *strata; /* [num], small numbers; NULL: one stratum */
    uint64_t seed;
};

/* The statistic of sums[width]; may be NaN. */
typedef double (*bootstrap_fn)(const double *sums, const void *context);

/* None when there are fewer than 2 units, or when over a tenth of the resamples
 * give NaN.  Of width 0 when no resample differs. */
struct interval bootstrap_interval(const struct bootstrap *input,
                                   bootstrap_fn statistic,
                                   const void *context);

#endif
