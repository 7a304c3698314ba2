#include "classify/net.h"

#include "base/mem.h"
#include "classify/weights.h"
#include "classify/window.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BEFORE = NET_WIDTH / 2 }; /* words of a filter before its own place */

/* Sums of filters are whole numbers of 1 / scale: exact in any order, and a
 * word's rows are half as large.  The scale leaves no sum over 16 bits. */
typedef int16_t filters[NET_FILTERS];

struct net {
    const struct net_weights *weights;
    float unit;     /* 1 / scale */
    filters *words; /* [NET_WORDS][NET_WIDTH], those that `is_made` says */
    filters places[2 * NET_PLACES * NET_WIDTH];
    filters bias;
    atomic_bool is_made[NET_WORDS];
    pthread_mutex_t making;
};

static void add(int16_t *sum, const int16_t *more)
{
    for (size_t f = 0; f < NET_FILTERS; f++) {
        sum[f] = (int16_t)(sum[f] + more[f]);
    }
}

/* What a vector adds to every filter at the place `k` under it. */
static void apply(float out[NET_FILTERS],
                  const float *vector,
                  size_t k,
                  const struct net_weights *weights)
{
    for (size_t f = 0; f < NET_FILTERS; f++) {
        out[f] = 0;
    }
    for (size_t d = 0; d < NET_DIM; d++) {
        const float *row = weights->filters[k][d];
        for (size_t f = 0; f < NET_FILTERS; f++) {
            out[f] += vector[d] * row[f];
        }
    }
}

static float most_of(const float *values, size_t num, float most)
{
    for (size_t i = 0; i < num; i++) {
        most = fmaxf(most, fabsf(values[i]));
    }
    return most;
}

/* The largest that any of `num` vectors adds to a filter. */
static float most_added(const float *vectors,
                        size_t num,
                        const struct net_weights *weights)
{
    float most = 0;

    for (size_t i = 0; i < num * NET_WIDTH; i++) {
        float out[NET_FILTERS];
        apply(out, vectors + i / NET_WIDTH * NET_DIM, i % NET_WIDTH, weights);
        most = most_of(out, NET_FILTERS, most);
    }
    return most;
}

double net_most(const struct net_weights *weights)
{
    const size_t num_places = (size_t)2 * NET_PLACES;
    const float *words = &weights->words[0][0];
    const float *places = &weights->places[0][0][0];
    const float most = NET_WIDTH * most_added(words, NET_WORDS, weights)
                       + 2 * NET_WIDTH * most_added(places, num_places, weights)
                       + most_of(weights->filter_bias, NET_FILTERS, 0);

    return (double)most;
}

static void round_to(int16_t *out, const float *values, float unit)
{
    for (size_t f = 0; f < NET_FILTERS; f++) {
        out[f] = (int16_t)lrintf(values[f] / unit);
    }
}

static void make_rows(filters out[NET_WIDTH],
                      const float *vector,
                      float unit,
                      const struct net_weights *weights)
{
    for (size_t k = 0; k < NET_WIDTH; k++) {
        float sum[NET_FILTERS];
        apply(sum, vector, k, weights);
        round_to(out[k], sum, unit);
    }
}

struct net *net_create(const struct net_weights *weights, double most)
{
    struct net *net = mem_alloc(1, sizeof *net);
    const float *places = &weights->places[0][0][0];

    net->weights = weights;
    net->unit = most > 0 ? (float)most / 32000 : 1;
    net->words = mem_alloc((size_t)NET_WORDS * NET_WIDTH, sizeof *net->words);
    for (size_t i = 0; i < (size_t)2 * NET_PLACES; i++) {
        make_rows(&net->places[i * NET_WIDTH],
                  places + i * NET_DIM,
                  net->unit,
                  weights);
    }
    round_to(net->bias, weights->filter_bias, net->unit);
    (void)pthread_mutex_init(&net->making, NULL);
    return net;
}

void net_destroy(struct net *net)
{
    if (!net) {
        return;
    }
    (void)pthread_mutex_destroy(&net->making);
    free(net->words);
    free(net);
}

/* A word's rows, made when it is met for the first time: few are. */
static filters *word_rows(struct net *net, size_t word)
{
    filters *rows = &net->words[word * NET_WIDTH];

    if (atomic_load_explicit(&net->is_made[word], memory_order_acquire)) {
        return rows;
    }
    (void)pthread_mutex_lock(&net->making);
    if (!net->is_made[word]) {
        make_rows(rows, net->weights->words[word], net->unit, net->weights);
        atomic_store_explicit(&net->is_made[word], true, memory_order_release);
    }
    (void)pthread_mutex_unlock(&net->making);
    return rows;
}

/* What the places under the filters at `t` add.  It changes a few dozen times
 * in a window only, so the last sum is kept. */
struct place_sum {
    uint8_t key[2 * NET_WIDTH];
    filters sum;
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
    memcpy(kept->sum, net->bias, sizeof kept->sum);
    for (size_t k = 0; k < NET_WIDTH; k++) {
        if (key[2 * k] < NET_PLACES) {
            size_t start = key[2 * k];
            size_t end = (size_t)NET_PLACES + key[2 * k + 1];
            add(kept->sum, net->places[start * NET_WIDTH + k]);
            add(kept->sum, net->places[end * NET_WIDTH + k]);
        }
    }
}

/* What the words under the filters at `t` add. */
static void sum_words(struct net *net,
                      const struct window *window,
                      size_t t,
                      int16_t *sum)
{
    for (size_t k = 0; k < NET_WIDTH; k++) {
        if (t + k >= BEFORE && t + k - BEFORE < window->num) {
            size_t word = window->words[t + k - BEFORE];
            add(sum, word_rows(net, word)[k]);
        }
    }
}

/* A function, so that the loop below has no branch in it. */
static int16_t larger(int16_t a, int16_t b)
{
    if (a > b) {
        return a;
    }
    return b;
}

static void raise_to(int16_t *most, const int16_t *sum)
{
    for (size_t f = 0; f < NET_FILTERS; f++) {
        most[f] = larger(most[f], sum[f]);
    }
}

static void pool_filters(struct net *net,
                         const struct window *window,
                         float *out)
{
    size_t num = window->num;
    uint8_t place[NET_WINDOW];
    struct place_sum places;
    struct zone zones[NET_ZONES];
    filters pooled[NET_ZONES] = { { 0 } };

    window_zones(num, zones);
    for (size_t i = 0; i < num; i++) {
        place[i] = (uint8_t)window_place(i);
    }
    for (size_t t = 0; t < num; t++) {
        filters sum;
        sum_places(net, t, num, place, &places);
        memcpy(sum, places.sum, sizeof sum);
        sum_words(net, window, t, sum);
        for (size_t z = 0; z < NET_ZONES; z++) {
            if (t >= zones[z].from && t < zones[z].to) {
                raise_to(pooled[z], sum);
            }
        }
    }
    for (size_t z = 0; z < NET_ZONES; z++) {
        for (size_t f = 0; f < NET_FILTERS; f++) {
            out[z * NET_FILTERS + f] = net->unit * (float)pooled[z][f];
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

double net_score(struct net *net, const struct window *window)
{
    const struct net_weights *weights = net->weights;
    float pooled[NET_POOLED] = { 0 };
    float hidden[NET_HIDDEN];
    float score = weights->out_bias;

    pool_filters(net, window, pooled);
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
