/*
 * seed.h - one seed: starts on one journal until all is done, and the content
 * compared with that of a run without faults.
 */
#ifndef SEED_H
#define SEED_H

#include "base/hash.h"

#include <stdbool.h>
#include <stdint.h>

/* The digest of what is recorded.  faults: else nothing goes wrong */
struct hash128 seed_play(uint64_t seed, const char *folder, bool faults);

void seed_empty_folder(const char *folder);

#endif
