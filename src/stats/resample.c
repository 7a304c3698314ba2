#include "stats/resample.h"

#include "base/mem.h"
#include "stats/strata.h"

#include <gsl/gsl_rng.h>

#include <stdlib.h>
#include <string.h>

struct work {
    const struct resample_input *in;
    gsl_rng *rng;
    uint32_t *order; /* [num_units], by stratum */
    size_t *edges;   /* [num_strata + 1], into `order` */
    size_t num_strata;
    uint16_t *counts; /* (RESAMPLE_BLOCK, num_units): how often drawn */
    double *sums;     /* (width, RESAMPLE_BLOCK) */
    double *one;      /* [width] */
};

/* Units of a stratum side by side, in their order. */
static void order_units(struct work *work)
{
    const size_t num = work->in->num_units;
    uint32_t *strata = mem_alloc(num, sizeof *strata);
    size_t *next;

    if (work->in->strata)
        memcpy(strata, work->in->strata, num * sizeof *strata);
    strata_join(strata, num);
    work->num_strata = strata_count(strata, num);
    work->edges = mem_alloc(work->num_strata + 1, sizeof *work->edges);
    work->order = mem_alloc(num, sizeof *work->order);
    for (size_t u = 0; u < num; u++)
        work->edges[strata[u] + 1]++;
    for (size_t s = 0; s < work->num_strata; s++)
        work->edges[s + 1] += work->edges[s];
    next = mem_copy(work->edges, (work->num_strata + 1) * sizeof *next);
    for (size_t u = 0; u < num; u++)
        work->order[next[strata[u]]++] = (uint32_t)u;
    free(next);
    free(strata);
}

/* A number below `bound`, as even as 32 bits make it. */
static size_t below(gsl_rng *rng, size_t bound)
{
    return (size_t)((uint64_t)gsl_rng_get(rng) * bound >> 32);
}

static void draw(struct work *work, uint16_t *counts)
{
    memset(counts, 0, work->in->num_units * sizeof *counts);
    for (size_t s = 0; s < work->num_strata; s++) {
        const uint32_t *units = &work->order[work->edges[s]];
        const size_t size = work->edges[s + 1] - work->edges[s];

        for (size_t i = 0; i < size; i++)
            counts[units[below(work->rng, size)]]++;
    }
}

/* One unit to all sums of the block. */
static void add_unit(struct work *work, size_t unit)
{
    const struct resample_input *in = work->in;
    double counts[RESAMPLE_BLOCK];

    for (size_t b = 0; b < RESAMPLE_BLOCK; b++)
        counts[b] = work->counts[b * in->num_units + unit];
    for (size_t p = in->starts[unit]; p < in->starts[unit + 1]; p++) {
        double *sums = &work->sums[(size_t)in->places[p] * RESAMPLE_BLOCK];
        const double value = in->values[p];

        for (size_t b = 0; b < RESAMPLE_BLOCK; b++)
            sums[b] += value * counts[b];
    }
}

static void add_block(struct work *work)
{
    const struct resample_input *in = work->in;

    memset(work->sums, 0, in->width * RESAMPLE_BLOCK * sizeof *work->sums);
    for (size_t b = 0; b < RESAMPLE_BLOCK; b++)
        draw(work, &work->counts[b * in->num_units]);
    for (size_t u = 0; u < in->num_units; u++)
        add_unit(work, u);
}

void resample_each(const struct resample_input *input,
                   size_t num,
                   resample_fn use,
                   void *context)
{
    struct work work = { .in = input, .rng = gsl_rng_alloc(gsl_rng_mt19937) };

    gsl_rng_set(work.rng, (unsigned long)input->seed);
    order_units(&work);
    work.counts =
        mem_alloc(RESAMPLE_BLOCK * input->num_units, sizeof *work.counts);
    work.sums = mem_alloc(input->width * RESAMPLE_BLOCK, sizeof *work.sums);
    work.one = mem_alloc(input->width, sizeof *work.one);
    for (size_t first = 0; first < num; first += RESAMPLE_BLOCK) {
        add_block(&work);
        for (size_t b = 0; b < RESAMPLE_BLOCK && first + b < num; b++) {
            for (size_t k = 0; k < input->width; k++)
                work.one[k] = work.sums[k * RESAMPLE_BLOCK + b];
            use(context, first + b, work.one);
        }
    }
    free(work.order);
    free(work.edges);
    free(work.counts);
    free(work.sums);
    free(work.one);
    gsl_rng_free(work.rng);
}
