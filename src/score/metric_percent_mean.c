#include "score/kinds.h"
#include "score/means.h"

static int compute(const struct observation *observations,
                   size_t num,
                   const struct metric_params *params,
                   struct score *out,
                   struct error *err)
{
    const struct means_rule rule = { .scale = 100 };

    (void)err;
    means_of_values(observations, num, params, NULL, &rule, out);
    return 0;
}

const struct metric_ops metric_percent_mean = {
    .name = "percent_mean",
    .help = "mean of the values, times 100",
    .unit = "%",
    .estimand = "mean of the values over the items that have one, in percent",
    .source =
        "TrustLLM robustness: RobustnessEval.advinstruction_eval; the board prints x100",
    .least = -100,
    .most = 100,
    .compute = compute,
};
