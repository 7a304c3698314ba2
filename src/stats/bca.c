#include "stats/bca.h"

#include "base/mem.h"
#include "stats/quantile.h"
#include "stats/strata.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>

#include <math.h>
#include <stdlib.h>

/* Of many cases a statistic takes long. */
enum { LEAST_UNITS = 3, MANY_CASES = 64, MANY_RESAMPLES = 1000 };

#define TAIL 0.025

struct work {
    bca_fn statistic;
    const void *context;
    size_t num;
    uint32_t *units; /* [num] */
    size_t num_units;
    size_t *chosen; /* room for any draw: num_units times the largest unit */
};

static size_t add_unit(const struct work *work, size_t unit, size_t at)
{
    for (size_t i = 0; i < work->num; i++) {
        if (work->units[i] == unit)
            work->chosen[at++] = i;
    }
    return at;
}

static double draw(const struct work *work, gsl_rng *rng)
{
    size_t num = 0;

    for (size_t u = 0; u < work->num_units; u++)
        num = add_unit(work, gsl_rng_uniform_int(rng, work->num_units), num);
    return work->statistic(work->chosen, num, work->context);
}

static double without(const struct work *work, size_t left_out)
{
    size_t num = 0;

    for (size_t u = 0; u < work->num_units; u++) {
        if (u != left_out)
            num = add_unit(work, u, num);
    }
    return work->statistic(work->chosen, num, work->context);
}

/* From the statistic without each unit; 0 where that is not defined. */
static double acceleration(const struct work *work)
{
    double *values = mem_alloc(work->num_units, sizeof *values);
    double mean = 0;
    double square = 0;
    double cube = 0;

    for (size_t u = 0; u < work->num_units; u++) {
        values[u] = without(work, u);
        mean += values[u] / (double)work->num_units;
    }
    for (size_t u = 0; u < work->num_units; u++) {
        const double off = mean - values[u];

        square += off * off;
        cube += off * off * off;
    }
    free(values);
    return square > 0 ? cube / (6 * pow(square, 1.5)) : 0;
}

/* Which percentile stands for that tail. */
static double corrected(double p, double bias, double skew)
{
    const double z = bias + gsl_cdf_ugaussian_Pinv(p);

    return gsl_cdf_ugaussian_P(bias + z / (1 - skew * z));
}

static struct interval correct(const struct work *work,
                               double *values,
                               size_t num,
                               double value)
{
    const double slack = 1e-12;
    double less = 0;
    double bias;
    double skew;

    for (size_t i = 0; i < num; i++) {
        less += values[i] < value - slack;
        less += fabs(values[i] - value) <= slack ? 0.5 : 0;
    }
    quantile_sort(values, num);
    if (values[0] == values[num - 1])
        return (struct interval){ value, value };
    /* never so far out that nothing is left */
    less = fmin(fmax(less, 0.5), (double)num - 0.5);
    bias = gsl_cdf_ugaussian_Pinv(less / (double)num);
    skew = acceleration(work);
    return (struct interval){
        quantile_of(values, num, corrected(TAIL, bias, skew)),
        quantile_of(values, num, corrected(1 - TAIL, bias, skew)),
    };
}

static size_t *room_for_draws(const struct work *work)
{
    size_t *sizes = mem_alloc(work->num_units, sizeof *sizes);
    size_t most = 0;

    for (size_t i = 0; i < work->num; i++) {
        if (++sizes[work->units[i]] > most)
            most = sizes[work->units[i]];
    }
    free(sizes);
    return mem_alloc(most * work->num_units, sizeof(size_t));
}

static struct interval resample(const struct work *work,
                                double value,
                                uint64_t seed)
{
    const int num_draws =
        work->num > MANY_CASES ? (int)MANY_RESAMPLES : (int)BCA_RESAMPLES;
    double *values = mem_alloc(BCA_RESAMPLES, sizeof *values);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    struct interval out = interval_none();
    size_t num = 0;

    gsl_rng_set(rng, (unsigned long)seed);
    for (int d = 0; d < num_draws; d++) {
        const double one = draw(work, rng);

        if (!isnan(one))
            values[num++] = one;
    }
    gsl_rng_free(rng);
    if (10 * num >= 9 * (size_t)num_draws)
        out = correct(work, values, num, value);
    free(values);
    return out;
}

struct interval bca_interval(bca_fn statistic,
                             const void *context,
                             size_t num,
                             const uint32_t *units,
                             uint64_t seed)
{
    struct work work = { .statistic = statistic,
                         .context = context,
                         .num = num,
                         .units = mem_alloc(num, sizeof *work.units) };
    struct interval out = interval_none();
    double value;
    size_t all = 0;

    for (size_t i = 0; i < num; i++)
        work.units[i] = units ? units[i] : (uint32_t)i;
    work.num_units = strata_count(work.units, num);
    work.chosen = room_for_draws(&work);
    for (size_t u = 0; u < work.num_units; u++)
        all = add_unit(&work, u, all);
    if (work.num_units >= LEAST_UNITS) {
        value = statistic(work.chosen, all, context);
        if (!isnan(value))
            out = resample(&work, value, seed);
    }
    free(work.units);
    free(work.chosen);
    return out;
}
