/*
 * fold.h - observations of one column and model -> its score, with the count
 * of every state and origin.
 */
#ifndef FOLD_H
#define FOLD_H

#include "trustsweep/metric.h"

struct fold {
    struct score score;
    uint64_t states[NUM_STATES];   /* how many items ended in each */
    uint64_t origins[NUM_ORIGINS]; /* where their findings come from; items
                                      without a finding are in none */
};

/* Runs the metric and counts states.  `metric` NULL (the column needs what is
 * not there), or an item UNJUDGED: counts only, value NaN, num 0. */
int fold_column(const struct metric_ops *metric,
                const struct observation *observations,
                size_t num,
                const struct metric_params *params,
                struct fold *out,
                struct error *err);

#endif
