#include "score/kinds.h"

#include <math.h>

static int compute(const struct observation *observations,
                   size_t num,
                   const struct metric_params *params,
                   struct score *out,
                   struct error *err)
{
    (void)params;
    (void)err;
    for (size_t i = 0; i < num; i++) {
        const double value = observations[i].verdict->value;

        if (isfinite(value)) {
            out->value = out->num > 0 ? fmax(out->value, value) : value;
            out->num++;
        }
    }
    out->num_skipped = num - out->num;
    return 0;
}

/* No interval: the largest of more replies is never smaller, so it estimates
 * nothing but itself. */
const struct metric_ops metric_max = {
    .name = "max",
    .help = "the largest value; without an interval",
    .unit = "1",
    .estimand = "the largest value among the items that have one",
    .source = "TrustLLM safety: SafetyEval.toxicity_eval",
    .most = 1,
    .lacks = METRIC_NO_INTERVAL | METRIC_NO_SUMS,
    .compute = compute,
};
