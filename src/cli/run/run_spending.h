/*
 * run_spending.h - where the seconds of a run went, in few lines: all of it,
 * then by model.  For run.json, which `status` reads.
 */
#ifndef RUN_SPENDING_H
#define RUN_SPENDING_H

struct cJSON;
struct ledger_view;
struct schedule;
struct sweep;

/* Adds the member "ledger" to `run`: its member "allocated_s" is the sum of
 * load_s, prefill_s, decode_s, judge_wait_s, idle_s and wasted_s; "without_gpu"
 * are the same of workers that have none, where there are any. */
void run_spending_add(struct cJSON *run,
                      const struct sweep *sweep,
                      const struct schedule *schedule,
                      const struct ledger_view *ledger);

/* The lines of `status`; nothing when there is no such member. */
void run_spending_print(const struct cJSON *run);

#endif
