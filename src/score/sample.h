/*
 * sample.h - what a metric keeps of its observations: two numbers each, a
 * group, and what was drawn together.
 *
 * A metric adds what it can use, calls sample_finish(), and gets value and
 * intervals from means.h or statistic.h.  Groups are strata; the repeats of an
 * item belong together; items whose cluster field agrees do as well.
 *
 * After sample_finish() the entries stand in an order of their own and all
 * numbers follow from names and positions, so a score does not depend on the
 * order in which observations came.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "trustsweep/metric.h"

#include <stdbool.h>

struct sample_entry {
    uint32_t group;
    uint32_t repeat;
    size_t item;            /* position in its file */
    struct hash128 cluster; /* of the texts of the cluster fields */
    double a;               /* what a and b mean is the metric's own */
    double b;
    double error; /* of the verdict */
};

struct sample {
    const struct metric_params *params; /* borrowed */
    size_t num;
    size_t cap;
    struct sample_entry *entries; /* [num] */
    size_t num_groups;
    size_t cap_groups;
    char **names; /* [num_groups]; NULL where they are only numbers */

    /* made by sample_finish(); [num] each, from 0 without holes */
    uint32_t *groups;
    uint32_t *items;
    uint32_t *asks;     /* item and repeat */
    uint32_t *clusters; /* NULL: the column has none */
    double *errors;
    bool has_repeats;
    bool lacks_part; /* the value is a mean of parts, and one has no answer */
};

/* `sample` is to be given to sample_release(). */
void sample_init(struct sample *sample, const struct metric_params *params);
void sample_release(struct sample *sample);

/* The group of an item by a field (item_key); items without it, and all items
 * when `field` is NULL, share one. */
uint32_t sample_group(struct sample *sample,
                      const struct item *item,
                      const char *field);

/* Groups 0 .. num - 1 without names, instead of sample_group(). */
void sample_fix_groups(struct sample *sample, size_t num);

void sample_add(struct sample *sample,
                uint32_t group,
                const struct observation *observation,
                double a,
                double b);

void sample_finish(struct sample *sample);

/* Sets lacks_part where a group has no entry: the mean of the other groups
 * would pass for the mean of all. */
void sample_need_all_groups(struct sample *sample);

/* Mean error, every group with equal weight; 0 without entries. */
double sample_error(const struct sample *sample);

/* A number field of an item, also when it is written as text; else NaN. */
double sample_number(const struct item *item, const char *field);

/* The position of `name` among labels; LABEL_NONE when it is not there. */
int sample_label(const char *const *labels, const char *name);

#endif
