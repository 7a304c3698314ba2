#include "stats/interval.h"

#include <gsl/gsl_cdf.h>

#include <math.h>

/* Half of 5 % on either side. */
static double z_95(void)
{
    return gsl_cdf_ugaussian_Pinv(0.975);
}

struct interval interval_none(void)
{
    return (struct interval){ (double)NAN, (double)NAN };
}

struct interval interval_wilson(uint64_t num_hits, uint64_t num)
{
    const double z = z_95();
    const double n = (double)num;
    double p;
    double middle;
    double half;

    if (num == 0 || num_hits > num)
        return interval_none();
    p = (double)num_hits / n;
    middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return (struct interval){
        .low = num_hits == 0 ? 0 : middle - half,
        .high = num_hits == num ? 1 : middle + half,
    };
}

struct interval interval_fisher(double r, uint64_t num)
{
    double z;
    double half;

    if (num < 4 || !(fabs(r) < 1))
        return interval_none();
    z = atanh(r);
    half = z_95() / sqrt((double)num - 3);
    return (struct interval){ tanh(z - half), tanh(z + half) };
}
