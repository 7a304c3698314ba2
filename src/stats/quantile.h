/*
 * quantile.h - percentiles of what a resampling gave.
 */
#ifndef QUANTILE_H
#define QUANTILE_H

#include "stats/interval.h"

#include <stddef.h>

/* Sorts values[num], which are finite. */
void quantile_sort(double *values, size_t num);

/* Of sorted values, linear between them (type 7 of Hyndman, Fan 1996; numpy's
 * default).  NaN when there are none. */
double quantile_of(const double *sorted, size_t num, double p);

/* From 2.5 % to 97.5 %; sorts. */
struct interval quantile_interval(double *values, size_t num);

/* Of counts[num] of the whole numbers 0 .. num - 1: the least number that
 * reaches that share of all. */
double quantile_of_counts(const size_t *counts, size_t num, double p);

#endif
