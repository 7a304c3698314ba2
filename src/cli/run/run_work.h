/*
 * run_work.h - the units of a run as dispatching asks for them, and where their
 * records go: units of the plan first, follow-ups behind them.
 */
#ifndef RUN_WORK_H
#define RUN_WORK_H

#include "dispatch/coordinator.h"

struct run;

/* Both borrow the run, and hold once its journal is open. */
struct work run_work_units(struct run *run);
struct sink run_work_sink(struct run *run);

#endif
