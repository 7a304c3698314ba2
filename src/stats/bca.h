/*
 * bca.h - bootstrap intervals of statistics of a few cases, corrected for bias
 * and skewness.
 *
 * source  Efron 1987, "Better bootstrap confidence intervals"
 */
#ifndef BCA_H
#define BCA_H

#include "stats/interval.h"

#include <stddef.h>
#include <stdint.h>

enum { BCA_RESAMPLES = 10000 };

/* The statistic of the cases chosen[num] (numbers may repeat); may be NaN. */
typedef double (*bca_fn)(const size_t *chosen, size_t num, const void *context);

/*
 * 95 %.  Whole units are drawn: a case, or a family of cases.
 *
 * units    [num], small numbers from 0; NULL: each case its own
 * returns  none with fewer than 3 units, when the statistic is NaN, or when
 *          over a tenth of the resamples give NaN; of width 0 when no resample
 *          differs
 */
struct interval bca_interval(bca_fn statistic,
                             const void *context,
                             size_t num,
                             const uint32_t *units,
                             uint64_t seed);

#endif
