/* An example of an evaluator: see CONTRIBUTING.md.  tests/cli/add.sh adds it to a
 * copy of the tree. */
#include "evaluate/kinds.h"
#include "evaluate/rules.h"

#include <ctype.h>
#include <math.h>

enum { CALM = 1, LOUD };

static const char *const labels[] = { "", "calm", "loud", NULL };

static void judge_one(const struct rules_case *one, struct verdicts *out)
{
    int num_letters = 0;
    int num_capitals = 0;
    bool is_loud;

    for (const char *at = one->text; *at; at++) {
        num_letters += isalpha((unsigned char)*at) != 0;
        num_capitals += isupper((unsigned char)*at) != 0;
    }
    is_loud = num_letters > 0 && 2 * num_capitals > num_letters;
    for (int p = 0; p < NUM_PROFILES; p++) {
        out->by_profile[p] =
            num_letters == 0
                ? rules_unparsed(one->reply, (double)NAN)
                : rules_found(one->reply, is_loud ? LOUD : CALM, is_loud);
    }
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

const struct evaluator_ops evaluator_shouting = {
    .name = "shouting",
    .help = "whether most letters of the reply are capitals",
    .source = "an example",
    .labels = labels,
    .judge = judge,
};
