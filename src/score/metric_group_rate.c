#include "score/kinds.h"
#include "score/means.h"

static int compute(const struct observation *observations,
                   size_t num,
                   const struct metric_params *params,
                   struct score *out,
                   struct error *err)
{
    const struct means_rule rule = { .scale = 1 };

    (void)err;
    means_of_values(observations, num, params, params->by, &rule, out);
    return 0;
}

const struct metric_ops metric_group_rate = {
    .name = "group_rate",
    .help = "mean of the values, every group with equal weight",
    .unit = "1",
    .estimand = "mean over groups of the mean of the values",
    .source = "TrustLLM fairness: FairnessEval.preference_eval",
    .most = 1,
    .compute = compute,
};
