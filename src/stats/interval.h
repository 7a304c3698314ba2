/*
 * interval.h - 95 % intervals in closed form.
 *
 * Used by metrics and analysis.  Where an interval cannot be told both ends
 * are NaN.
 */
#ifndef INTERVAL_H
#define INTERVAL_H

#include <stdint.h>

struct interval {
    double low;
    double high;
};

struct interval interval_none(void);

/*
 * Wilson score interval of a proportion, num_hits of num.
 *
 * source  Wilson 1927; see Brown, Cai, DasGupta 2001 for why not Wald's
 */
struct interval interval_wilson(uint64_t num_hits, uint64_t num);

/*
 * Of a correlation r over num pairs, by Fisher's z.  None when num < 4 or
 * |r| is 1.
 */
struct interval interval_fisher(double r, uint64_t num);

#endif
