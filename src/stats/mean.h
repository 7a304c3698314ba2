/*
 * mean.h - a mean over groups of the mean of values in [0, 1], with intervals
 * for new clusters and for these.
 *
 * Each group's mean gets a Wilson interval for as many answers as its own are
 * worth (their number by the design effect), and the intervals of the groups
 * are combined by square and add.  Where all answers are independent and 0 or 1
 * that is Wilson's interval itself.  docs/decisions/003-intervals.md says why,
 * and how often it covers.
 */
#ifndef MEAN_H
#define MEAN_H

#include "stats/interval.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What becomes of a group's mean; increasing on [0, 1]. */
typedef double (*mean_fn)(double mean);

/* Entries; all arrays [num], numbers from 0 without holes. */
struct mean_input {
    size_t num;
    const double *values;     /* in [0, 1] */
    const uint32_t *groups;   /* < num_groups; weigh the same */
    const uint32_t *items;    /* entries of one item are drawn together */
    const uint32_t *asks;     /* of an item: a repeat each */
    const uint32_t *clusters; /* of items; NULL: items are independent */
    size_t num_groups;
    size_t num_weights; /* what the sum is divided by; 0: groups with entries */
    mean_fn shape;      /* NULL: the mean as it is */
};

struct mean {
    double value;             /* NaN without entries */
    struct interval interval; /* new items of new clusters */
    struct interval within;   /* new items of these; none without clusters */
    double se_items;          /* NaN when no item was asked twice */
    double se_sampling;
};

struct mean mean_compute(const struct mean_input *input);

#endif
