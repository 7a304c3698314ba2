#include "tools/train_refusal/fit_grams.h"

#include "base/mem.h"
#include "classify/weights.h"
#include "tools/train_refusal/examples.h"
#include "tools/train_refusal/subset.h"

#include <math.h>
#include <stdlib.h>

enum { PASSES = 8, MOST = 127 * 127 };

static const double full_rate = 0.1;
static const double first_squares = 1e-4; /* of the sums of squares */

struct fit {
    float *weights; /* [WEIGHTS_NUM_GRAMS] */
    float *squares;
    double bias;
    double bias_squares;
};

static double group_value(const struct example *e, size_t group)
{
    size_t num = e->starts[group + 1] - e->starts[group];
    return num > 0 ? 1 / sqrt((double)num) : 0;
}

static double score(const struct fit *fit, const struct example *e)
{
    double logit = fit->bias;

    for (size_t g = 0; g < GRAMS_NUM_GROUPS; g++) {
        double sum = 0;
        for (size_t i = e->starts[g]; i < e->starts[g + 1]; i++) {
            sum += (double)fit->weights[e->grams[i]];
        }
        logit += sum * group_value(e, g);
    }
    return logit;
}

static void learn(struct fit *fit,
                  const struct example *e,
                  double weight,
                  double rate)
{
    double p = 1 / (1 + exp(-score(fit, e)));
    double slope = (p - e->target) * weight;

    for (size_t g = 0; g < GRAMS_NUM_GROUPS; g++) {
        float step = (float)(slope * group_value(e, g));
        for (size_t i = e->starts[g]; i < e->starts[g + 1]; i++) {
            uint32_t k = e->grams[i];
            fit->squares[k] += step * step;
            fit->weights[k] -= (float)rate * step / sqrtf(fit->squares[k]);
        }
    }
    fit->bias_squares += slope * slope;
    fit->bias -= rate * slope / sqrt(fit->bias_squares);
}

/* q * |q| * scale: fine steps where most weights are, near zero. */
static void round_weights(struct weights *out, const struct fit *fit)
{
    float most = 0;

    for (size_t i = 0; i < WEIGHTS_NUM_GRAMS; i++) {
        most = fmaxf(most, fabsf(fit->weights[i]));
    }
    out->gram_scale = most > 0 ? (double)most / MOST : 1;
    out->gram_bias = fit->bias;
    for (size_t i = 0; i < WEIGHTS_NUM_GRAMS; i++) {
        double size = sqrt(fabs((double)fit->weights[i]) / out->gram_scale);
        long q = lrint(fmin(size, 127));
        out->grams[i] = (int8_t)(fit->weights[i] < 0 ? -q : q);
    }
}

void fit_grams(struct weights *out,
               const struct examples *examples,
               int left_out)
{
    struct fit fit = { .bias_squares = first_squares };
    struct subset subset;

    fit.weights = mem_alloc(WEIGHTS_NUM_GRAMS, sizeof *fit.weights);
    fit.squares = mem_alloc(WEIGHTS_NUM_GRAMS, sizeof *fit.squares);
    for (size_t i = 0; i < WEIGHTS_NUM_GRAMS; i++) {
        fit.squares[i] = (float)first_squares;
    }
    subset_init(&subset, examples, left_out, 1);
    for (int pass = 0; pass < PASSES; pass++) {
        double rate = full_rate * (1 - (double)pass / PASSES);
        subset_shuffle(&subset);
        for (size_t i = 0; i < subset.num; i++) {
            const struct example *e = &examples->items[subset.order[i]];
            learn(&fit, e, subset.weights[e->model], rate);
        }
    }
    round_weights(out, &fit);
    subset_release(&subset);
    free(fit.weights);
    free(fit.squares);
}
