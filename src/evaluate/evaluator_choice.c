#include "evaluate/chosen.h"
#include "evaluate/kinds.h"

static void judge_one(const struct rules_case *one, struct verdicts *out)
{
    chosen_judge(one, false, out);
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

const struct evaluator_ops evaluator_choice = {
    .name = "choice",
    .help = "the right option of a multiple-choice question",
    .source =
        "own rule: log-likelihood of each option, or the letter in a reply",
    .labels = chosen_labels,
    .judge = judge,
};
