/*
 * metric.h - verdicts -> score.  Pure.
 *
 * To add one: write src/score/metric_NAME.c with one public symbol, `const
 * struct metric_ops metric_NAME`, and its line in src/score/kinds.h, name it in
 * a column of datasets/trustllm.json (datasets/README.md), and run
 * tests/conform/score/.  One that wants other parameters than most has a case
 * in params_of() of that test.
 *
 * A metric sees all observations of one column and one model at once, in plan
 * order.  That is at most a few thousand, it keeps a metric one function, and
 * intervals need them all anyway; memory stays flat in the number of models.
 */
#ifndef TRUSTSWEEP_METRIC_H
#define TRUSTSWEEP_METRIC_H

#include "trustsweep/item.h"
#include "trustsweep/verdict.h"

#include <stdbool.h>

struct error;
struct sums;

struct observation {
    const struct item *item;       /* borrowed */
    const struct verdict *verdict; /* of the profile being scored; borrowed */
    uint32_t repeat;
};

/* What a column tells its metric; from the column's entry in the manifest. */
struct metric_params {
    enum profile profile;
    const char *by;      /* item field to group by, or NULL */
    const char *field;   /* a further item field the metric needs, or NULL */
    const char *cluster; /* item field whose values are drawn together (attack,
                            person, template), or NULL: items are independent */
    const char *const *labels; /* of the evaluator, NULL-terminated */
    uint64_t seed;             /* of the bootstrap: equal on every run */
    bool no_intervals;         /* a metric may leave out what only they need */
    struct sums *sums; /* NULL, or what to fill (score/sums.h); the score is
                          then of no interest */
};

/*
 * A column's value for one model.
 *
 * value      NaN when nothing could be measured
 * low, high  95 % interval for new items, and new clusters where the column has
 *            any; NaN where the metric defines none
 * within_low, within_high  the same for these very clusters (new items of the
 *            same attacks); NaN where the column has no clusters
 * se_items, se_sampling  standard errors that come from which items were asked
 *            and from sampling replies; NaN unless items were asked repeatedly
 * se_judge   of an error that all its replies share, as of a classifier that is
 *            off for a model (verdict.error); it is in the intervals; 0 where
 *            none is known, NaN where the metric takes none
 * num        the denominator: what the value is a mean over (items, or pairs)
 * num_skipped  items left out of it, for whatever reason
 */
struct score {
    double value;
    double low;
    double high;
    double within_low;
    double within_high;
    double se_items;
    double se_sampling;
    double se_judge;
    uint64_t num;
    uint64_t num_skipped;
};

/* All NaN, counts 0. */
struct score score_none(void);

/* What a metric may do without; tests/conform/score/ wants all else. */
enum {
    METRIC_NO_INTERVAL_PAPER = 1 << PROFILE_PAPER,
    METRIC_NO_INTERVAL_CORRECTED = 1 << PROFILE_CORRECTED,
    METRIC_NO_INTERVAL =
        METRIC_NO_INTERVAL_PAPER | METRIC_NO_INTERVAL_CORRECTED,
    METRIC_NO_SE = 1 << NUM_PROFILES,      /* se_items, se_sampling */
    METRIC_NO_ERROR = METRIC_NO_SE << 1,   /* verdict->error in the interval */
    METRIC_NO_SUMS = METRIC_NO_ERROR << 1, /* params->sums stays empty */
};

struct metric_ops {
    const char *name;
    const char *help;
    const char *unit;     /* "1", "%", "rho", "p", "V" */
    const char *estimand; /* one line: what the value is a mean of, over what */
    const char *source;   /* paper section or file:function of the toolkit */

    double least; /* values and intervals lie in [least, most]; a value of
                     profile paper may leave it where the published rule
                     does */
    double most;

    unsigned lacks; /* bits of METRIC_NO_X; 0 = it has them all */

    /* required; observations: [num], plan order; num may be 0.
     * `out` comes from score_none() */
    int (*compute)(const struct observation *observations,
                   size_t num,
                   const struct metric_params *params,
                   struct score *out,
                   struct error *err);
};

const struct metric_ops *const *metric_kinds(void);
const struct metric_ops *metric_find(const char *name);

#endif
