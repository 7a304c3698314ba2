/*
 * correlation.h - how far two series go together.
 */
#ifndef CORRELATION_H
#define CORRELATION_H

#include <stddef.h>

/*
 * Pearson's r.
 *
 * x, y     [num], finite
 * returns  in [-1, 1]; NaN when num < 2 or a series is constant
 */
double correlation_pearson(const double *x, const double *y, size_t num);

#endif
