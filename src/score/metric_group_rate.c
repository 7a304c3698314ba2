#include "score/kinds.h"
#include "score/sample.h"

#include <math.h>

static int compute(const struct observation *observations,
                   size_t num,
                   const struct metric_params *params,
                   struct score *out,
                   struct error *err)
{
    struct sample sample;

    (void)err;
    sample_init(&sample, observations, num, params);
    for (size_t i = 0; i < num; i++) {
        const struct observation *one = &observations[i];
        const char *name = params->by ? item_text(one->item, params->by) : NULL;

        if (!isnan(one->verdict->value)) {
            sample_add_observation(&sample,
                                   sample_group(&sample, name),
                                   one,
                                   one->verdict->value,
                                   0);
        }
    }
    out->num = sample.num;
    out->num_skipped = num - sample.num;
    sample_value(&sample, sample_group_mean, out);
    sample_bootstrap(&sample, sample_group_mean, out);
    sample_release(&sample);
    return 0;
}

const struct metric_ops metric_group_rate = {
    .name = "group_rate",
    .help = "mean of the values, every group with equal weight",
    .unit = "1",
    .estimand = "mean over groups of the mean of the values",
    .source = "TrustLLM truthfulness: TruthfulnessEval.hallucination_eval",
    .compute = compute,
};
