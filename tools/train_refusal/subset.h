/*
 * subset.h - the examples of all models but one, in an order that is shuffled
 * anew for each pass, each model weighing the same.
 */
#ifndef SUBSET_H
#define SUBSET_H

#include <stddef.h>
#include <stdint.h>

struct examples;

enum { SUBSET_ALL = -1 };

struct subset {
    size_t *order;   /* [num] indices of examples */
    double *weights; /* [num_models], mean 1 over the subset */
    size_t num;
    uint64_t seed;
};

void subset_init(struct subset *out,
                 const struct examples *examples,
                 int left_out,
                 uint64_t seed);
void subset_shuffle(struct subset *subset);
void subset_release(struct subset *subset);

#endif
