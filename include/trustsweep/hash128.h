/*
 * hash128.h - the 128 bits that name items and units; base/hash.h makes them.
 */
#ifndef TRUSTSWEEP_HASH128_H
#define TRUSTSWEEP_HASH128_H

#include <stdint.h>

struct hash128 {
    uint64_t high;
    uint64_t low;
};

#endif
