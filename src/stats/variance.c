#include "stats/variance.h"

#include "base/mem.h"
#include "stats/strata.h"

#include <math.h>
#include <stdlib.h>

/* What is drawn, and where. */
struct units {
    size_t num;
    double *sums;     /* [num] */
    uint32_t *groups; /* [num]: stratum of a unit, item of an ask */
};

static struct units units_make(const double *parts,
                               const uint32_t *units,
                               const uint32_t *groups,
                               size_t num)
{
    struct units out = { .num = strata_count(units, num) };

    out.sums = mem_alloc(out.num, sizeof *out.sums);
    out.groups = mem_alloc(out.num, sizeof *out.groups);
    for (size_t i = 0; i < num; i++) {
        out.sums[units[i]] += parts[i];
        out.groups[units[i]] = groups ? groups[i] : 0;
    }
    return out;
}

static void units_release(struct units *units)
{
    free(units->sums);
    free(units->groups);
}

struct variance variance_of_sum(const double *parts,
                                const uint32_t *units,
                                const uint32_t *strata,
                                size_t num)
{
    struct units drawn = units_make(parts, units, strata, num);
    struct variance out = { .num_units = drawn.num };
    size_t num_strata;
    double *means;
    double *counts;

    strata_join(drawn.groups, drawn.num);
    num_strata = strata_count(drawn.groups, drawn.num);
    means = mem_alloc(num_strata, sizeof *means);
    counts = mem_alloc(num_strata, sizeof *counts);
    for (size_t i = 0; i < drawn.num; i++) {
        means[drawn.groups[i]] += drawn.sums[i];
        counts[drawn.groups[i]]++;
    }
    for (size_t s = 0; s < num_strata; s++) {
        means[s] /= counts[s] > 0 ? counts[s] : 1;
        out.freedom += counts[s] > 1 ? counts[s] - 1 : 0;
    }
    for (size_t i = 0; i < drawn.num; i++) {
        const uint32_t s = drawn.groups[i];
        const double off = drawn.sums[i] - means[s];

        if (counts[s] > 1)
            out.value += off * off * counts[s] / (counts[s] - 1);
    }
    if (out.freedom < 1)
        out.value = (double)NAN;
    free(means);
    free(counts);
    units_release(&drawn);
    return out;
}

double variance_of_sampling(const double *parts,
                            const uint32_t *items,
                            const uint32_t *asks,
                            size_t num)
{
    struct units drawn = units_make(parts, asks, items, num);
    const size_t num_items = strata_count(items, num);
    double *means = mem_alloc(num_items, sizeof *means);
    double *counts = mem_alloc(num_items, sizeof *counts);
    double squares = 0;
    double freedom = (double)drawn.num;

    for (size_t i = 0; i < drawn.num; i++) {
        means[drawn.groups[i]] += drawn.sums[i];
        counts[drawn.groups[i]]++;
    }
    for (size_t k = 0; k < num_items; k++) {
        means[k] /= counts[k] > 0 ? counts[k] : 1;
        freedom -= counts[k] > 0;
    }
    for (size_t i = 0; i < drawn.num; i++) {
        const double off = drawn.sums[i] - means[drawn.groups[i]];

        squares += off * off;
    }
    squares *= (double)drawn.num;
    free(means);
    free(counts);
    units_release(&drawn);
    return freedom > 0 ? squares / freedom : (double)NAN;
}
