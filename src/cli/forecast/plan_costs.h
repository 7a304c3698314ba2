/*
 * plan_costs.h - what models and roles with a price are expected to cost.
 */
#ifndef PLAN_COSTS_H
#define PLAN_COSTS_H

struct cJSON;
struct outlook;
struct plan_memory;
struct sweep;

/* A table, and a line for each that is expected to pass its `cost_limit`;
 * nothing where the job has no price. */
void plan_costs_print(const struct sweep *sweep, const struct outlook *outlook);

/* "roles": what each is expected to be asked. */
void plan_costs_json(struct cJSON *root,
                     const struct sweep *sweep,
                     const struct outlook *outlook,
                     const struct plan_memory *memory);

#endif
