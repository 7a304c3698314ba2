#include "evaluate/chosen.h"
#include "evaluate/kinds.h"

static void judge_one(const struct rules_case *one, struct verdicts *out)
{
    chosen_judge(one, true, out);
}

static enum evaluator_result judge(const struct group *group,
                                   struct verdicts *out,
                                   struct ask_list *asks,
                                   struct error *err)
{
    (void)asks;
    (void)err;
    return rules_each(group, out, judge_one);
}

const struct evaluator_ops evaluator_choice_per_character = {
    .name = "choice_per_character",
    .help = "the same, log-likelihoods divided by the options' characters",
    .source = "own rule: log-likelihood per character of each option",
    .labels = chosen_labels,
    .judge = judge,
};
