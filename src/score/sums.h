/*
 * sums.h - what a column's value for one model is made of: entries, and the
 * value as a function of sums over their parts.
 *
 * For who resamples: a resample adds up the parts of the entries that it drew
 * and asks for the value.  The metric itself says what the parts are, so that
 * no rule stands twice; metrics without sums (max) have none.  Judges' errors
 * are not in it.
 */
#ifndef SUMS_H
#define SUMS_H

#include "score/sample.h"

struct means_rule;
struct statistic;

typedef double (*sums_fn)(const double *sums, const void *context);

struct sums {
    size_t num;    /* entries; 0: the column has no value, or no sums */
    size_t width;  /* sums */
    double *parts; /* (num, width) */
    size_t *items; /* [num], position in the task's file */
    struct hash128 *clusters; /* [num]; NULL: items are independent */
    uint32_t *strata;         /* [num], below num_strata; NULL: one */
    size_t num_strata;

    /* how sums make a value; for sums.c */
    sums_fn value;
    double (*shape)(double mean); /* of a group's mean; NULL: as it is */
    size_t num_weights;
    double scale;
    struct metric_params params;
    struct sample frame; /* groups and settings, no entries */
};

/*
 * The sums of a column for one model; labels and names in `params` must live as
 * long as `out`, which is to be given to sums_release().
 *
 * errors  as the metric's
 */
int sums_read(const struct metric_ops *metric,
              const struct observation *observations,
              size_t num,
              const struct metric_params *params,
              struct sums *out,
              struct error *err);
void sums_release(struct sums *sums);

/* The value of sums[width]; NaN where they make none. */
double sums_value(const struct sums *sums, const double *totals);

/* What metrics call when `params->sums` is set; both copy. */
void sums_take_means(const struct sample *sample,
                     const struct means_rule *rule);
void sums_take(const struct sample *sample, const struct statistic *statistic);

#endif
