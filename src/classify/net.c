#include "classify/net.h"

#include "base/mem.h"
#include "classify/weights.h"
#include "classify/window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BEFORE = NET_WIDTH / 2 }; /* words of a filter before its own place */

typedef float filters[NET_FILTERS];

struct net {
    const struct net_weights *weights;
    filters *words;  /* [NET_WORDS][NET_WIDTH] */
    filters *places; /* [2][NET_PLACES][NET_WIDTH] */
};

static void add(float *sum, const float *more)
{
    for (size_t f = 0; f < NET_FILTERS; f++) {
        sum[f] += more[f];
    }
}

/* What one vector adds to every filter, at each place under it. */
static void make_rows(filters *out,
                      const float *vector,
                      const struct net_weights *weights)
{
    for (size_t k = 0; k < NET_WIDTH; k++) {
        float sum[NET_FILTERS] = { 0 };
        for (size_t d = 0; d < NET_DIM; d++) {
            const float *row = weights->filters[k][d];
            for (size_t f = 0; f < NET_FILTERS; f++) {
                sum[f] += vector[d] * row[f];
            }
        }
        memcpy(out[k], sum, sizeof sum);
    }
}

struct net *net_create(const struct net_weights *weights)
{
    struct net *net = mem_alloc(1, sizeof *net);
    size_t num_places = (size_t)2 * NET_PLACES;

    net->weights = weights;
    net->words = mem_alloc((size_t)NET_WORDS * NET_WIDTH, sizeof *net->words);
    net->places = mem_alloc(num_places * NET_WIDTH, sizeof *net->places);
    for (size_t w = 0; w < NET_WORDS; w++) {
        make_rows(net->words + w * NET_WIDTH, weights->words[w], weights);
    }
    for (size_t i = 0; i < num_places; i++) {
        const float *vector = &weights->places[0][0][0] + i * NET_DIM;
        make_rows(net->places + i * NET_WIDTH, vector, weights);
    }
    return net;
}

void net_destroy(struct net *net)
{
    if (!net) {
        return;
    }
    free(net->words);
    free(net->places);
    free(net);
}

/* What the places under the filters at `t` add.  It changes a few dozen times
 * in a window only, so the last sum is kept. */
struct place_sum {
    uint8_t key[2 * NET_WIDTH];
    float sum[NET_FILTERS];
};

static void sum_places(const struct net *net,
                       size_t t,
                       size_t num,
                       const uint8_t *place, /* of each distance */
                       struct place_sum *kept)
{
    uint8_t key[2 * NET_WIDTH];

    memset(key, NET_PLACES, sizeof key);
    for (size_t k = 0; k < NET_WIDTH; k++) {
        if (t + k >= BEFORE && t + k - BEFORE < num) {
            key[2 * k] = place[t + k - BEFORE];
            key[2 * k + 1] = place[num - 1 - (t + k - BEFORE)];
        }
    }
    if (t > 0 && memcmp(key, kept->key, sizeof key) == 0) {
        return;
    }
    memcpy(kept->key, key, sizeof key);
    memcpy(kept->sum, net->weights->filter_bias, sizeof kept->sum);
    for (size_t k = 0; k < NET_WIDTH; k++) {
        if (key[2 * k] < NET_PLACES) {
            size_t end = (size_t)NET_PLACES + key[2 * k + 1];
            add(kept->sum, net->places[(size_t)key[2 * k] * NET_WIDTH + k]);
            add(kept->sum, net->places[end * NET_WIDTH + k]);
        }
    }
}

/* What the words under the filters at `t` add. */
static void sum_words(const struct net *net,
                      const struct window *window,
                      size_t t,
                      float *sum)
{
    for (size_t k = 0; k < NET_WIDTH; k++) {
        if (t + k >= BEFORE && t + k - BEFORE < window->num) {
            size_t word = window->words[t + k - BEFORE];
            add(sum, net->words[word * NET_WIDTH + k]);
        }
    }
}

static void raise_to(float *most, const float *sum)
{
    for (size_t f = 0; f < NET_FILTERS; f++) {
        most[f] = sum[f] > most[f] ? sum[f] : most[f];
    }
}

static void pool_filters(const struct net *net,
                         const struct window *window,
                         float pooled[NET_ZONES][NET_FILTERS])
{
    size_t num = window->num;
    uint8_t place[NET_WINDOW];
    struct place_sum places;
    struct zone zones[NET_ZONES];

    window_zones(num, zones);
    for (size_t i = 0; i < num; i++) {
        place[i] = (uint8_t)window_place(i);
    }
    for (size_t t = 0; t < num; t++) {
        float sum[NET_FILTERS];
        sum_places(net, t, num, place, &places);
        memcpy(sum, places.sum, sizeof sum);
        sum_words(net, window, t, sum);
        for (size_t z = 0; z < NET_ZONES; z++) {
            if (t >= zones[z].from && t < zones[z].to) {
                raise_to(pooled[z], sum);
            }
        }
    }
}

static void mean_words(const struct net_weights *weights,
                       const struct window *window,
                       float *out)
{
    float scale = 1 / sqrtf((float)window->num + 1);

    for (size_t i = 0; i < window->num; i++) {
        const float *row = weights->words[window->words[i]];
        for (size_t d = 0; d < NET_DIM; d++) {
            out[d] += row[d];
        }
    }
    for (size_t d = 0; d < NET_DIM; d++) {
        out[d] *= scale;
    }
}

double net_score(const struct net *net, const struct window *window)
{
    const struct net_weights *weights = net->weights;
    float zones[NET_ZONES][NET_FILTERS] = { { 0 } };
    float pooled[NET_POOLED] = { 0 };
    float hidden[NET_HIDDEN];
    float score = weights->out_bias;

    pool_filters(net, window, zones);
    memcpy(pooled, zones, sizeof zones);
    mean_words(weights, window, pooled + (size_t)NET_ZONES * NET_FILTERS);
    memcpy(pooled + NET_POOLED - NET_SHAPE,
           window->shape,
           sizeof window->shape);
    memcpy(hidden, weights->hidden_bias, sizeof hidden);
    for (size_t i = 0; i < NET_POOLED; i++) {
        for (size_t h = 0; h < NET_HIDDEN; h++) {
            hidden[h] += weights->hidden[i][h] * pooled[i];
        }
    }
    for (size_t h = 0; h < NET_HIDDEN; h++) {
        score += hidden[h] > 0 ? hidden[h] * weights->out[h] : 0;
    }
    return (double)score;
}
