#include "stats/quantile.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include <math.h>

void quantile_sort(double *values, size_t num)
{
    if (num > 0)
        gsl_sort(values, 1, num);
}

double quantile_of(const double *sorted, size_t num, double p)
{
    if (num == 0)
        return (double)NAN;
    return gsl_stats_quantile_from_sorted_data(sorted, 1, num, p);
}

struct interval quantile_interval(double *values, size_t num)
{
    quantile_sort(values, num);
    return (struct interval){ quantile_of(values, num, 0.025),
                              quantile_of(values, num, 0.975) };
}

double quantile_of_counts(const size_t *counts, size_t num, double p)
{
    size_t total = 0;
    size_t seen = 0;

    for (size_t i = 0; i < num; i++)
        total += counts[i];
    for (size_t i = 0; i < num; i++) {
        seen += counts[i];
        if (total > 0 && (double)seen >= p * (double)total)
            return (double)i;
    }
    return (double)NAN;
}
