/*
 * label_sample.h - which replies people are asked to label: a draw of each
 * model x column x verdict, in an order that tells nothing.
 */
#ifndef LABEL_SAMPLE_H
#define LABEL_SAMPLE_H

#include "analysis/labels.h"

#include <stddef.h>
#include <stdint.h>

struct error;
struct export_source;

struct label_sample_params {
    size_t num;         /* replies to draw; fewer where there are fewer */
    uint64_t seed;      /* equal seeds draw the same replies */
    const char *models; /* globs; NULL: all */
    const char *columns;
};

struct label_sample_unit {
    size_t unit; /* of the source */
    size_t stratum;
};

struct label_sample {
    struct labels strata;            /* its strata and nothing else */
    struct label_sample_unit *units; /* [num_units], shuffled */
    size_t num_units;
};

/*
 * Every stratum gets the same number of draws, as far as it has replies.  What
 * is drawn of one depends on the seed and its own replies alone.
 *
 * errors  ERR_USAGE: nothing to label; num is less than the strata
 */
int label_sample_draw(struct label_sample *out,
                      const struct export_source *source,
                      const struct label_sample_params *params,
                      struct error *err);
void label_sample_release(struct label_sample *self);

#endif
