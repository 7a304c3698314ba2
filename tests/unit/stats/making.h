/* Right and wrong answers in clusters that differ, made with a known mean. */
#ifndef MAKING_H
#define MAKING_H

#include "base/mem.h"
#include "stats/mean.h"

#include <gsl/gsl_randist.h>

#include <stdint.h>
#include <stdlib.h>

struct making {
    size_t num_clusters;
    size_t size; /* items in each */
    double mean;
    double alike; /* correlation of two answers of a cluster */
};

struct made {
    size_t num;
    double *values;     /* all [num] */
    uint32_t *groups;   /* all 0 */
    uint32_t *items;    /* 0, 1, ... */
    uint32_t *clusters; /* neighbours */
    double *means;      /* [num_clusters], what each was made with */
};

static inline struct made made_create(const struct making *of)
{
    const size_t num = of->num_clusters * of->size;
    struct made made = {
        .num = num,
        .values = mem_alloc(num, sizeof *made.values),
        .groups = mem_alloc(num, sizeof *made.groups),
        .items = mem_alloc(num, sizeof *made.items),
        .clusters = mem_alloc(num, sizeof *made.clusters),
        .means = mem_alloc(of->num_clusters, sizeof *made.means),
    };

    for (size_t i = 0; i < num; i++) {
        made.items[i] = (uint32_t)i;
        made.clusters[i] = (uint32_t)(i / of->size);
    }
    return made;
}

static inline void made_release(struct made *made)
{
    free(made->values);
    free(made->groups);
    free(made->items);
    free(made->clusters);
    free(made->means);
}

/* Beta-binomial. */
static inline void made_fill(struct made *made,
                             const struct making *of,
                             gsl_rng *rng)
{
    const double both = of->alike > 0 ? (1 - of->alike) / of->alike : 0;

    for (size_t i = 0; i < made->num; i++) {
        double *mean = &made->means[made->clusters[i]];

        if (i % of->size == 0)
            *mean =
                both > 0
                    ? gsl_ran_beta(rng, of->mean * both, (1 - of->mean) * both)
                    : of->mean;
        made->values[i] = gsl_ran_bernoulli(rng, *mean);
    }
}

static inline struct mean_input made_input(const struct made *made)
{
    return (struct mean_input){
        .num = made->num,
        .values = made->values,
        .groups = made->groups,
        .items = made->items,
        .asks = made->items,
        .clusters = made->clusters,
        .num_groups = 1,
    };
}

#endif
