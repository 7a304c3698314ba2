/*
 * plan_memory_table.h - what models and roles need of memory, for people and
 * programs.
 */
#ifndef PLAN_MEMORY_TABLE_H
#define PLAN_MEMORY_TABLE_H

#include <stddef.h>

struct cJSON;
struct plan_memory;
struct sweep;

/* memory  [num_models + NUM_ROLES] */
void plan_memory_table_print(const struct sweep *sweep,
                             const struct plan_memory *memory);

/* Of one of them, by its place in that list. */
void plan_memory_table_add(struct cJSON *out,
                           const struct sweep *sweep,
                           const struct plan_memory *memory,
                           size_t at);

#endif
