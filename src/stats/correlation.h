/*
 * correlation.h - how far two series go together.
 */
#ifndef CORRELATION_H
#define CORRELATION_H

#include <stddef.h>

/* x, y: [num]; in [-1, 1], NaN when num < 2, a series is constant, or a value is
 * NaN. */
typedef double (*correlation_fn)(const double *x, const double *y, size_t num);

/* Pearson's r. */
double correlation_pearson(const double *x, const double *y, size_t num);

/* Spearman's rho: r of the ranks, equal values sharing the mean of theirs. */
double correlation_spearman(const double *x, const double *y, size_t num);

/* Kendall's tau-b, which corrects for equal values. */
double correlation_kendall(const double *x, const double *y, size_t num);

#endif
