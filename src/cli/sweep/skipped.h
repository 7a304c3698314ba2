/*
 * skipped.h - the items that a model is not asked, though its job has them:
 * `only` and `fraction` of a model, and `cells`.
 */
#ifndef SKIPPED_H
#define SKIPPED_H

#include <stdbool.h>
#include <stddef.h>

struct sweep;

/* [num_units of the plan], free(); NULL: none are. */
bool *skipped_make(const struct sweep *sweep);

/* Of so many items: at least one, all with 1. */
size_t skipped_keep(double fraction, size_t num_items);

/* Half the 95 % interval of a rate of one half, from so many items. */
double skipped_width(size_t num_items);

#endif
