/*
 * journal_place.h - where a record stands, in one number: 20 bits of the file's
 * number, 40 of the offset in it.  Private to gather/.
 *
 * File numbers begin at 1, so 0 is no place; bits 60 to 63 are free.
 */
#ifndef JOURNAL_PLACE_H
#define JOURNAL_PLACE_H

#include <stdint.h>

enum { JOURNAL_PLACE_BITS = 40 }; /* of the offset */

static inline uint64_t journal_place(uint32_t number, uint64_t offset)
{
    return (uint64_t)number << JOURNAL_PLACE_BITS | offset;
}

static inline uint32_t journal_place_number(uint64_t place)
{
    return (uint32_t)(place >> JOURNAL_PLACE_BITS);
}

static inline uint64_t journal_place_offset(uint64_t place)
{
    return place & (((uint64_t)1 << JOURNAL_PLACE_BITS) - 1);
}

#endif
