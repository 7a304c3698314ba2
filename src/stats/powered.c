#include "stats/powered.h"

#include "base/mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* What the labels of one stratum add up to. */
struct sums {
    double offs, squares; /* of w (Y - f) */
    double weights;       /* of w, of those that are in the mean */
    double wrong;         /* labels on the other side of 1/2 */
    double in;            /* labels of replies that are in the mean */
};

static void add_label(const struct powered_input *input,
                      const struct powered_label *label,
                      struct sums *sums)
{
    const double guess = input->guesses[label->reply];
    const double off = input->weights[label->reply] * (label->value - guess);

    sums->offs += off;
    sums->squares += off * off;
    sums->weights += input->weights[label->reply];
    sums->wrong += (label->value >= 0.5) != (guess >= 0.5);
    sums->in++;
}

/*
 * The variance of a stratum's share of the second sum.  Few labels that all
 * agree would give 0; so it is at least that of a share of wrong ones with one
 * more on each side (Agresti, Coull 1998).
 */
static double variance_of(const struct powered_stratum *stratum,
                          const struct sums *sums)
{
    const double n = (double)stratum->labelled;
    const double num = (double)stratum->num;
    const double rest = num * num * (1 - n / num);
    const double mean = sums->offs / n;
    const double weight = sums->in > 0 ? sums->weights / sums->in : 0;
    const double p = (sums->wrong + 1) / (n + 2);
    const double least = weight * weight * p * (1 - p) / (n + 2);
    double variance = 0;

    if (n > 1)
        variance = (sums->squares - n * mean * mean) / (n - 1) / n;
    return rest * fmax(variance, least);
}

/* Of the first sum, for new clusters.  Where all are alike, that of a share
 * with one more on each side. */
static double variance_of_items(const struct powered_input *input, double raw)
{
    const double k = (double)input->num_clusters;
    double *parts = mem_alloc(input->num_clusters, sizeof *parts);
    double sum = 0;

    for (size_t i = 0; i < input->num; i++) {
        parts[input->clusters[i]] +=
            input->weights[i] * (input->guesses[i] - raw);
    }
    for (size_t c = 0; c < input->num_clusters; c++)
        sum += parts[c] * parts[c];
    free(parts);
    if (sum <= 0) {
        const double p = (fmin(1, fmax(0, raw)) * k + 1) / (k + 2);

        sum = p * (1 - p) / (k + 2);
    }
    return k > 1 ? sum * k / (k - 1) : (double)NAN;
}

/* How much more people's yes and no vary than what the classifier gives. */
static double spread_ratio(const struct powered_input *input,
                           double raw,
                           double value)
{
    double variance = 0;

    for (size_t i = 0; i < input->num; i++) {
        const double off = input->guesses[i] - raw;

        variance += input->weights[i] * off * off;
    }
    return variance > 0 ? fmax(1, value * (1 - value) / variance) : 1;
}

/* As many independent answers as the variance stands for, by Wilson; at the
 * ends, where a share has no variance, by square root. */
static struct interval interval_of(double value,
                                   double variance,
                                   double freedom)
{
    const double quantile = interval_quantile(freedom);
    const double half = quantile * sqrt(variance);

    if (isnan(variance) || isnan(quantile))
        return interval_none();
    if (variance <= 0)
        return (struct interval){ value, value };
    if (value * (1 - value) > variance) {
        return interval_wilson_effective(value,
                                         value * (1 - value) / variance,
                                         quantile);
    }
    return (struct interval){ fmax(0, value - half), fmin(1, value + half) };
}

struct powered powered_compute(const struct powered_input *input)
{
    struct sums *sums = mem_alloc(input->num_strata, sizeof *sums);
    struct powered out = { 0, (double)NAN, interval_none(), interval_none() };
    double value;
    double labels = 0; /* variance that comes from labelling a part */
    double freedom = 0;
    bool is_whole = input->num > 0;

    for (size_t i = 0; i < input->num; i++)
        out.raw += input->weights[i] * input->guesses[i];
    value = out.raw;
    for (size_t l = 0; l < input->num_labels; l++)
        add_label(input, &input->labels[l], &sums[input->labels[l].stratum]);
    for (size_t h = 0; h < input->num_strata; h++) {
        const struct powered_stratum *stratum = &input->strata[h];

        if (stratum->num == 0)
            continue;
        if (stratum->labelled == 0) {
            is_whole = false;
            continue;
        }
        value +=
            (double)stratum->num / (double)stratum->labelled * sums[h].offs;
        labels += variance_of(stratum, &sums[h]);
        freedom += (double)stratum->labelled - 1;
    }
    free(sums);
    if (!is_whole)
        return out;
    out.value = fmin(1, fmax(0, value));
    freedom = fmax(1, freedom);
    out.within = interval_of(out.value, labels, freedom);
    const double items = variance_of_items(input, out.raw)
                         * spread_ratio(input, out.raw, out.value);
    const double total = items + labels;

    /* Satterthwaite 1946 */
    freedom = total * total
              / (items * items / ((double)input->num_clusters - 1)
                 + labels * labels / freedom);
    out.interval = interval_of(out.value, total, freedom);
    return out;
}
