/*
 * pack.h - a chunk as HDF5's shuffle and deflate filters leave it, made and
 * undone by libdeflate: for H5Dwrite_chunk() and H5Dread_chunk().  Unlike the
 * library's own it may run in any thread, and chunks come out a little smaller.
 */
#ifndef PACK_H
#define PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packed {
    void *bytes; /* [len]; pack_release() */
    size_t len;
    uint32_t skipped; /* filters left out, as HDF5's filter mask: what does not
                         get smaller is only shuffled */
};

/* elements  [num] of `size` bytes each: a whole chunk */
struct packed pack_chunk(const void *elements, size_t num, size_t size);
void pack_release(struct packed *packed);

/* The other way; false when `packed` does not hold `num` elements. */
bool pack_undo(const struct packed *packed,
               void *elements,
               size_t num,
               size_t size);

#endif
