/*
 * noise.h - normal numbers, for an error that no resample of units shows.
 */
#ifndef NOISE_H
#define NOISE_H

#include <stddef.h>
#include <stdint.h>

/* Mean 0, standard deviation 1.  Equal seeds give equal numbers. */
void noise_normal(double *out, size_t num, uint64_t seed);

#endif
