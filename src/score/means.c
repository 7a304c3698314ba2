#include "score/means.h"

#include "base/mem.h"
#include "base/text.h"
#include "score/sums.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The range of values, and the way from it to [0, 1] and back. */
struct range {
    double low;
    double width;
};

static struct range find_range(const struct sample *sample)
{
    double most = 0;
    bool is_share = true;

    for (size_t i = 0; i < sample->num; i++) {
        const double a = sample->entries[i].a;

        most = fmax(most, ceil(fabs(a)));
        is_share = is_share && a >= 0 && a <= 1;
    }
    return is_share ? (struct range){ 0, 1 }
                    : (struct range){ -most, 2 * most };
}

double means_round(double mean)
{
    char text[64];
    double rounded = mean;

    /* printf rounds by the exact value as well */
    (void)snprintf(text, sizeof text, "%.3f", mean);
    return text_to_double(text, &rounded) ? rounded : mean;
}

static double rounded_value(const struct sample *sample)
{
    double *sums = mem_alloc(sample->num_groups, sizeof *sums);
    double *counts = mem_alloc(sample->num_groups, sizeof *counts);
    double sum = 0;
    double num_used = 0;

    for (size_t i = 0; i < sample->num; i++) {
        sums[sample->groups[i]] += sample->entries[i].a;
        counts[sample->groups[i]]++;
    }
    for (size_t g = 0; g < sample->num_groups; g++) {
        if (counts[g] > 0) {
            sum += means_round(sums[g] / counts[g]);
            num_used++;
        }
    }
    free(sums);
    free(counts);
    return sum / num_used;
}

static struct interval back(struct interval interval,
                            const struct range *range,
                            double value,
                            double error)
{
    interval.low = range->low + range->width * interval.low;
    interval.high = range->low + range->width * interval.high;
    /* rounding may move the value out of an interval that is very narrow */
    interval.low = fmin(interval.low, value);
    interval.high = fmax(interval.high, value);
    return interval_widen(interval,
                          value,
                          error,
                          range->low,
                          range->low + range->width);
}

static void put(const struct mean *mean,
                const struct range *range,
                double error,
                double scale,
                struct score *out)
{
    struct interval interval = mean->interval;

    if (!isnan(interval.low)) {
        interval = back(interval, range, out->value, error);
        out->low = scale * interval.low;
        out->high = scale * interval.high;
        out->se_judge = scale * error;
    }
    interval = mean->within;
    if (!isnan(interval.low)) {
        interval = back(interval, range, out->value, error);
        out->within_low = scale * interval.low;
        out->within_high = scale * interval.high;
    }
    out->value *= scale;
    if (!isnan(mean->se_sampling)) {
        out->se_items = scale * range->width * mean->se_items;
        out->se_sampling = scale * range->width * mean->se_sampling;
    }
}

void means_score(const struct sample *sample,
                 const struct means_rule *rule,
                 struct score *out)
{
    const struct range range = find_range(sample);
    double *values = mem_alloc(sample->num, sizeof *values);
    const struct mean_input input = {
        .num = sample->num,
        .values = values,
        .groups = sample->groups,
        .items = sample->items,
        .asks = sample->asks,
        .clusters = sample->clusters,
        .num_groups = sample->num_groups,
        .num_weights = rule->num_weights,
        .shape = rule->shape,
    };
    struct mean mean;

    if (sample->params->sums) {
        sums_take_means(sample, rule);
        free(values);
        return;
    }
    for (size_t i = 0; i < sample->num; i++)
        values[i] = (sample->entries[i].a - range.low) / range.width;
    mean = mean_compute(&input);
    free(values);
    out->num = sample->num;
    if (sample->num == 0 || sample->lacks_part)
        return;
    out->value = rule->is_rounded ? rounded_value(sample)
                                  : range.low + range.width * mean.value;
    put(&mean,
        &range,
        sample_error(sample),
        rule->scale > 0 ? rule->scale : 1,
        out);
}

void means_of_values(const struct observation *observations,
                     size_t num,
                     const struct metric_params *params,
                     const char *by,
                     const struct means_rule *rule,
                     struct score *out)
{
    struct sample sample;

    sample_init(&sample, params);
    for (size_t i = 0; i < num; i++) {
        const struct observation *one = &observations[i];
        const uint32_t group = sample_group(&sample, one->item, by);

        if (isfinite(one->verdict->value))
            sample_add(&sample, group, one, one->verdict->value, 0);
    }
    sample_finish(&sample);
    sample_need_all_groups(&sample);
    means_score(&sample, rule, out);
    out->num_skipped = num - sample.num;
    sample_release(&sample);
}
