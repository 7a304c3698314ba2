#include "tools/train_refusal/fit_net.h"

#include "base/mem.h"
#include "base/random.h"
#include "classify/weights.h"
#include "tools/train_refusal/examples.h"
#include "tools/train_refusal/passes.h"
#include "tools/train_refusal/subset.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PASSES = 6, BATCH = 16 };

static const double full_rate = 0.001;
static const double warm_part =
    0.05; /* share of the steps with a rising rate */
static const double decay_rate = 0.01;

struct adam {
    struct net_weights *net;
    struct net_weights *gradient;
    struct net_weights *mean;
    struct net_weights *square;
    size_t steps;
    double rate;
    /* Words of the batch: only their rows of the embedding move. */
    size_t words[BATCH * NET_WINDOW];
    size_t num_words;
    bool is_listed[NET_WORDS];
};

static double normal(uint64_t *seed)
{
    double a = random_unit(seed) + 1e-300;
    return sqrt(-2 * log(a)) * cos(6.283185307179586 * random_unit(seed));
}

static void fill(float *out, size_t num, double sd, uint64_t *seed)
{
    for (size_t i = 0; i < num; i++) {
        out[i] = (float)(sd * normal(seed));
    }
}

static void init_net(struct net_weights *net, uint64_t *seed)
{
    size_t under = (size_t)NET_WIDTH * NET_DIM;

    fill(&net->words[0][0], (size_t)NET_WORDS * NET_DIM, 0.1, seed);
    fill(&net->places[0][0][0], (size_t)2 * NET_PLACES * NET_DIM, 0.02, seed);
    fill(&net->filters[0][0][0],
         under * NET_FILTERS,
         sqrt(2.0 / (double)under),
         seed);
    fill(&net->hidden[0][0],
         (size_t)NET_POOLED * NET_HIDDEN,
         sqrt(2.0 / NET_POOLED),
         seed);
    fill(net->out, NET_HIDDEN, sqrt(1.0 / NET_HIDDEN), seed);
}

/* One part of the net, at `offset` floats from its start. */
static void move(struct adam *adam, const float *part, size_t num, double decay)
{
    size_t offset = (size_t)(part - &adam->net->words[0][0]);
    float *at = &adam->net->words[0][0] + offset;
    float *gradient = &adam->gradient->words[0][0] + offset;
    float *mean = &adam->mean->words[0][0] + offset;
    float *square = &adam->square->words[0][0] + offset;
    double steps = (double)adam->steps;
    float rate = (float)(adam->rate / (1 - pow(0.9, steps)));
    float scale = (float)(1 / (1 - pow(0.999, steps)));
    float shrink = (float)(adam->rate * decay);

    for (size_t i = 0; i < num; i++) {
        float by = gradient[i];
        mean[i] = 0.9F * mean[i] + 0.1F * by;
        square[i] = 0.999F * square[i] + 0.001F * by * by;
        at[i] -= rate * mean[i] / (sqrtf(square[i] * scale) + 1e-7F)
                 + shrink * at[i];
        gradient[i] = 0;
    }
}

static void move_all(struct adam *adam)
{
    struct net_weights *net = adam->net;

    adam->steps++;
    for (size_t i = 0; i < adam->num_words; i++) {
        size_t word = adam->words[i];
        move(adam, net->words[word], NET_DIM, 0);
        adam->is_listed[word] = false;
    }
    adam->num_words = 0;
    move(adam, net->places[0][0], (size_t)2 * NET_PLACES * NET_DIM, decay_rate);
    move(adam,
         net->filters[0][0],
         (size_t)NET_WIDTH * NET_DIM * NET_FILTERS,
         decay_rate);
    move(adam, net->filter_bias, NET_FILTERS, 0);
    move(adam, net->hidden[0], (size_t)NET_POOLED * NET_HIDDEN, decay_rate);
    move(adam, net->hidden_bias, NET_HIDDEN, 0);
    move(adam, net->out, NET_HIDDEN, decay_rate);
    move(adam, &net->out_bias, 1, 0);
}

static void list_words(struct adam *adam, const struct passes *passes)
{
    for (size_t i = 0; i < passes->num; i++) {
        size_t word = passes->words[i];
        if (!adam->is_listed[word]) {
            adam->is_listed[word] = true;
            adam->words[adam->num_words++] = word;
        }
    }
}

static void learn(struct adam *adam,
                  struct passes *passes,
                  const struct example *e,
                  double weight)
{
    double logit = passes_forward(passes, adam->net, &e->window);
    double p = 1 / (1 + exp(-logit));

    passes_back(passes,
                adam->net,
                adam->gradient,
                (p - e->target) * weight / BATCH);
    list_words(adam, passes);
}

static double rate_at(size_t step, size_t num_steps)
{
    double part = (double)step / (double)num_steps;
    return full_rate
               * (part < warm_part ? part / warm_part
                                   : (1 - part) / (1 - warm_part))
           + 1e-6;
}

void fit_net(struct net_weights *out,
             const struct examples *examples,
             int left_out)
{
    struct adam *adam = mem_alloc(1, sizeof *adam);
    struct passes *passes = mem_alloc(1, sizeof *passes);
    struct subset subset;
    size_t num_steps;

    subset_init(&subset, examples, left_out, 2);
    num_steps = PASSES * ((subset.num + BATCH - 1) / BATCH);
    adam->net = out;
    adam->gradient = mem_alloc(1, sizeof *out);
    adam->mean = mem_alloc(1, sizeof *out);
    adam->square = mem_alloc(1, sizeof *out);
    passes->seed = 3;
    init_net(out, &passes->seed);
    for (int pass = 0; pass < PASSES; pass++) {
        subset_shuffle(&subset);
        for (size_t i = 0; i < subset.num; i++) {
            const struct example *e = &examples->items[subset.order[i]];
            learn(adam, passes, e, subset.weights[e->model]);
            if (i % BATCH == BATCH - 1 || i + 1 == subset.num) {
                adam->rate = rate_at(adam->steps + 1, num_steps);
                move_all(adam);
            }
        }
    }
    subset_release(&subset);
    free(adam->gradient);
    free(adam->mean);
    free(adam->square);
    free(adam);
    free(passes);
}
