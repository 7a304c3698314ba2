/*
 * results_ledger.h - where the seconds of a run went, into its results file.
 */
#ifndef RESULTS_LEDGER_H
#define RESULTS_LEDGER_H

#include <stddef.h>

struct error;
struct results_params;
struct sweep;
struct writer;

int results_ledger_write(const struct results_params *params,
                         struct writer *writer,
                         struct error *err);

/* Of what a rank held: models of the job first, then its roles; "" = none. */
const char *results_ledger_model(const struct sweep *sweep, int model);

/* Tasks of the data set, then what roles are asked. */
const char *results_ledger_task(const struct sweep *sweep, size_t task);

#endif
