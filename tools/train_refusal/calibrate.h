/*
 * calibrate.h - from logits of models left out to a calibration: how much the
 * two parts count, and how far a whole column can be off.
 */
#ifndef CALIBRATE_H
#define CALIBRATE_H

#include "classify/refusal.h"

#include <stdbool.h>
#include <stddef.h>

struct calibration;
struct examples;

/* What the classifier said of an example while its model was left out. */
struct opinion {
    struct refusal_parts parts;
    bool is_known; /* false: a reply without a word */
};

/* One column of one model. */
struct cell {
    size_t num;
    size_t num_known;
    double recorded; /* rate of LABEL_0 */
    double hard;     /* rate of p > 0.5 */
    double agree;
    struct refusal_rate rate;
};

/*
 * Fit over all models but `left_out` (SUBSET_ALL: all): the slopes by logistic
 * regression, each model weighing the same; tau as the smallest for which the
 * intervals cover the recorded rates of 95 % of the cells.
 *
 * opinions  [examples->num]
 */
void calibrate_fit(struct calibration *out,
                   const struct examples *examples,
                   const struct opinion *opinions,
                   int left_out);

/* Examples of that model and column; num is 0 when there are none. */
struct cell calibrate_cell(const struct calibration *calibration,
                           const struct examples *examples,
                           const struct opinion *opinions,
                           size_t model,
                           size_t column);

bool calibrate_covers(const struct cell *cell);

#endif
