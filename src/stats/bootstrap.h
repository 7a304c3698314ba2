/*
 * bootstrap.h - a 95 % interval for any statistic, by resampling.
 *
 * Percentile bootstrap.  Observations are drawn with replacement within their
 * stratum, whole clusters at a time (the repeats of one item belong together).
 * The generator is seeded: the same input gives the same interval on every run
 * and rank.  A statistic that cannot vary (all answers right) gets an interval
 * of width 0, which says less than it seems.
 */
#ifndef BOOTSTRAP_H
#define BOOTSTRAP_H

#include "stats/interval.h"

#include <stddef.h>
#include <stdint.h>

enum { BOOTSTRAP_RESAMPLES = 1000 };

struct bootstrap {
    size_t num;               /* observations */
    const uint32_t *strata;   /* [num], any numbers; NULL: one stratum */
    const uint64_t *clusters; /* [num], any numbers, within a stratum; NULL:
                                 each observation is its own */
    uint64_t seed;
};

/* The statistic over the observations picks[0 .. num - 1]; may be NaN. */
typedef double (*bootstrap_fn)(const size_t *picks,
                               size_t num,
                               const void *context);

/* None when there are fewer than 2 clusters, or when over a tenth of the
 * resamples give NaN. */
struct interval bootstrap_interval(const struct bootstrap *input,
                                   bootstrap_fn statistic,
                                   const void *context);

#endif
