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
    means_of_values(observations, num, params, NULL, &rule, out);
    return 0;
}

const struct metric_ops metric_rate = {
    .name = "rate",
    .help = "mean of the values: share right, refused, agreed, ...",
    .unit = "1",
    .estimand = "mean of the values over the items that have one",
    .source = "TrustLLM utils/metrics.py: RtA; ethics: EthicsEval",
    .most = 1,
    .compute = compute,
};
