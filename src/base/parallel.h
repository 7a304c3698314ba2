/*
 * parallel.h - independent pieces of work on the cores of this machine.
 */
#ifndef PARALLEL_H
#define PARALLEL_H

#include <stddef.h>
#include <stdint.h>

/* Must touch nothing that another piece touches. */
typedef void (*parallel_fn)(void *context, size_t i);

/*
 * Call fn(context, i) once for each i in [0, num), low ones first, in as many
 * threads as there are cores this process may use, the caller's among them.
 * Returns when all are done.
 */
void parallel_each(size_t num, parallel_fn fn, void *context);

/* Cores this process may use; at least 1. */
size_t parallel_cores(void);

/* From now on this process may use those cores, a bit each in `words` [num], or
 * with none of them all that the machine, its container or its job allows; a
 * launcher may have bound it to a few.  Async-signal-safe. */
void parallel_use_cores(const uint64_t *words, size_t num);

#endif
