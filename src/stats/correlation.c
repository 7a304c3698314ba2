#include "stats/correlation.h"

#include <gsl/gsl_statistics_double.h>

#include <math.h>

/* Whether all values are equal; a computed variance may miss it by rounding. */
static int is_constant(const double *x, size_t num)
{
    for (size_t i = 1; i < num; i++) {
        if (x[i] != x[0])
            return 0;
    }
    return 1;
}

double correlation_pearson(const double *x, const double *y, size_t num)
{
    double r;

    if (num < 2 || is_constant(x, num) || is_constant(y, num))
        return (double)NAN;
    r = gsl_stats_correlation(x, 1, y, 1, num);
    if (r > 1)
        return 1;
    return r < -1 ? -1 : r;
}
