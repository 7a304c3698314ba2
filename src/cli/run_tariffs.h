/*
 * run_tariffs.h - what the models of a run cost, and which of them share an
 * account.
 */
#ifndef RUN_TARIFFS_H
#define RUN_TARIFFS_H

struct run;

/* Fills tariffs and accounts of `run`, whose models and roles are there. */
void run_tariffs_create(struct run *run);

#endif
