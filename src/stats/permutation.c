#include "stats/permutation.h"

#include "base/mem.h"
#include "stats/strata.h"

#include <gsl/gsl_combination.h>
#include <gsl/gsl_permutation.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>

#include <math.h>
#include <stdlib.h>

enum { EXACT_PAIRS = 8 };

/* Sums in another order differ in the last digits. */
static const double slack = 1e-10;

static const struct permutation none = { (double)NAN, (double)NAN, false };

struct pairs {
    correlation_fn statistic;
    const double *x, *y;
    double *other; /* y in another order */
    size_t num;
    double bound; /* to be reached */
};

static bool reaches(const struct pairs *pairs)
{
    return fabs(pairs->statistic(pairs->x, pairs->other, pairs->num))
           >= pairs->bound;
}

static struct permutation all_orders(const struct pairs *pairs)
{
    gsl_permutation *order = gsl_permutation_calloc(pairs->num);
    double hits = 0;
    double total = 0;

    do {
        for (size_t i = 0; i < pairs->num; i++)
            pairs->other[i] = pairs->y[gsl_permutation_get(order, i)];
        hits += reaches(pairs);
        total++;
    } while (gsl_permutation_next(order) == GSL_SUCCESS);
    gsl_permutation_free(order);
    return (struct permutation){ hits / total, 1 / total, true };
}

static struct permutation some_orders(const struct pairs *pairs, uint64_t seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    const int num_draws = pairs->num > PERMUTATION_LONG ? PERMUTATION_LONG_DRAWS
                                                        : PERMUTATION_DRAWS;
    double hits = 1;

    gsl_rng_set(rng, (unsigned long)seed);
    for (size_t i = 0; i < pairs->num; i++)
        pairs->other[i] = pairs->y[i];
    for (int d = 0; d < num_draws; d++) {
        gsl_ran_shuffle(rng, pairs->other, pairs->num, sizeof *pairs->other);
        hits += reaches(pairs);
    }
    gsl_rng_free(rng);
    return (struct permutation){ hits / (num_draws + 1),
                                 1.0 / (num_draws + 1),
                                 false };
}

struct permutation permutation_correlation(correlation_fn statistic,
                                           const double *x,
                                           const double *y,
                                           size_t num,
                                           uint64_t seed)
{
    const double r = statistic(x, y, num);
    struct pairs pairs = { statistic, x, y, NULL, num, fabs(r) - slack };
    struct permutation out;

    if (isnan(r))
        return none;
    pairs.other = mem_alloc(num, sizeof *pairs.other);
    out = num <= EXACT_PAIRS ? all_orders(&pairs) : some_orders(&pairs, seed);
    free(pairs.other);
    return out;
}

/* A unit is what its values add up to, and how many they are. */
struct groups {
    double *sums;   /* [num_units] */
    double *counts; /* [num_units] */
    bool *is_first; /* [num_units] */
    size_t num_units;
    size_t num_first; /* units */
    double sum, count;
    double bound;
};

/* Difference of means with those units in the first group. */
static double difference(const struct groups *groups,
                         const size_t *chosen,
                         size_t num)
{
    double sum = 0;
    double count = 0;

    for (size_t i = 0; i < num; i++) {
        sum += groups->sums[chosen[i]];
        count += groups->counts[chosen[i]];
    }
    return sum / count - (groups->sum - sum) / (groups->count - count);
}

static struct permutation all_choices(const struct groups *groups)
{
    gsl_combination *choice =
        gsl_combination_calloc(groups->num_units, groups->num_first);
    double hits = 0;
    double total = 0;

    do {
        const double d =
            difference(groups, gsl_combination_data(choice), groups->num_first);

        hits += fabs(d) >= groups->bound;
        total++;
    } while (gsl_combination_next(choice) == GSL_SUCCESS);
    gsl_combination_free(choice);
    return (struct permutation){ hits / total, 1 / total, true };
}

static struct permutation some_choices(const struct groups *groups,
                                       uint64_t seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t *units = mem_alloc(groups->num_units, sizeof *units);
    double hits = 1;

    gsl_rng_set(rng, (unsigned long)seed);
    for (size_t u = 0; u < groups->num_units; u++)
        units[u] = u;
    for (int d = 0; d < PERMUTATION_DRAWS; d++) {
        gsl_ran_shuffle(rng, units, groups->num_units, sizeof *units);
        hits +=
            fabs(difference(groups, units, groups->num_first)) >= groups->bound;
    }
    gsl_rng_free(rng);
    free(units);
    return (struct permutation){ hits / (PERMUTATION_DRAWS + 1),
                                 1.0 / (PERMUTATION_DRAWS + 1),
                                 false };
}

static void fill(struct groups *groups,
                 const double *values,
                 const bool *is_first,
                 const uint32_t *units,
                 size_t num)
{
    for (size_t i = 0; i < num; i++) {
        const size_t u = units ? units[i] : i;

        groups->sums[u] += values[i];
        groups->counts[u]++;
        groups->is_first[u] = is_first[i];
        groups->sum += values[i];
        groups->count++;
    }
    for (size_t u = 0; u < groups->num_units; u++)
        groups->num_first += groups->is_first[u];
}

struct permutation permutation_groups(const double *values,
                                      const bool *is_first,
                                      const uint32_t *units,
                                      size_t num,
                                      uint64_t seed)
{
    const size_t num_units = units ? strata_count(units, num) : num;
    struct groups groups = {
        .sums = mem_alloc(num_units, sizeof *groups.sums),
        .counts = mem_alloc(num_units, sizeof *groups.counts),
        .is_first = mem_alloc(num_units, sizeof *groups.is_first),
        .num_units = num_units,
    };
    struct permutation out = none;
    size_t *own = mem_alloc(num_units, sizeof *own);
    size_t num_own = 0;

    fill(&groups, values, is_first, units, num);
    for (size_t u = 0; u < num_units; u++) {
        if (groups.is_first[u])
            own[num_own++] = u;
    }
    if (num_own > 0 && num_own < num_units) {
        groups.bound = fabs(difference(&groups, own, num_own)) - slack;
    } else {
        groups.bound = (double)NAN;
    }
    if (!isnan(groups.bound)) {
        out = gsl_sf_lnchoose((unsigned)num_units, (unsigned)num_own)
                      <= log(PERMUTATION_DRAWS)
                  ? all_choices(&groups)
                  : some_choices(&groups, seed);
    }
    free(own);
    free(groups.sums);
    free(groups.counts);
    free(groups.is_first);
    return out;
}
