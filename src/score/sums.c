#include "score/sums.h"

#include "base/mem.h"
#include "score/means.h"
#include "score/statistic.h"

#include <math.h>
#include <stdlib.h>

enum { COUNT = 0, SUM, MEANS_WIDTH };

/* Everything but the parts. */
static struct sums *take_entries(const struct sample *sample,
                                 size_t width,
                                 bool is_whole)
{
    struct sums *out = sample->params->sums;

    *out = (struct sums){
        .num = sample->lacks_part ? 0 : sample->num,
        .width = width,
        .num_strata = is_whole ? 1 : sample->num_groups,
        .params = *sample->params,
    };
    out->params.sums = NULL;
    out->frame = (struct sample){ .num_groups = sample->num_groups };
    out->parts = mem_alloc(out->num * width, sizeof *out->parts);
    out->items = mem_alloc(out->num, sizeof *out->items);
    if (!is_whole)
        out->strata = mem_alloc(out->num, sizeof *out->strata);
    if (sample->clusters)
        out->clusters = mem_alloc(out->num, sizeof *out->clusters);
    for (size_t i = 0; i < out->num; i++) {
        out->items[i] = sample->entries[i].item;
        if (out->strata)
            out->strata[i] = sample->groups[i];
        if (out->clusters)
            out->clusters[i] = sample->entries[i].cluster;
    }
    return out;
}

void sums_take_means(const struct sample *sample, const struct means_rule *rule)
{
    const size_t width = sample->num_groups * MEANS_WIDTH;
    struct sums *out = take_entries(sample, width, false);

    out->shape = rule->shape;
    out->num_weights = rule->num_weights;
    out->scale = rule->scale > 0 ? rule->scale : 1;
    for (size_t i = 0; i < out->num; i++) {
        double *parts = &out->parts[i * width];

        parts[sample->groups[i] * MEANS_WIDTH + COUNT] = 1;
        parts[sample->groups[i] * MEANS_WIDTH + SUM] = sample->entries[i].a;
    }
}

void sums_take(const struct sample *sample, const struct statistic *statistic)
{
    const size_t width = statistic->width;
    struct sums *out = take_entries(sample, width, statistic->is_whole);

    out->value = statistic->value;
    for (size_t i = 0; i < out->num; i++) {
        statistic->add(sample, &sample->entries[i], &out->parts[i * width]);
    }
}

static double value_of_means(const struct sums *sums, const double *totals)
{
    double sum = 0;
    double num_used = 0;

    for (size_t g = 0; g < sums->frame.num_groups; g++) {
        const double *group = &totals[g * MEANS_WIDTH];
        const double mean = group[SUM] / group[COUNT];

        if (group[COUNT] > 0) {
            sum += sums->shape ? sums->shape(mean) : mean;
            num_used++;
        }
    }
    if (num_used == 0)
        return (double)NAN;
    if (sums->num_weights > 0)
        num_used = (double)sums->num_weights;
    return sums->scale * sum / num_used;
}

double sums_value(const struct sums *sums, const double *totals)
{
    struct sample frame = sums->frame;

    if (sums->num == 0)
        return (double)NAN;
    frame.params = &sums->params;
    return sums->value ? sums->value(totals, &frame)
                       : value_of_means(sums, totals);
}

int sums_read(const struct metric_ops *metric,
              const struct observation *observations,
              size_t num,
              const struct metric_params *params,
              struct sums *out,
              struct error *err)
{
    struct metric_params asked = *params;
    struct score score = score_none();

    *out = (struct sums){ 0 };
    asked.sums = out;
    asked.no_intervals = true;
    for (size_t i = 0; i < num; i++) {
        if (observations[i].verdict->state == STATE_UNJUDGED)
            return 0; /* part of a column would pass for the whole */
    }
    return metric->compute(observations, num, &asked, &score, err);
}

void sums_release(struct sums *sums)
{
    free(sums->parts);
    free(sums->items);
    free(sums->clusters);
    free(sums->strata);
    *sums = (struct sums){ 0 };
}
