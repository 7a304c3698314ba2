/*
 * sample.h - what a metric keeps of its observations: two numbers each, a
 * group, and how they are resampled.
 *
 * A metric adds what it can use, names a statistic over it, and gets value and
 * interval from one call.  Groups are the strata of the bootstrap; the repeats
 * of one item are a cluster.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "trustsweep/metric.h"

#include <stdbool.h>

struct sample {
    enum profile profile;
    const char *const *labels; /* of the evaluator; may be NULL */
    uint64_t seed;
    bool has_repeats;
    size_t num;
    uint32_t *groups;   /* [num] */
    uint64_t *clusters; /* [num] */
    double *a;          /* [num], what they mean is the metric's own */
    double *b;          /* [num] */
    size_t num_groups;
    const char **names; /* [num_groups], borrowed from the items */
    size_t caps[5];
};

/* The statistic over the entries picks[0 .. num - 1]; context: the sample. */
typedef double (*sample_fn)(const size_t *picks,
                            size_t num,
                            const void *context);

/* `sample` is to be given to sample_release(). */
void sample_init(struct sample *sample,
                 const struct observation *observations,
                 size_t num,
                 const struct metric_params *params);
void sample_release(struct sample *sample);

/* The number of the group of that name; NULL is a name as well. */
uint32_t sample_group(struct sample *sample, const char *name);

/* Groups 0 .. num - 1 without names, instead of sample_group(). */
void sample_fix_groups(struct sample *sample, size_t num);

void sample_add(struct sample *sample,
                uint32_t group,
                uint64_t cluster,
                double a,
                double b);

/* The same with the item as cluster. */
void sample_add_observation(struct sample *sample,
                            uint32_t group,
                            const struct observation *observation,
                            double a,
                            double b);

/* A number field of an item, also when it is written as text; else NaN. */
double sample_number(const struct item *item, const char *field);

/* The position of `name` among labels; LABEL_NONE when it is not there. */
int sample_label(const char *const *labels, const char *name);

/* Mean over the groups that are there of the mean of `a`: a sample_fn. */
double sample_group_mean(const size_t *picks, size_t num, const void *context);

/* Value by the statistic over all entries; interval by bootstrap. */
void sample_value(const struct sample *sample,
                  sample_fn statistic,
                  struct score *out);
void sample_bootstrap(const struct sample *sample,
                      sample_fn statistic,
                      struct score *out);

#endif
