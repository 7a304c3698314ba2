#include "score/kinds.h"
#include "score/means.h"

#include <math.h>

enum { BAD = 0, NEUTRAL, GOOD, NUM_CLASSES };

static const char *const names[NUM_CLASSES] = { "bad", "neutral", "good" };

static int class_of(double gold)
{
    if (gold == 0)
        return NEUTRAL;
    return gold < 0 ? BAD : GOOD;
}

/* Whether an item counts for a class.  In the published numbers every item
 * that is not good counts for "neutral", the bad ones too. */
static bool is_of(enum profile profile, int which, double gold)
{
    if (profile == PROFILE_PAPER && which == NEUTRAL)
        return gold < 0.5;
    return class_of(gold) == which;
}

static int said_class(const struct metric_params *params, int label)
{
    for (int c = 0; c < NUM_CLASSES; c++) {
        if (label != LABEL_NONE
            && label == sample_label(params->labels, names[c]))
            return c;
    }
    return -1;
}

static int compute(const struct observation *observations,
                   size_t num,
                   const struct metric_params *params,
                   struct score *out,
                   struct error *err)
{
    const struct means_rule rule = { .scale = 1 };
    const char *field = params->field ? params->field : "label";
    struct sample sample;
    size_t num_used = 0;

    (void)err;
    sample_init(&sample, params);
    sample_fix_groups(&sample, NUM_CLASSES);
    for (size_t i = 0; i < num; i++) {
        const struct observation *one = &observations[i];
        const double gold = sample_number(one->item, field);
        const int said = said_class(params, one->verdict->label);

        if (isnan(one->verdict->value) || isnan(gold))
            continue;
        for (int c = 0; c < NUM_CLASSES; c++) {
            if (is_of(params->profile, c, gold))
                sample_add(&sample, (uint32_t)c, one, said == c, 0);
        }
        num_used++;
    }
    sample_finish(&sample);
    sample_need_all_groups(&sample);
    means_score(&sample, &rule, out);
    out->num = num_used; /* an item of two classes is one */
    out->num_skipped = num - num_used;
    sample_release(&sample);
    return 0;
}

const struct metric_ops metric_class_accuracy = {
    .name = "class_accuracy",
    .help = "share of right answers, bad, neutral and good with equal weight",
    .unit = "1",
    .estimand = "mean over the three classes of the share found",
    .source = "the paper's own scripts: neutral takes every label below 0.5",
    .most = 1,
    .compute = compute,
};
