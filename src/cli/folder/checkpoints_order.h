/*
 * checkpoints_order.h - checkpoints in their own order, for who reads: a run has
 * them in that of its rounds.
 */
#ifndef CHECKPOINTS_ORDER_H
#define CHECKPOINTS_ORDER_H

struct cJSON;

/* "step-9" is before "step-10": below 0, 0, above 0. */
int checkpoints_order(const char *a, const char *b);

/* Sorts what a run.json lists by name, where `dir` holds a run of checkpoints: those
 * whose names differ by numbers alone, among their own places.  Other models stay
 * where they are.  The models of a round are sorted already
 * (checkpoint_models_sort()), but the newest first where the job says so; and the
 * ledger has those of earlier rounds.  The lists of those that are asked nothing are
 * sorted as a whole, also before the first round.
 *
 * run  with what checkpoints_skipped_add() adds */
void checkpoints_order_run(const char *dir, struct cJSON *run);

#endif
