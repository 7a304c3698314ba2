#include "score/sample.h"

#include "base/mem.h"
#include "base/text.h"
#include "stats/bootstrap.h"

#include <math.h>
#include <stdlib.h>

void sample_init(struct sample *sample,
                 const struct observation *observations,
                 size_t num,
                 const struct metric_params *params)
{
    *sample = (struct sample){
        .profile = params->profile,
        .labels = params->labels,
        .seed = params->seed,
    };
    for (size_t i = 0; i < num; i++) {
        if (observations[i].repeat > 0)
            sample->has_repeats = true;
    }
}

void sample_release(struct sample *sample)
{
    free(sample->groups);
    free(sample->clusters);
    free(sample->a);
    free(sample->b);
    free((void *)sample->names);
    *sample = (struct sample){ 0 };
}

uint32_t sample_group(struct sample *sample, const char *name)
{
    for (size_t i = 0; i < sample->num_groups; i++) {
        if (text_equal(sample->names[i], name))
            return (uint32_t)i;
    }
    sample->names = mem_reserve((void *)sample->names,
                                &sample->caps[4],
                                sample->num_groups + 1,
                                sizeof *sample->names);
    sample->names[sample->num_groups] = name;
    return (uint32_t)sample->num_groups++;
}

void sample_fix_groups(struct sample *sample, size_t num)
{
    sample->num_groups = num;
}

void sample_add(struct sample *sample,
                uint32_t group,
                uint64_t cluster,
                double a,
                double b)
{
    const size_t need = sample->num + 1;

    sample->groups = mem_reserve(sample->groups,
                                 &sample->caps[0],
                                 need,
                                 sizeof *sample->groups);
    sample->clusters = mem_reserve(sample->clusters,
                                   &sample->caps[1],
                                   need,
                                   sizeof *sample->clusters);
    sample->a =
        mem_reserve(sample->a, &sample->caps[2], need, sizeof *sample->a);
    sample->b =
        mem_reserve(sample->b, &sample->caps[3], need, sizeof *sample->b);
    sample->groups[sample->num] = group;
    sample->clusters[sample->num] = cluster;
    sample->a[sample->num] = a;
    sample->b[sample->num] = b;
    sample->num = need;
}

void sample_add_observation(struct sample *sample,
                            uint32_t group,
                            const struct observation *observation,
                            double a,
                            double b)
{
    const uint64_t cluster =
        sample->has_repeats ? observation->item->index : sample->num;

    sample_add(sample, group, cluster, a, b);
}

double sample_number(const struct item *item, const char *field)
{
    double number = item_number(item, field);
    const char *text = item_text(item, field);

    if (isnan(number) && (!text || !text_to_double(text, &number)))
        return (double)NAN;
    return number;
}

int sample_label(const char *const *labels, const char *name)
{
    if (!labels || !name || !labels[0])
        return LABEL_NONE;
    for (int i = 1; labels[i]; i++) {
        if (text_equal(labels[i], name))
            return i;
    }
    return LABEL_NONE;
}

double sample_group_mean(const size_t *picks, size_t num, const void *context)
{
    const struct sample *sample = context;
    double *sums = mem_alloc(sample->num_groups, sizeof *sums);
    double *counts = mem_alloc(sample->num_groups, sizeof *counts);
    double sum = 0;
    double num_used = 0;

    for (size_t i = 0; i < num; i++) {
        sums[sample->groups[picks[i]]] += sample->a[picks[i]];
        counts[sample->groups[picks[i]]]++;
    }
    for (size_t g = 0; g < sample->num_groups; g++) {
        if (counts[g] > 0) {
            sum += sums[g] / counts[g];
            num_used++;
        }
    }
    free(sums);
    free(counts);
    return num_used > 0 ? sum / num_used : (double)NAN;
}

void sample_value(const struct sample *sample,
                  sample_fn statistic,
                  struct score *out)
{
    size_t *all = mem_alloc(sample->num, sizeof *all);

    for (size_t i = 0; i < sample->num; i++)
        all[i] = i;
    if (sample->num > 0)
        out->value = statistic(all, sample->num, sample);
    free(all);
}

void sample_bootstrap(const struct sample *sample,
                      sample_fn statistic,
                      struct score *out)
{
    const struct bootstrap input = {
        .num = sample->num,
        .strata = sample->groups,
        .clusters = sample->clusters,
        .seed = sample->seed,
    };
    struct interval interval;

    if (isnan(out->value))
        return;
    interval = bootstrap_interval(&input, statistic, sample);
    out->low = interval.low;
    out->high = interval.high;
}
