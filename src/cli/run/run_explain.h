/*
 * run_explain.h - what every model of a run is at, and why: in run.json, which
 * `explain` reads.
 */
#ifndef RUN_EXPLAIN_H
#define RUN_EXPLAIN_H

struct cJSON;
struct run_state;

/* Adds the member "models"; run_reasons.h says what a task is at. */
void run_explain_add(struct cJSON *run, const struct run_state *state);

#endif
