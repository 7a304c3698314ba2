/*
 * bundles.h - units whose prompts begin alike, so that they go out together and
 * whoever answers them reads what they have in common once.
 *
 * Within a task the items are put in the order of their prompts' bytes and cut
 * into bundles of 24 to 40 units, where two neighbours have least in common.
 */
#ifndef BUNDLES_H
#define BUNDLES_H

#include <stdint.h>

struct plan;

enum { BUNDLES_LEAST = 24, BUNDLES_MOST = 40 }; /* units */

/* [num_units] the number of each unit's bundle, the same for each model; the
 * repeats of an item are in one.  free() */
uint32_t *bundles_make(const struct plan *plan);

#endif
