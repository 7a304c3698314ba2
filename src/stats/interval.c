#include "stats/interval.h"

#include <gsl/gsl_cdf.h>

#include <math.h>

struct interval interval_none(void)
{
    return (struct interval){ (double)NAN, (double)NAN };
}

double interval_quantile(double freedom)
{
    if (!(freedom >= 1))
        return (double)NAN;
    return isinf(freedom) ? gsl_cdf_ugaussian_Pinv(0.975)
                          : gsl_cdf_tdist_Pinv(0.975, freedom);
}

struct interval interval_wilson(uint64_t num_hits, uint64_t num)
{
    if (num == 0 || num_hits > num)
        return interval_none();
    return interval_wilson_effective((double)num_hits / (double)num,
                                     (double)num,
                                     interval_quantile((double)INFINITY));
}

struct interval interval_wilson_effective(double p, double num, double quantile)
{
    const double square = quantile * quantile / num;
    double middle;
    double half;

    if (!(num > 0) || isnan(square) || !(p >= 0 && p <= 1))
        return interval_none();
    middle = (p + square / 2) / (1 + square);
    half = sqrt(p * (1 - p) * square + square * square / 4) / (1 + square);
    return (struct interval){
        .low = p == 0 ? 0 : fmax(0, middle - half),
        .high = p == 1 ? 1 : fmin(1, middle + half),
    };
}

struct interval interval_fisher(double r, uint64_t num)
{
    double z;
    double half;

    if (num < 4 || !(fabs(r) < 1))
        return interval_none();
    z = atanh(r);
    half = interval_quantile((double)INFINITY) / sqrt((double)num - 3);
    return (struct interval){ tanh(z - half), tanh(z + half) };
}

struct interval interval_widen(struct interval interval,
                               double value,
                               double error,
                               double least,
                               double most)
{
    const double more = interval_quantile((double)INFINITY) * error;

    if (isnan(interval.low) || !(error > 0))
        return interval;
    return (struct interval){
        fmin(value, fmax(least, value - hypot(value - interval.low, more))),
        fmax(value, fmin(most, value + hypot(interval.high - value, more))),
    };
}
