#include "score/statistic.h"

#include "base/mem.h"
#include "score/sums.h"
#include "stats/bootstrap.h"
#include "stats/variance.h"

#include <math.h>
#include <stdlib.h>

struct work {
    const struct sample *sample;
    const struct statistic *statistic;
    double *parts; /* (sample->num, width) */
    double *sums;  /* [width], of all entries */
    double value;
};

static void find_sums(struct work *work)
{
    const size_t width = work->statistic->width;
    const size_t num = work->sample->num;

    work->parts = mem_alloc(num * width, sizeof *work->parts);
    work->sums = mem_alloc(width, sizeof *work->sums);
    for (size_t i = 0; i < num; i++) {
        work->statistic->add(work->sample,
                             &work->sample->entries[i],
                             &work->parts[i * width]);
        for (size_t k = 0; k < width; k++)
            work->sums[k] += work->parts[i * width + k];
    }
    work->value = work->statistic->value(work->sums, work->sample);
}

/* Groups as strata, unless a unit has entries in several. */
static const uint32_t *find_strata(const struct work *work,
                                   const uint32_t *units)
{
    const struct sample *sample = work->sample;
    uint32_t *seen = mem_alloc(sample->num, sizeof *seen);
    const uint32_t *strata = work->statistic->is_whole ? NULL : sample->groups;

    for (size_t i = 0; i < sample->num; i++) {
        if (seen[units[i]] != 0 && seen[units[i]] != sample->groups[i] + 1)
            strata = NULL;
        seen[units[i]] = sample->groups[i] + 1;
    }
    free(seen);
    return strata;
}

static size_t count_units(const uint32_t *units, size_t num)
{
    size_t count = 0;

    for (size_t i = 0; i < num; i++)
        count = units[i] >= count ? (size_t)units[i] + 1 : count;
    return count;
}

/* Where no resample differs the data say only how many they are: Wilson's
 * interval for that many equal answers, on the statistic's range. */
static struct interval bound(const struct work *work, size_t num_units)
{
    const double least = work->statistic->least;
    const double width = work->statistic->most - least;
    const double p = fmin(1, fmax(0, (work->value - least) / width));
    struct interval interval =
        interval_wilson_effective(p,
                                  (double)num_units,
                                  interval_quantile((double)num_units - 1));

    interval.low = least + width * interval.low;
    interval.high = least + width * interval.high;
    return interval;
}

static struct interval interval_of(const struct work *work,
                                   const uint32_t *units,
                                   const uint32_t *strata)
{
    const struct sample *sample = work->sample;
    const struct bootstrap input = {
        .num = sample->num,
        .width = work->statistic->width,
        .parts = work->parts,
        .units = units,
        .strata = strata,
        .seed = sample->params->seed,
    };
    struct interval interval =
        bootstrap_interval(&input, work->statistic->value, sample);

    if (interval.low >= interval.high)
        interval = bound(work, count_units(units, sample->num));
    if (isnan(interval.low))
        return interval;
    /* a resample of few entries may leave the range, as a ratio does */
    interval.low = fmax(interval.low, work->statistic->least);
    interval.high = fmin(interval.high, work->statistic->most);
    interval.low = fmin(interval.low, work->value);
    interval.high = fmax(interval.high, work->value);
    return interval_widen(interval,
                          work->value,
                          sample_error(sample),
                          work->statistic->least,
                          work->statistic->most);
}

/* What each entry moves the statistic by, by differences. */
static double *find_influences(struct work *work)
{
    const size_t width = work->statistic->width;
    const double step = 1e-3;
    double *out = mem_alloc(work->sample->num, sizeof *out);
    double *sums = mem_alloc(width, sizeof *sums);

    for (size_t i = 0; i < work->sample->num; i++) {
        const double *part = &work->parts[i * width];
        double up;

        for (size_t k = 0; k < width; k++)
            sums[k] = work->sums[k] + step * part[k];
        up = work->statistic->value(sums, work->sample);
        for (size_t k = 0; k < width; k++)
            sums[k] = work->sums[k] - step * part[k];
        out[i] = (up - work->statistic->value(sums, work->sample)) / (2 * step);
    }
    free(sums);
    return out;
}

static void put_errors(struct work *work,
                       const uint32_t *units,
                       const uint32_t *strata,
                       struct score *out)
{
    const struct sample *sample = work->sample;
    double *influences = find_influences(work);
    const struct variance variance =
        variance_of_sum(influences, units, strata, sample->num);
    const double sampling = variance_of_sampling(influences,
                                                 sample->items,
                                                 sample->asks,
                                                 sample->num);

    free(influences);
    if (isnan(sampling) || isnan(variance.value))
        return;
    out->se_sampling = sqrt(sampling);
    out->se_items = sqrt(fmax(0, variance.value - sampling));
}

void statistic_score(const struct sample *sample,
                     const struct statistic *statistic,
                     struct score *out)
{
    struct work work = { .sample = sample, .statistic = statistic };
    const uint32_t *units = sample->clusters ? sample->clusters : sample->items;
    const uint32_t *strata;
    struct interval interval;

    out->num = sample->num;
    if (sample->params->sums) {
        sums_take(sample, statistic);
        return;
    }
    if (sample->num == 0 || sample->lacks_part)
        return;
    find_sums(&work);
    out->value = work.value;
    if (!isnan(work.value) && !sample->params->no_intervals) {
        strata = find_strata(&work, units);
        interval = interval_of(&work, units, strata);
        out->low = interval.low;
        out->high = interval.high;
        out->se_judge = sample_error(sample);
        if (sample->has_repeats)
            put_errors(&work, units, strata, out);
        if (sample->clusters) {
            interval = interval_of(&work, sample->items, sample->clusters);
            out->within_low = interval.low;
            out->within_high = interval.high;
        }
    }
    free(work.parts);
    free(work.sums);
}
