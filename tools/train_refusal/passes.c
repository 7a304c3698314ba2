#include "tools/train_refusal/passes.h"

#include "base/random.h"

#include <math.h>
#include <string.h>

enum { BEFORE = NET_WIDTH / 2 };

static const double drop_word = 0.1;
static const double drop_pooled = 0.4;
static const double drop_hidden = 0.2;

/* 0 with probability `drop`, else what keeps the mean. */
static float keep(struct passes *self, double drop)
{
    return random_unit(&self->seed) < drop ? 0 : (float)(1 / (1 - drop));
}

static void read_inputs(struct passes *self,
                        const struct net_weights *net,
                        const struct window *window)
{
    size_t num = window->num;

    self->num = num;
    memset(self->inputs, 0, (num + NET_WIDTH) * sizeof self->inputs[0]);
    for (size_t i = 0; i < num; i++) {
        float *row = self->inputs[i + BEFORE];
        const float *start = net->places[0][window_place(i)];
        const float *end = net->places[1][window_place(num - 1 - i)];
        uint16_t word = window->words[i];
        if (random_unit(&self->seed) < drop_word) {
            word = 0;
        }
        self->words[i] = word;
        for (size_t d = 0; d < NET_DIM; d++) {
            row[d] = net->words[word][d] + start[d] + end[d];
        }
    }
}

static void apply_filters(struct passes *self, const struct net_weights *net)
{
    const float *filters = &net->filters[0][0][0];

    for (size_t t = 0; t < self->num; t++) {
        const float *input = self->inputs[t];
        float sum[NET_FILTERS];
        memcpy(sum, net->filter_bias, sizeof sum);
        for (size_t i = 0; i < (size_t)NET_WIDTH * NET_DIM; i++) {
            const float *row = filters + i * NET_FILTERS;
            for (size_t f = 0; f < NET_FILTERS; f++) {
                sum[f] += input[i] * row[f];
            }
        }
        memcpy(self->sums[t], sum, sizeof sum);
    }
}

static void pool(struct passes *self,
                 const struct net_weights *net,
                 const struct window *window)
{
    struct zone zones[NET_ZONES];
    float *mean = self->pooled + (size_t)NET_ZONES * NET_FILTERS;
    float scale = 1 / sqrtf((float)self->num + 1);

    window_zones(self->num, zones);
    memset(self->pooled, 0, sizeof self->pooled);
    memset(self->most, -1, sizeof self->most);
    for (size_t z = 0; z < NET_ZONES; z++) {
        float *most = self->pooled + z * NET_FILTERS;
        for (size_t t = zones[z].from; t < zones[z].to; t++) {
            for (size_t f = 0; f < NET_FILTERS; f++) {
                if (self->sums[t][f] > most[f]) {
                    most[f] = self->sums[t][f];
                    self->most[z][f] = (int)t;
                }
            }
        }
    }
    for (size_t i = 0; i < self->num; i++) {
        for (size_t d = 0; d < NET_DIM; d++) {
            mean[d] += net->words[self->words[i]][d] * scale;
        }
    }
    for (size_t i = 0; i < NET_POOLED - NET_SHAPE; i++) {
        self->pooled_keep[i] = keep(self, drop_pooled);
        self->pooled[i] *= self->pooled_keep[i];
    }
    for (size_t i = NET_POOLED - NET_SHAPE; i < NET_POOLED; i++) {
        self->pooled_keep[i] = 1;
        self->pooled[i] = window->shape[i - (NET_POOLED - NET_SHAPE)];
    }
}

double passes_forward(struct passes *self,
                      const struct net_weights *net,
                      const struct window *window)
{
    double logit = (double)net->out_bias;

    read_inputs(self, net, window);
    apply_filters(self, net);
    pool(self, net, window);
    memcpy(self->hidden, net->hidden_bias, sizeof self->hidden);
    for (size_t i = 0; i < NET_POOLED; i++) {
        for (size_t h = 0; h < NET_HIDDEN; h++) {
            self->hidden[h] += net->hidden[i][h] * self->pooled[i];
        }
    }
    for (size_t h = 0; h < NET_HIDDEN; h++) {
        self->hidden_keep[h] = keep(self, drop_hidden);
        self->hidden[h] =
            self->hidden[h] > 0 ? self->hidden[h] * self->hidden_keep[h] : 0;
        logit += (double)(self->hidden[h] * net->out[h]);
    }
    return logit;
}

static void back_hidden(const struct passes *self,
                        const struct net_weights *net,
                        struct net_weights *gradient,
                        float slope,
                        float pooled[NET_POOLED])
{
    float hidden[NET_HIDDEN];

    gradient->out_bias += slope;
    for (size_t h = 0; h < NET_HIDDEN; h++) {
        gradient->out[h] += slope * self->hidden[h];
        hidden[h] = self->hidden[h] > 0
                        ? slope * net->out[h] * self->hidden_keep[h]
                        : 0;
        gradient->hidden_bias[h] += hidden[h];
    }
    for (size_t i = 0; i < NET_POOLED; i++) {
        float sum = 0;
        for (size_t h = 0; h < NET_HIDDEN; h++) {
            gradient->hidden[i][h] += hidden[h] * self->pooled[i];
            sum += hidden[h] * net->hidden[i][h];
        }
        pooled[i] = sum * self->pooled_keep[i];
    }
}

/* Only the word where a filter has its maximum has a share in it. */
static void back_filter(struct passes *self,
                        const struct net_weights *net,
                        struct net_weights *gradient,
                        size_t f,
                        size_t t,
                        float slope)
{
    const float *input = self->inputs[t];
    float *slopes = self->slopes[t];
    const float *filters = &net->filters[0][0][0];
    float *sums = &gradient->filters[0][0][0];

    gradient->filter_bias[f] += slope;
    for (size_t i = 0; i < (size_t)NET_WIDTH * NET_DIM; i++) {
        sums[i * NET_FILTERS + f] += slope * input[i];
        slopes[i] += slope * filters[i * NET_FILTERS + f];
    }
}

void passes_back(struct passes *self,
                 const struct net_weights *net,
                 struct net_weights *gradient,
                 double slope)
{
    float pooled[NET_POOLED];
    const float *mean = pooled + (size_t)NET_ZONES * NET_FILTERS;
    float scale = 1 / sqrtf((float)self->num + 1);

    back_hidden(self, net, gradient, (float)slope, pooled);
    memset(self->slopes, 0, (self->num + NET_WIDTH) * sizeof self->slopes[0]);
    for (size_t z = 0; z < NET_ZONES; z++) {
        for (size_t f = 0; f < NET_FILTERS; f++) {
            int t = self->most[z][f];
            float by = pooled[z * NET_FILTERS + f];
            if (t >= 0 && by != 0) {
                back_filter(self, net, gradient, f, (size_t)t, by);
            }
        }
    }
    for (size_t i = 0; i < self->num; i++) {
        const float *row = self->slopes[i + BEFORE];
        float *word = gradient->words[self->words[i]];
        float *start = gradient->places[0][window_place(i)];
        float *end = gradient->places[1][window_place(self->num - 1 - i)];
        for (size_t d = 0; d < NET_DIM; d++) {
            word[d] += row[d] + scale * mean[d];
            start[d] += row[d];
            end[d] += row[d];
        }
    }
}
