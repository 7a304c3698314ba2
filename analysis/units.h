/*
 * units.h - what is drawn of one column: items, or the clusters that its items
 * fall into, the same ones for all models.
 */
#ifndef UNITS_H
#define UNITS_H

#include "analysis/cell_sums.h"

struct units {
    size_t num;
    size_t num_models;
    const struct sums **sums; /* [num_models]; NULL: no value */
    size_t *offsets;          /* [num_models + 1]: where a model's sums begin */
    uint32_t *strata;         /* [num]; NULL: one */
    size_t *starts;           /* [num + 1]: parts of a unit, by model */
    uint32_t *places;         /* of a part: which sum, of all models */
    double *values;           /* of a part */
    double *totals;           /* [offsets[num_models]], of all units */
};

/* `cells` must outlive it; num is 0 when no model has sums. */
void units_of_column(struct units *out,
                     const struct cell_sums *cells,
                     size_t column);
void units_release(struct units *units);

#endif
