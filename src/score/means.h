/*
 * means.h - the value of a column that is a mean over groups of the mean of
 * each: what most metrics are.
 */
#ifndef MEANS_H
#define MEANS_H

#include "score/sample.h"
#include "stats/mean.h"

struct means_rule {
    mean_fn shape; /* of each group's mean; values are in [0, 1]; or NULL */
    size_t num_weights; /* what to divide by; 0: the groups with entries */
    double scale;       /* of the score; 0 means 1 */
    bool is_rounded;    /* each group's mean to 3 decimals, in the value only */
};

/*
 * Value, intervals and standard errors from `a` of a finished sample; also
 * sets out->num, to the sample's.
 *
 * No value where a group of a mean of groups has no entry (lacks_part).
 *
 * Intervals stay in the range of the values: [0, 1], or, where a value lies
 * outside, [-m, m] for the least whole m that holds them all.
 */
void means_score(const struct sample *sample,
                 const struct means_rule *rule,
                 struct score *out);

/* The whole of a metric that takes each verdict's value, by group of the field
 * `by`, NULL for one group. */
void means_of_values(const struct observation *observations,
                     size_t num,
                     const struct metric_params *params,
                     const char *by,
                     const struct means_rule *rule,
                     struct score *out);

/* To 3 decimals as Python's round() does it: by the exact binary value, half
 * to even. */
double means_round(double mean);

#endif
