/*
 * plan_sizes.h - the same job with fewer and with more workers, of each type of
 * GPU, and which of these sizes is recommended.
 */
#ifndef PLAN_SIZES_H
#define PLAN_SIZES_H

#include "cli/forecast/plan_forecast.h"

/* Onto a forecast that was made.  Takes some seconds of computing at most; what
 * is left out then is in `sizes_from`. */
void plan_sizes_make(struct plan_forecast *out, const struct outlook *outlook);

/* One size: so many workers, all of one type; speeds must be known.  `*fits`:
 * each model has room. */
struct plan_size plan_sizes_try(const struct outlook *outlook,
                                size_t type,
                                size_t num,
                                bool *fits);

#endif
