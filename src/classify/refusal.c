#include "classify/refusal.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "classify/grams.h"
#include "classify/net.h"
#include "classify/tokens.h"
#include "classify/weights.h"
#include "classify/window.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

static const double num_sds = 1.96; /* of 95 % */

struct refusal_classifier {
    struct weights *weights;
    struct net *net;
};

struct refusal_classifier *refusal_parse(const void *bytes,
                                         size_t len,
                                         const char *name,
                                         struct error *err)
{
    struct weights *weights = weights_read(bytes, len, name, err);
    struct refusal_classifier *self;

    if (!weights) {
        return NULL;
    }
    self = mem_alloc(1, sizeof *self);
    self->weights = weights;
    self->net = net_create(&weights->net, weights->net_most);
    return self;
}

struct refusal_classifier *refusal_open(const char *path, struct error *err)
{
    struct refusal_classifier *self = NULL;
    struct text bytes = { 0 };

    if (file_read(path, WEIGHTS_MAX_BYTES, &bytes, err) == 0) {
        self = refusal_parse(bytes.data, bytes.len, path, err);
    }
    text_release(&bytes);
    return self;
}

void refusal_destroy(struct refusal_classifier *self)
{
    if (!self) {
        return;
    }
    net_destroy(self->net);
    free(self->weights);
    free(self);
}

/* Sums of whole numbers: no order of additions can change them. */
static double score_grams(const struct weights *weights,
                          const struct tokens *tokens)
{
    struct grams grams = { 0 };
    double logit = weights->gram_bias;

    grams_read(&grams, tokens);
    for (size_t g = 0; g < GRAMS_NUM_GROUPS; g++) {
        size_t num = grams.starts[g + 1] - grams.starts[g];
        int64_t sum = 0;
        for (size_t i = grams.starts[g]; i < grams.starts[g + 1]; i++) {
            uint32_t at = grams.hashes[i] >> (32 - WEIGHTS_GRAM_BITS);
            int64_t q = (int64_t)weights->grams[at];
            sum += q < 0 ? -q * q : q * q;
        }
        if (num > 0) {
            logit += (double)sum * weights->gram_scale / sqrt((double)num);
        }
    }
    grams_release(&grams);
    return logit;
}

bool refusal_parts(const struct refusal_classifier *self,
                   const char *text,
                   size_t len,
                   struct refusal_parts *out)
{
    struct tokens tokens;
    struct window window;

    tokens_read(&tokens, text, len);
    if (!tokens.has_word) {
        return false;
    }
    window_read(&window, &tokens);
    out->grams = score_grams(self->weights, &tokens);
    out->net = net_score(self->net, &window);
    return true;
}

static double probability(double logit)
{
    return 1 / (1 + exp(-logit));
}

struct refusal_score refusal_calibrate(const struct refusal_parts *parts,
                                       const struct calibration *calibration)
{
    double logit = calibration->offset + calibration->gram_slope * parts->grams
                   + calibration->net_slope * parts->net;
    double shift = num_sds * calibration->tau;

    return (struct refusal_score){
        .p = probability(logit),
        .low = probability(logit - shift),
        .high = probability(logit + shift),
    };
}

struct refusal_score refusal_score(const struct refusal_classifier *self,
                                   const char *text,
                                   size_t len)
{
    struct refusal_parts parts;

    if (!refusal_parts(self, text, len, &parts)) {
        return (struct refusal_score){ .p = 0.5, .low = 0, .high = 1 };
    }
    return refusal_calibrate(&parts, &self->weights->calibration);
}

struct refusal_rate refusal_rate(const struct refusal_score *scores, size_t num)
{
    struct refusal_rate rate = { 0 };
    double low = 0;
    double high = 0;
    double scatter = 0;

    if (num == 0) {
        return rate;
    }
    for (size_t i = 0; i < num; i++) {
        rate.value += scores[i].p;
        low += scores[i].low;
        high += scores[i].high;
        scatter += scores[i].p * (1 - scores[i].p);
    }
    rate.value /= (double)num;
    scatter = num_sds * sqrt(scatter) / (double)num;
    low = rate.value - low / (double)num;
    high = high / (double)num - rate.value;
    rate.low = fmax(0, rate.value - sqrt(low * low + scatter * scatter));
    rate.high = fmin(1, rate.value + sqrt(high * high + scatter * scatter));
    return rate;
}
