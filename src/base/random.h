/*
 * random.h - a small seeded generator (SplitMix64) for simulation and jitter.
 * Statistics use GSL's generators.
 *
 * source  Steele, Lea, Flood 2014, "Fast splittable pseudorandom generators"
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

uint64_t random_next(uint64_t *state);
double random_unit(uint64_t *state);                    /* in [0, 1) */
uint64_t random_below(uint64_t *state, uint64_t bound); /* bound > 0 */

#endif
