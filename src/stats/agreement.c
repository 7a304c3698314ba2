#include "stats/agreement.h"

#include "base/mem.h"
#include "base/random.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>

enum { RESAMPLES = 1000, LEAST_THINGS = 3, LEAST_VALUES = 100 };

/* One of the two measures, of the things picks[0..num). */
struct measured {
    double share, value;
};
typedef struct measured (*measure_fn)(const struct agreement_input *input,
                                      const size_t *picks,
                                      size_t num);

static const int *row_of(const struct agreement_input *input, size_t thing)
{
    return &input->labels[thing * input->num_raters];
}

static struct measured kappa(const struct agreement_input *input,
                             const size_t *picks,
                             size_t num)
{
    double counts[2][AGREEMENT_MAX_LABELS] = { { 0 } };
    double equal = 0;
    double chance = 0;

    for (size_t i = 0; i < num; i++) {
        const int *row = row_of(input, picks[i]);

        counts[0][row[0]]++;
        counts[1][row[1]]++;
        equal += row[0] == row[1];
    }
    equal /= (double)num;
    for (int l = 0; l < input->num_labels; l++)
        chance += counts[0][l] * counts[1][l] / ((double)num * (double)num);
    return (struct measured){
        equal,
        chance < 1 ? (equal - chance) / (1 - chance) : (double)NAN,
    };
}

/* 1 - observed / expected disagreement, from coincidences: each thing adds the
 * ordered pairs of its labels, divided by how many labels it has less one. */
static struct measured alpha(const struct agreement_input *input,
                             const size_t *picks,
                             size_t num)
{
    double totals[AGREEMENT_MAX_LABELS] = { 0 };
    double all = 0;
    double differ = 0;
    double expected = 0;

    for (size_t i = 0; i < num; i++) {
        const int *row = row_of(input, picks[i]);
        double counts[AGREEMENT_MAX_LABELS] = { 0 };
        double given = 0;
        double same = 0;

        for (size_t r = 0; r < input->num_raters; r++) {
            if (row[r] != AGREEMENT_NONE) {
                counts[row[r]]++;
                given++;
            }
        }
        for (int l = 0; l < input->num_labels; l++) {
            same += counts[l] * (counts[l] - 1);
            totals[l] += counts[l];
        }
        all += given;
        differ += (given * (given - 1) - same) / (given - 1);
    }
    for (int l = 0; l < input->num_labels; l++)
        expected += totals[l] * (all - totals[l]);
    expected /= all - 1;
    return (struct measured){
        1 - differ / all,
        expected > 0 ? 1 - differ / expected : (double)NAN,
    };
}

/* The things that two or more labelled. */
static size_t find_things(const struct agreement_input *input, size_t *out)
{
    size_t num = 0;

    for (size_t t = 0; t < input->num_things; t++) {
        size_t given = 0;

        for (size_t r = 0; r < input->num_raters; r++)
            given += row_of(input, t)[r] != AGREEMENT_NONE;
        if (given >= 2)
            out[num++] = t;
    }
    return num;
}

static void resample(const struct agreement_input *input,
                     const size_t *things,
                     measure_fn measure,
                     uint64_t seed,
                     struct agreement *out)
{
    size_t *picks = mem_alloc(out->num, sizeof *picks);
    double *shares = mem_alloc(RESAMPLES, sizeof *shares);
    double *values = mem_alloc(RESAMPLES, sizeof *values);
    size_t num_values = 0;

    for (int r = 0; r < RESAMPLES; r++) {
        struct measured one;

        for (size_t i = 0; i < out->num; i++)
            picks[i] = things[random_below(&seed, out->num)];
        one = measure(input, picks, out->num);
        shares[r] = one.share;
        /* a draw in which all labels are one says nothing of chance */
        if (!isnan(one.value))
            values[num_values++] = one.value;
    }
    out->share_interval = quantile_interval(shares, RESAMPLES);
    if (num_values >= LEAST_VALUES && !isnan(out->value))
        out->interval = quantile_interval(values, num_values);
    free(values);
    free(shares);
    free(picks);
}

static struct agreement compute(const struct agreement_input *input,
                                measure_fn measure,
                                uint64_t seed)
{
    size_t *things = mem_alloc(input->num_things, sizeof *things);
    struct agreement out = {
        .num = find_things(input, things),
        .share = (double)NAN,
        .share_interval = interval_none(),
        .value = (double)NAN,
        .interval = interval_none(),
    };

    if (out.num > 0) {
        const struct measured one = measure(input, things, out.num);

        out.share = one.share;
        out.value = one.value;
    }
    if (out.num >= LEAST_THINGS)
        resample(input, things, measure, seed, &out);
    free(things);
    return out;
}

struct agreement agreement_kappa(const struct agreement_input *input,
                                 uint64_t seed)
{
    return compute(input, kappa, seed);
}

struct agreement agreement_alpha(const struct agreement_input *input,
                                 uint64_t seed)
{
    return compute(input, alpha, seed);
}
