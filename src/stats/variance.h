/*
 * variance.h - how far a statistic would move with other items.
 *
 * A statistic moves by the sum of its parts: part i is what entry i adds to it
 * (its influence).  Entries that are drawn together are a unit, units are drawn
 * within strata; the sum's variance follows from how units differ within their
 * stratum.
 */
#ifndef VARIANCE_H
#define VARIANCE_H

#include <stddef.h>
#include <stdint.h>

struct variance {
    double value;   /* NaN where freedom is 0 */
    double freedom; /* units less strata */
    size_t num_units;
};

/*
 * parts, units, strata  [num]; small numbers from 0; a unit lies in one
 *                       stratum; strata NULL: one
 *
 * Strata of a single unit are joined (stats/strata.h).
 */
struct variance variance_of_sum(const double *parts,
                                const uint32_t *units,
                                const uint32_t *strata,
                                size_t num);

/*
 * The share of it that comes from sampling replies: items are asked several
 * times, and asks of one item differ.  Pooled over items (one-way analysis of
 * variance).  NaN when no item was asked twice.
 *
 * parts, items, asks  [num]; several entries may be of one ask
 */
double variance_of_sampling(const double *parts,
                            const uint32_t *items,
                            const uint32_t *asks,
                            size_t num);

#endif
