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
    uint64_t hits = 0;
    bool is_share = true; /* all values are 0 or 1 */

    (void)err;
    sample_init(&sample, observations, num, params);
    sample_fix_groups(&sample, 1);
    for (size_t i = 0; i < num; i++) {
        const double value = observations[i].verdict->value;

        if (!isnan(value)) {
            sample_add_observation(&sample, 0, &observations[i], value, 0);
            hits += value == 1;
            is_share = is_share && (value == 0 || value == 1);
        }
    }
    out->num = sample.num;
    out->num_skipped = num - sample.num;
    sample_value(&sample, sample_group_mean, out);
    if (sample.has_repeats || !is_share) {
        sample_bootstrap(&sample, sample_group_mean, out);
    } else if (sample.num > 0) {
        interval = interval_wilson(hits, sample.num);
        out->low = interval.low;
        out->high = interval.high;
    }
    sample_release(&sample);
    return 0;
}

const struct metric_ops metric_rate = {
    .name = "rate",
    .help = "mean of the values: share right, refused, agreed, ...",
    .unit = "1",
    .estimand = "mean of the values over the items that have one",
    .source = "TrustLLM ethics: EthicsEval",
    .compute = compute,
};
