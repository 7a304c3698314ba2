/*
 * statistic.h - the value of a column that is a function of sums over entries,
 * but no mean: F1, a difference of rates, a correlation.  Intervals by
 * bootstrap.
 */
#ifndef STATISTIC_H
#define STATISTIC_H

#include "score/sample.h"

struct statistic {
    size_t width; /* number of sums */

    /* Add what an entry is to parts[width]. */
    void (*add)(const struct sample *sample,
                const struct sample_entry *entry,
                double *parts);

    /* sums: of the parts of some entries; may be NaN.  context: the sample */
    double (*value)(const double *sums, const void *context);

    double least; /* the statistic's range */
    double most;
    bool is_whole; /* groups are no strata: one table of all entries */
};

/* Value, intervals and standard errors of a finished sample; also sets
 * out->num, to the sample's. */
void statistic_score(const struct sample *sample,
                     const struct statistic *statistic,
                     struct score *out);

#endif
