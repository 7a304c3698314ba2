/*
 * cell.h - the units of one model and one task that wait for a slot.
 *
 * Prefix neighbours stay together in bundles; bundles go out longest first.
 * Nothing here looks at all units again: a cursor moves over the bundles, and
 * units that were finished meanwhile are passed over when it gets there.
 */
#ifndef CELL_H
#define CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CELL_BUNDLE = 32 }; /* units; keeps nearly all prefix sharing */

#define CELL_NO_UNIT SIZE_MAX

struct cell_bundle {
    float tokens;   /* of all its units */
    uint32_t first; /* position in `units` */
    uint32_t num;
};

struct cell {
    uint32_t *units; /* [num_units], plan order, then as they came */
    size_t num_units;
    size_t cap_units;
    struct cell_bundle *bundles; /* [num_bundles], longest first, then as they
                                    came */
    size_t num_bundles;
    size_t cap_bundles;
    size_t at_bundle; /* cursor: bundle, and unit within it */
    size_t at_unit;
    double ready_tokens; /* neither leased nor done */
    double left_tokens;  /* not done */
    size_t num_ready;
    size_t num_left;
};

void cell_release(struct cell *self);

void cell_add(struct cell *self, size_t unit, double tokens); /* plan order */

/*
 * Once, behind the last cell_add(): make bundles, longest first.
 *
 * tokens   [all units] what each is expected to cost
 * bundles  [all units] units with one number are neighbours, whatever their
 *          place; NULL: CELL_BUNDLE units that follow one another
 */
void cell_order(struct cell *self,
                const float *tokens,
                const uint32_t *bundles);

/* Later, behind all that waits, in bundles of its own. */
void cell_append(struct cell *self, size_t unit, double tokens);

/* The next unit behind the cursor, whatever its state, or CELL_NO_UNIT; `*ends`
 * tells whether it ends its bundle. */
size_t cell_next(struct cell *self, bool *ends);

/* Tokens of the bundle that the cursor stands in; 0 = none is left. */
double cell_next_tokens(const struct cell *self);

#endif
