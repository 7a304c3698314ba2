#include "score/kinds.h"
#include "score/sample.h"
#include "stats/interval.h"

#include <math.h>

static int compute(const struct observation *observations,
                   size_t num,
                   const struct metric_params *params,
                   struct score *out,
                   struct error *err)
{
    struct sample sample;
    struct interval interval;
    double hits = 0;

    (void)err;
    sample_init(&sample, observations, num, params);
    sample_fix_groups(&sample, 1);
    for (size_t i = 0; i < num; i++) {
        const double value = observations[i].verdict->value;

        if (!isnan(value)) {
            sample_add_observation(&sample, 0, &observations[i], value, 0);
            hits += value;
        }
    }
    out->num = sample.num;
    out->num_skipped = num - sample.num;
    sample_value(&sample, sample_group_mean, out);
    if (sample.has_repeats) {
        sample_bootstrap(&sample, sample_group_mean, out);
    } else if (sample.num > 0) {
        interval = interval_wilson((uint64_t)(hits + 0.5), sample.num);
        out->low = interval.low;
        out->high = interval.high;
    }
    sample_release(&sample);
    return 0;
}

const struct metric_ops metric_accuracy = {
    .name = "accuracy",
    .help = "share of right answers",
    .unit = "1",
    .estimand = "mean of right (1) and wrong (0) over the items judged",
    .source = "TrustLLM ethics: EthicsEval",
    .compute = compute,
};
