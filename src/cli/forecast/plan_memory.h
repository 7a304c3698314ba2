/*
 * plan_memory.h - what the longest requests of a job need of memory, told before
 * any model is loaded.
 */
#ifndef PLAN_MEMORY_H
#define PLAN_MEMORY_H

#include "trustsweep/backend.h"

#include <stddef.h>

struct sweep;

struct plan_memory {
    bool is_known;   /* its backend can tell */
    bool is_of_some; /* more requests than were looked at: which are longest is
                        a guess by their bytes, so `need.num_longer` is the
                        least that it can be */
    struct backend_need need;
};

/*
 * For each model, from the items that look longest; their prompts are rendered
 * and counted as the model reads them.  For each role, from a question about the
 * longest reply that there can be.  free()
 *
 * returns  [num_models + NUM_ROLES]
 * errors   ERR_IO, ERR_FORMAT, with the model's name
 */
struct plan_memory *plan_memory_make(const struct sweep *sweep,
                                     struct error *err);

/* About how many tokens the longest request of a model has, with its answer, by
 * its bytes; 0 = it is asked nothing. */
int plan_memory_longest(const struct sweep *sweep, size_t model);

/* The most of those requests that are looked at, of a model. */
enum { PLAN_MEMORY_LOOKED_AT = 256 };

#endif
