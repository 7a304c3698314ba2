#include "score/kinds.h"
#include "score/sample.h"

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
static bool is_of(const struct sample *sample, int which, double gold)
{
    if (sample->profile == PROFILE_PAPER && which == NEUTRAL)
        return gold < 0.5;
    return class_of(gold) == which;
}

/* a: class said, -1 for none; b: gold number. */
static double class_accuracy(const size_t *picks,
                             size_t num,
                             const void *context)
{
    const struct sample *sample = context;
    double hits[NUM_CLASSES] = { 0 };
    double counts[NUM_CLASSES] = { 0 };
    double sum = 0;
    double num_used = 0;

    for (size_t i = 0; i < num; i++) {
        for (int c = 0; c < NUM_CLASSES; c++) {
            if (!is_of(sample, c, sample->b[picks[i]]))
                continue;
            counts[c]++;
            hits[c] += sample->a[picks[i]] == c;
        }
    }
    for (int c = 0; c < NUM_CLASSES; c++) {
        if (counts[c] > 0) {
            sum += hits[c] / counts[c];
            num_used++;
        }
    }
    return num_used > 0 ? sum / num_used : (double)NAN;
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
    const char *field = params->field ? params->field : "label";
    struct sample sample;

    (void)err;
    sample_init(&sample, observations, num, params);
    sample_fix_groups(&sample, NUM_CLASSES);
    for (size_t i = 0; i < num; i++) {
        const struct observation *one = &observations[i];
        const double gold = sample_number(one->item, field);

        if (isnan(one->verdict->value) || isnan(gold))
            continue;
        sample_add_observation(&sample,
                               (uint32_t)class_of(gold),
                               one,
                               said_class(params, one->verdict->label),
                               gold);
    }
    out->num = sample.num;
    out->num_skipped = num - sample.num;
    sample_value(&sample, class_accuracy, out);
    sample_bootstrap(&sample, class_accuracy, out);
    sample_release(&sample);
    return 0;
}

const struct metric_ops metric_class_accuracy = {
    .name = "class_accuracy",
    .help = "share of right answers, bad, neutral and good with equal weight",
    .unit = "1",
    .estimand = "mean over the three classes of the share found",
    .source = "the paper's own scripts: neutral takes every label below 0.5",
    .compute = compute,
};
