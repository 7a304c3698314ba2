/*
 * ranks.h - who is where, of some numbers.
 */
#ifndef RANKS_H
#define RANKS_H

#include <stddef.h>

/*
 * Competition ranks ("1, 2, 2, 4"): one more than how many are better.
 *
 * direction  1: higher is better, -1: lower is
 * out        [num]; NaN where a value is NaN; those take no rank from others
 */
void ranks_competition(const double *values,
                       size_t num,
                       int direction,
                       double *out);

enum { RANKS_MOST_PLACES = 8 };

/*
 * Adds to sums[num] what each has of the first `places` places, which together
 * are `places` where as many have a rank: 1, or, where equal ones would fill
 * more places than are left, an equal part of these.
 *
 * ranks   of ranks_competition()
 * places  1 to RANKS_MOST_PLACES
 */
void ranks_add_places(const double *ranks,
                      size_t num,
                      size_t places,
                      double *sums);

/* Ranks from 1 for the least; equal values share the mean of theirs.  Values
 * are finite. */
void ranks_average(const double *values, size_t num, double *out);

#endif
