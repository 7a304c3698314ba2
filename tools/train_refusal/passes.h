/*
 * passes.h - one example forward through the net and its gradient back, with
 * words and pooled values left out at random.
 */
#ifndef PASSES_H
#define PASSES_H

#include "classify/weights.h"
#include "classify/window.h"

#include <stddef.h>
#include <stdint.h>

enum { PASSES_ROWS = NET_WINDOW + NET_WIDTH };

struct passes {
    uint64_t seed;
    size_t num;
    uint16_t words[NET_WINDOW];          /* after leaving some out */
    float inputs[PASSES_ROWS][NET_DIM];  /* word + places, padded */
    float slopes[PASSES_ROWS][NET_DIM];  /* of the loss by inputs */
    float sums[NET_WINDOW][NET_FILTERS]; /* before the maximum */
    int most[NET_ZONES][NET_FILTERS];    /* where it is, -1: nowhere over 0 */
    float pooled[NET_POOLED];
    float pooled_keep[NET_POOLED];
    float hidden[NET_HIDDEN];
    float hidden_keep[NET_HIDDEN];
};

/* The logit, with random omissions. */
double passes_forward(struct passes *self,
                      const struct net_weights *net,
                      const struct window *window);

/* Adds to `gradient`; `slope` is that of the loss by the logit.  Only rows of
 * words in self->words are touched. */
void passes_back(struct passes *self,
                 const struct net_weights *net,
                 struct net_weights *gradient,
                 double slope);

#endif
