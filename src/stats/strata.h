/*
 * strata.h - strata too small to tell anything.
 */
#ifndef STRATA_H
#define STRATA_H

#include <stddef.h>
#include <stdint.h>

/* One more than the largest of numbers[num]; 0 when there is none. */
size_t strata_count(const uint32_t *numbers, size_t num);

/*
 * A stratum of a single unit says nothing of how units vary: units of such
 * strata are given one of their own, a lone one joins another stratum.  That
 * errs to the wide side.
 *
 * strata   [num_units], changed in place
 */
void strata_join(uint32_t *strata, size_t num_units);

#endif
