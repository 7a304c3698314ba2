/*
 * run_ledger.h - ledger.json: where the seconds of all starts of a run went.
 *
 * A start writes what earlier ones left there and its own, from time to time and
 * when it ends, so one that is killed loses the seconds since it last did.
 */
#ifndef RUN_LEDGER_H
#define RUN_LEDGER_H

#include "cli/results/spent.h"

#include <stdint.h>

struct ledger_view;
struct error;
struct schedule;
struct sweep;

struct run_ledger;

/* What there is in the file at `path`; of one that is damaged nothing, which is
 * logged.  num_models: of the sweep, and roles. */
struct run_ledger *run_ledger_open(const char *path,
                                   const struct sweep *sweep,
                                   size_t num_models);
void run_ledger_free(struct run_ledger *self);

/* With what this start, which began at `began_ms`, has spent by `view`; to be
 * released, before the ledger. */
struct spent run_ledger_sum(const struct run_ledger *self,
                            const struct ledger_view *view,
                            const struct schedule *schedule,
                            int64_t began_ms);

/* In the place of what was there.  Any thread. */
int run_ledger_write(const struct run_ledger *self,
                     const struct spent *spent,
                     struct error *err);

#endif
