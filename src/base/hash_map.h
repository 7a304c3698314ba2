/*
 * hash_map.h - uthash, for nodes whose key is a struct hash128.
 *
 * Memory as everywhere: what is not there ends the program with a message.
 */
#ifndef HASH_MAP_H
#define HASH_MAP_H

#include "base/hash.h"
#include "base/mem.h"
#include "trustsweep/bug.h"

#define uthash_malloc(size)   mem_alloc(1, size)
#define uthash_fatal(message) BUG("%s", message)
/* The key is a hash already. */
#define HASH_FUNCTION(key, len, value) \
    ((value) = (unsigned)((const struct hash128 *)(key))->low)

#include <uthash.h>

#endif
