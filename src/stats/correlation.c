#include "stats/correlation.h"

#include "base/mem.h"
#include "stats/ranks.h"

#include <gsl/gsl_statistics_double.h>

#include <math.h>
#include <stdlib.h>

/* Whether all values are equal; a computed variance may miss it by rounding. */
static int is_constant(const double *x, size_t num)
{
    for (size_t i = 1; i < num; i++) {
        if (x[i] != x[0])
            return 0;
    }
    return 1;
}

static int has_nan(const double *x, const double *y, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            return 1;
    }
    return 0;
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

double correlation_spearman(const double *x, const double *y, size_t num)
{
    double *ranks_x;
    double *ranks_y;
    double r;

    if (has_nan(x, y, num))
        return (double)NAN;
    ranks_x = mem_alloc(num, sizeof *ranks_x);
    ranks_y = mem_alloc(num, sizeof *ranks_y);
    ranks_average(x, num, ranks_x);
    ranks_average(y, num, ranks_y);
    r = correlation_pearson(ranks_x, ranks_y, num);
    free(ranks_x);
    free(ranks_y);
    return r;
}

static int sign(double difference)
{
    return (difference > 0) - (difference < 0);
}

double correlation_kendall(const double *x, const double *y, size_t num)
{
    double both = 0;
    double in_x = 0;
    double in_y = 0;

    if (has_nan(x, y, num))
        return (double)NAN;
    for (size_t i = 0; i < num; i++) {
        for (size_t k = 0; k < i; k++) {
            const int dx = sign(x[i] - x[k]);
            const int dy = sign(y[i] - y[k]);

            both += dx * dy;
            in_x += dx * dx;
            in_y += dy * dy;
        }
    }
    if (!(in_x > 0 && in_y > 0))
        return (double)NAN;
    return fmax(-1, fmin(1, both / sqrt(in_x) / sqrt(in_y)));
}
