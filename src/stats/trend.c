#include "stats/trend.h"

#include "base/mem.h"
#include "stats/correlation.h"
#include "stats/permutation.h"
#include "stats/quantile.h"

#include <gsl/gsl_randist.h>

#include <math.h>
#include <stdlib.h>

enum {
    LEAST_TREND = 3,
    LEAST_CHANGE = 4,
    CHANGE_DRAWS = 20000,
    LONG = 64, /* a draw of it takes long */
    LONG_DRAWS = 1000,
};

struct trend trend_of(const double *x,
                      const double *y,
                      size_t num,
                      uint64_t seed)
{
    struct trend out = { (double)NAN, (double)NAN, (double)NAN };
    double *slopes = mem_alloc(num * num / 2 + 1, sizeof *slopes);
    size_t num_slopes = 0;
    struct permutation test;

    for (size_t i = 0; i < num; i++) {
        for (size_t k = 0; k < i; k++) {
            if (x[i] != x[k])
                slopes[num_slopes++] = (y[i] - y[k]) / (x[i] - x[k]);
        }
    }
    quantile_sort(slopes, num_slopes);
    out.slope = quantile_of(slopes, num_slopes, 0.5);
    free(slopes);
    if (num >= LEAST_TREND) {
        test = permutation_correlation(correlation_kendall, x, y, num, seed);
        out.p = test.p;
        out.least_p = test.least;
    }
    return out;
}

static double median_of(const double *values, size_t num)
{
    double *sorted = mem_copy(values, num * sizeof *values);
    double median;

    quantile_sort(sorted, num);
    median = quantile_of(sorted, num, 0.5);
    free(sorted);
    return median;
}

/* The largest |U|, and where; `signs` (num, num) by the places in order. */
static double pettitt(const double *signs,
                      const size_t *order,
                      size_t num,
                      size_t *at)
{
    double most = 0;
    double u = 0;

    *at = 0;
    for (size_t t = 0; t + 1 < num; t++) {
        /* t goes from the second group to the first */
        for (size_t k = 0; k < num; k++)
            u += signs[order[t] * num + order[k]];
        if (fabs(u) > most) {
            most = fabs(u);
            *at = t + 1;
        }
    }
    return most;
}

struct change trend_change(const double *y, size_t num, uint64_t seed)
{
    struct change out = { .p = (double)NAN,
                          .before = (double)NAN,
                          .after = (double)NAN };
    double *signs = mem_alloc(num * num, sizeof *signs);
    size_t *order = mem_alloc(num, sizeof *order);
    gsl_rng *rng;
    const int num_draws = num > LONG ? (int)LONG_DRAWS : (int)CHANGE_DRAWS;
    double hits = 1;
    size_t at;

    for (size_t i = 0; i < num; i++) {
        order[i] = i;
        for (size_t k = 0; k < num; k++)
            signs[i * num + k] = (y[i] > y[k]) - (y[i] < y[k]);
    }
    out.statistic = pettitt(signs, order, num, &out.at);
    if (out.at > 0) {
        out.before = median_of(y, out.at);
        out.after = median_of(&y[out.at], num - out.at);
    }
    if (num >= LEAST_CHANGE) {
        rng = gsl_rng_alloc(gsl_rng_mt19937);
        gsl_rng_set(rng, (unsigned long)seed);
        for (int d = 0; d < num_draws; d++) {
            gsl_ran_shuffle(rng, order, num, sizeof *order);
            hits += pettitt(signs, order, num, &at) >= out.statistic;
        }
        gsl_rng_free(rng);
        out.p = hits / (num_draws + 1);
    }
    free(signs);
    free(order);
    return out;
}
