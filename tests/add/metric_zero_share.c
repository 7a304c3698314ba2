/* An example of a metric: see CONTRIBUTING.md.  tests/cli/add.sh adds it to a copy
 * of the tree. */
#include "base/mem.h"
#include "score/kinds.h"
#include "score/means.h"

#include <math.h>
#include <stdlib.h>

static int compute(const struct observation *observations,
                   size_t num,
                   const struct metric_params *params,
                   struct score *out,
                   struct error *err)
{
    const struct means_rule rule = { .scale = 1 };
    struct observation *zeros = mem_copy(observations, num * sizeof *zeros);
    struct verdict *verdicts = mem_alloc(num, sizeof *verdicts);

    (void)err;
    for (size_t i = 0; i < num; i++) {
        verdicts[i] = *observations[i].verdict;
        if (!isnan(verdicts[i].value))
            verdicts[i].value = verdicts[i].value == 0;
        zeros[i].verdict = &verdicts[i];
    }
    means_of_values(zeros, num, params, NULL, &rule, out);
    free(verdicts);
    free(zeros);
    return 0;
}

const struct metric_ops metric_zero_share = {
    .name = "zero_share",
    .help = "share of the items whose value is 0",
    .unit = "1",
    .estimand = "share of zeros among the items that have a value",
    .source = "an example",
    .most = 1,
    .compute = compute,
};
