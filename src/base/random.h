/*
 * random.h - a small seeded generator (SplitMix64) for simulation and jitter,
 * and bytes that nobody can guess.  Statistics use GSL's generators.
 *
 * source  Steele, Lea, Flood 2014, "Fast splittable pseudorandom generators"
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct error;

uint64_t random_next(uint64_t *state);
double random_unit(uint64_t *state);                    /* in [0, 1) */
uint64_t random_below(uint64_t *state, uint64_t bound); /* bound > 0 */

/* Of the kernel, for keys.  ERR_IO. */
int random_secret(void *out, size_t len, struct error *err);

#endif
