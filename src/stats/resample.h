/*
 * resample.h - sums over many resamples of the same units, for statistics of
 * several models at once.
 *
 * Units (items, or whole clusters) are drawn with replacement within their
 * stratum; strata of a single unit are joined (stats/strata.h).  All sums of a
 * resample come from one draw, so that what models share cancels where they are
 * compared: the bootstrap is paired.  The same seed, units and strata give the
 * same draws, whatever is summed.
 *
 * Parts are sparse, and RESAMPLE_BLOCK resamples are added up side by side: a
 * part costs one vector operation a block.
 */
#ifndef RESAMPLE_H
#define RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

enum { RESAMPLE_BLOCK = 64 };

/* What units add: parts of unit u are [starts[u], starts[u + 1]). */
struct resample_input {
    size_t num_units;
    const uint32_t *strata; /* [num_units], small numbers; NULL: one */
    size_t width;           /* sums */
    const size_t *starts;   /* [num_units + 1] */
    const uint32_t *places; /* of a part: which sum, < width */
    const double *values;   /* of a part: how much */
    uint64_t seed;
};

/* sums: [width] of that resample; borrowed for the call */
typedef void (*resample_fn)(void *context, size_t resample, const double *sums);

/* Call `use` for each of `num` resamples, in order. */
void resample_each(const struct resample_input *input,
                   size_t num,
                   resample_fn use,
                   void *context);

#endif
