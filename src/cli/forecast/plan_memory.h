/*
 * plan_memory.h - what the longest requests of a job need of memory, told before
 * any model is loaded.
 */
#ifndef PLAN_MEMORY_H
#define PLAN_MEMORY_H

#include "trustsweep/backend.h"

struct cJSON;
struct sweep;

struct plan_memory {
    bool is_known; /* its backend can tell */
    struct backend_need need;
};

/*
 * For each model, from the items that look longest; their prompts are rendered
 * and counted as the model reads them.  free()
 *
 * errors  ERR_IO, ERR_FORMAT, with the model's name
 */
struct plan_memory *plan_memory_make(const struct sweep *sweep,
                                     struct error *err);

void plan_memory_print(const struct sweep *sweep,
                       const struct plan_memory *memory);
void plan_memory_add(struct cJSON *model, const struct plan_memory *memory);

#endif
