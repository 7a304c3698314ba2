/*
 * run_costs.h - what each model and role with a price has cost, earlier runs in
 * the same directory included.
 */
#ifndef RUN_COSTS_H
#define RUN_COSTS_H

struct cJSON;
struct run_state;
struct text;

/* `costs` of run.json: name, cost and, where there is one, limit; absent where
 * nothing was spent. */
void run_costs_add(struct cJSON *run, const struct run_state *state);

/* One line of it, with its end: "cost: gpt 0.05 of 0.1, judge 0.02"; nothing
 * where run.json has none. */
void run_costs_describe(const struct cJSON *run, struct text *out);

#endif
