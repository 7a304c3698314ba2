/*
 * run_tariffs.h - what the models of a run cost, and which of them share an
 * account.
 */
#ifndef RUN_TARIFFS_H
#define RUN_TARIFFS_H

#include <stddef.h>

struct record;
struct run;

/* What is in the journal was paid for.  unit: of the plan; SIZE_MAX: none */
void run_tariffs_remember(struct run *run,
                          size_t unit,
                          const struct record *record);

/* Fills tariffs and accounts of `run`, whose models and roles are there. */
void run_tariffs_create(struct run *run);

#endif
