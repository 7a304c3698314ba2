/*
 * multiple.h - p-values of many tests at once.
 */
#ifndef MULTIPLE_H
#define MULTIPLE_H

#include <stddef.h>

/* Adjusted p: of a family of tests, the level at which each is rejected.  NaN
 * stays and counts for no test.  p and out may be one array.
 *
 * holm  bounds the chance of any false rejection (Holm 1979)
 * bh    bounds the expected share of false ones (Benjamini, Hochberg 1995)
 */
void multiple_holm(const double *p, size_t num, double *out);
void multiple_bh(const double *p, size_t num, double *out);

#endif
