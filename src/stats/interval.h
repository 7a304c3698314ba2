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

/* How many standard errors 95 % take on either side: Student's t; of the normal
 * distribution when `freedom` is infinite.  NaN below one degree of freedom. */
double interval_quantile(double freedom);

/*
 * Wilson score interval of a proportion, num_hits of num.
 *
 * source  Wilson 1927; see Brown, Cai, DasGupta 2001 for why not Wald's
 */
struct interval interval_wilson(uint64_t num_hits, uint64_t num);

/*
 * The same for a share p in [0, 1] that is worth `num` independent answers (any
 * positive number) and whose variance is known with `quantile`.  None when one
 * of them is NaN or num is not positive.
 *
 * source  Korn, Graubard 1998; Dean, Pagano 2015 compare it with others
 */
struct interval interval_wilson_effective(double p,
                                          double num,
                                          double quantile);

/*
 * Of a correlation r over num pairs, by Fisher's z.  None when num < 4 or
 * |r| is 1.
 */
struct interval interval_fisher(double r, uint64_t num);

/* Both halves widened by an error of that standard deviation which all of
 * the value shares (square and add), then cut to [least, most]; a value outside
 * of that stays in its interval. */
struct interval interval_widen(struct interval interval,
                               double value,
                               double error,
                               double least,
                               double most);

#endif
