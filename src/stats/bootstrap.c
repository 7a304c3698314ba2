#include "stats/bootstrap.h"

#include "base/mem.h"
#include "stats/strata.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A unit with what it is sorted by. */
struct unit {
    uint32_t stratum;
    size_t width;
    double *sums; /* [width] */
};

/* Equal units, one after the other. */
struct kind {
    const double *sums;
    double share; /* of its stratum */
};

struct stratum {
    size_t from; /* kinds */
    size_t to;
    unsigned num; /* units */
};

struct frame {
    size_t width;
    size_t num_units;
    size_t num_kinds;
    size_t num_strata;
    struct unit *units;     /* [num_units], sorted */
    double *sums;           /* (num_units, width) */
    struct kind *kinds;     /* [num_kinds] */
    struct stratum *strata; /* [num_strata] */
    double *shares;         /* [num_kinds]: theirs, side by side */
    unsigned *counts;       /* [num_kinds] */
    double *total;          /* [width] */
};

static int compare_sums(const struct unit *x, const struct unit *y)
{
    for (size_t k = 0; k < x->width; k++) {
        if (x->sums[k] != y->sums[k])
            return x->sums[k] < y->sums[k] ? -1 : 1;
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct unit *x = a;
    const struct unit *y = b;

    if (x->stratum != y->stratum)
        return x->stratum < y->stratum ? -1 : 1;
    return compare_sums(x, y);
}

static void read_units(struct frame *f, const struct bootstrap *input)
{
    uint32_t *strata;

    f->num_units = strata_count(input->units, input->num);
    strata = mem_alloc(f->num_units, sizeof *strata);
    for (size_t i = 0; i < input->num; i++)
        strata[input->units[i]] = input->strata ? input->strata[i] : 0;
    strata_join(strata, f->num_units);
    f->units = mem_alloc(f->num_units, sizeof *f->units);
    f->sums = mem_alloc(f->num_units * f->width, sizeof *f->sums);
    for (size_t i = 0; i < input->num; i++) {
        double *sums = &f->sums[input->units[i] * f->width];

        f->units[input->units[i]] = (struct unit){
            .stratum = strata[input->units[i]],
            .width = f->width,
            .sums = sums,
        };
        for (size_t k = 0; k < f->width; k++)
            sums[k] += input->parts[i * f->width + k];
    }
    free(strata);
    qsort(f->units, f->num_units, sizeof *f->units, compare);
}

static void frame_init(struct frame *f, const struct bootstrap *input)
{
    *f = (struct frame){ .width = input->width };
    read_units(f, input);
    f->kinds = mem_alloc(f->num_units, sizeof *f->kinds);
    f->strata = mem_alloc(f->num_units, sizeof *f->strata);
    for (size_t i = 0; i < f->num_units; i++) {
        const struct unit *unit = &f->units[i];
        const int is_new = i == 0 || unit->stratum != unit[-1].stratum;

        if (is_new)
            f->strata[f->num_strata++].from = f->num_kinds;
        if (is_new || compare_sums(unit - 1, unit) != 0)
            f->kinds[f->num_kinds++].sums = unit->sums;
        f->kinds[f->num_kinds - 1].share++;
        f->strata[f->num_strata - 1].to = f->num_kinds;
        f->strata[f->num_strata - 1].num++;
    }
    f->shares = mem_alloc(f->num_kinds, sizeof *f->shares);
    f->counts = mem_alloc(f->num_kinds, sizeof *f->counts);
    f->total = mem_alloc(f->width, sizeof *f->total);
    for (size_t k = 0; k < f->num_kinds; k++)
        f->shares[k] = f->kinds[k].share;
}

static void frame_release(struct frame *f)
{
    free(f->units);
    free(f->sums);
    free(f->kinds);
    free(f->strata);
    free(f->shares);
    free(f->counts);
    free(f->total);
}

/* One resample into f->total. */
static void frame_draw(struct frame *f, gsl_rng *rng)
{
    memset(f->total, 0, f->width * sizeof *f->total);
    for (size_t s = 0; s < f->num_strata; s++) {
        const struct stratum *stratum = &f->strata[s];

        gsl_ran_multinomial(rng,
                            stratum->to - stratum->from,
                            stratum->num,
                            &f->shares[stratum->from],
                            &f->counts[stratum->from]);
    }
    for (size_t k = 0; k < f->num_kinds; k++) {
        if (f->counts[k] == 0)
            continue;
        for (size_t i = 0; i < f->width; i++)
            f->total[i] += f->counts[k] * f->kinds[k].sums[i];
    }
}

/* The tail that leaves 95 % where percentiles of `freedom` spare units are as
 * narrow as they are. */
static double tail_of(size_t num_units, double freedom)
{
    const double t = interval_quantile(freedom);

    return gsl_cdf_ugaussian_P(-t * sqrt((double)num_units / freedom));
}

static struct interval percentiles(double *values, size_t num, double tail)
{
    if (num < BOOTSTRAP_RESAMPLES - BOOTSTRAP_RESAMPLES / 10)
        return interval_none();
    gsl_sort(values, 1, num);
    return (struct interval){
        gsl_stats_quantile_from_sorted_data(values, 1, num, tail),
        gsl_stats_quantile_from_sorted_data(values, 1, num, 1 - tail),
    };
}

struct interval bootstrap_interval(const struct bootstrap *input,
                                   bootstrap_fn statistic,
                                   const void *context)
{
    struct frame frame;
    struct interval interval = interval_none();
    double *values;
    gsl_rng *rng;
    size_t kept = 0;
    double freedom;

    frame_init(&frame, input);
    freedom = (double)frame.num_units - (double)frame.num_strata;
    if (freedom >= 1) {
        rng = gsl_rng_alloc(gsl_rng_mt19937);
        gsl_rng_set(rng, (unsigned long)input->seed);
        values = mem_alloc(BOOTSTRAP_RESAMPLES, sizeof *values);
        for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++) {
            double value;

            frame_draw(&frame, rng);
            value = statistic(frame.total, context);
            if (!isnan(value))
                values[kept++] = value;
        }
        interval = percentiles(values, kept, tail_of(frame.num_units, freedom));
        free(values);
        gsl_rng_free(rng);
    }
    frame_release(&frame);
    return interval;
}
