/*
 * run_spending.h - where the seconds of a run went: by model, by rank, and by
 * model and task.  For run.json, which `status` reads.
 */
#ifndef RUN_SPENDING_H
#define RUN_SPENDING_H

struct cJSON;
struct spent;

/*
 * Adds the member "ledger" to `run`: load_s, prefill_s, decode_s, judge_wait_s,
 * idle_s and wasted_s, which add up to its allocated_s: of all "starts", workers
 * times the time since they began, by the clock.  The same of each of its
 * "models", "ranks" and "cells"; "without_gpu" are those of workers that have
 * none, where there are any.  What is of no model or no task has "" as its name.
 */
void run_spending_add(struct cJSON *run, const struct spent *spent);

/* The lines of `status`; nothing when there is no such member. */
void run_spending_print(const struct cJSON *run);

#endif
