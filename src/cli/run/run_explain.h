/*
 * run_explain.h - what every model of a living run is at, and why: in run.json,
 * which `explain` reads.
 */
#ifndef RUN_EXPLAIN_H
#define RUN_EXPLAIN_H

struct cJSON;
struct run_state;

/* Adds the member "models". */
void run_explain_add(struct cJSON *run, const struct run_state *state);

#endif
