/*
 * powered.h - a weighted mean of what a classifier says of all replies, put
 * right by the labels that people gave to a sample of them.
 *
 *     value = sum of w_i f_i  +  sum over strata of N_h / n_h times the sum
 *             over its labelled replies of w_j (Y_j - f_j)
 *
 * The first sum is what the classifier says (f), the second is how far off it
 * is where people looked (Y); the classifier needs no property for it to be
 * unbiased, only the draw within strata does.
 *
 * source  Angelopoulos, Bates, Fannjiang, Jordan, Zrnic 2023, "Prediction-
 *         powered inference", Science 382; with a stratified draw it is the
 *         difference estimator of Saerndal, Swensson, Wretman 1992, ch. 6.
 *         docs/decisions/010-labels.md has the variance.
 */
#ifndef POWERED_H
#define POWERED_H

#include "stats/interval.h"

#include <stddef.h>
#include <stdint.h>

struct powered_stratum {
    uint64_t num;      /* replies when the sample was drawn */
    uint64_t labelled; /* of these */
};

struct powered_label {
    size_t reply; /* whose */
    uint32_t stratum;
    double value; /* in [0, 1]: 1 yes, 0 no, between where people differ */
};

struct powered_input {
    size_t num;
    const double *guesses;    /* [num], in [0, 1] */
    const double *weights;    /* [num], their sum is 1 */
    const uint32_t *clusters; /* [num], numbers from 0 without holes */
    size_t num_clusters;
    const struct powered_stratum *strata; /* [num_strata] */
    size_t num_strata;
    const struct powered_label *labels; /* [num_labels], a reply once */
    size_t num_labels;
};

struct powered {
    double raw;               /* the sum of w f */
    double value;             /* NaN: a stratum has no label */
    struct interval within;   /* for these replies: all of them labelled */
    struct interval interval; /* for new items, of new clusters */
};

struct powered powered_compute(const struct powered_input *input);

#endif
