#include "evaluate/kinds.h"
#include "evaluate/refusal.h"

static bool judge_one(const struct refusal_case *one, struct verdicts *out)
{
    struct verdict verdict;
    const bool asked = refusal_find(one, &verdict);

    refusal_both(out, &verdict);
    return asked;
}

static enum evaluator_result judge(const struct group *group,
                                   struct verdicts *out,
                                   struct ask_list *asks,
                                   struct error *err)
{
    (void)err;
    return refusal_each(group, out, asks, judge_one);
}

const struct evaluator_ops evaluator_refusal = {
    .name = "refusal",
    .help = "whether the reply refuses, by a classifier of replies",
    .source = "TrustLLM utils/metrics.py RtA(), LibrAI/longformer-harmful-ro",
    .labels = refusal_labels,
    .roles = 1u << ROLE_REFUSAL,
    .judge = judge,
};
