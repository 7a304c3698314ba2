/*
 * pair_tests.h - which models can be told apart.
 *
 * In a column: units (clusters, else items) are paired; were two models alike,
 * each unit's difference could as well have the other sign (stats/sign_flip.h).
 * A unit's part in the difference of two values is its part in their sums times
 * the slope of the value at the mean of both.  That is exact for means over the
 * same items; where the parts do not add up to the difference (ratios and
 * correlations of models that answer different items, the p of a test) Student's
 * t of the resamples' standard error is taken instead.  So it is where a
 * classifier's error, which no unit shows, makes its p the larger one.
 *
 * Overall and in dimensions: mean ranks in the resamples (draws.h); p is twice
 * the share on the other side, no less than 2 / (resamples + 1).
 *
 * Holm and Benjamini-Hochberg over all pairs of one column, or of one scope.
 */
#ifndef PAIR_TESTS_H
#define PAIR_TESTS_H

#include "analysis/rank.h"

enum pair_method {
    PAIR_SIGNS = 1, /* all signs tried */
    PAIR_NORMAL,    /* signs, by the normal law */
    PAIR_T,         /* Student's t, with the resamples' standard error */
    PAIR_RESAMPLES, /* share of the resamples on the other side */
};

/* "signs", "normal", "t", "resamples". */
const char *pair_tests_method_name(enum pair_method method);

struct pair_test {
    size_t a, b;       /* models */
    double difference; /* of values (a - b), or of mean ranks */
    double low, high;  /* 95 %; NaN: not known */
    double se;
    double p, holm, bh;
    double detectable; /* difference that would be found 4 times of 5 */
    enum pair_method method;
    size_t num_units; /* that move the difference; of scopes: resamples */
};

/* Of more models only those of one name in two files are compared: there would
 * be too many pairs to go through. */
enum { PAIR_MAX_MODELS = 64 };

struct pair_family { /* the pairs of one column or scope */
    const char *name;
    bool is_scope;
    struct pair_test *pairs; /* [num_pairs] */
    size_t num_pairs, cap;
    size_t num_apart; /* told apart at 5 %, Holm */
    size_t num_apart_bh;
    double detectable; /* median over the pairs */
};

struct pair_tests {
    struct pair_family *families; /* [num_families]: scopes, then columns */
    size_t num_families;
    bool is_partial; /* more than PAIR_MAX_MODELS */
};

/* The ranking must have draws. */
void pair_tests_make(struct pair_tests *out,
                     const struct ranking *ranking,
                     const struct cell_sums *cells);
void pair_tests_release(struct pair_tests *self);

#endif
