/*
 * run_rates.h - items per second of a run and of each of its models: now, which
 * is the last half a minute, and in the mean since its first item.
 */
#ifndef RUN_RATES_H
#define RUN_RATES_H

#include <stddef.h>
#include <stdint.h>

struct ledger_view;
struct run_rates;

struct run_rates *run_rates_create(size_t num_models);
void run_rates_free(struct run_rates *self); /* accepts NULL */

/* How far all are at `now_ms`; every few seconds. */
void run_rates_note(struct run_rates *self,
                    const struct ledger_view *ledger,
                    int64_t now_ms);

/* Of all models, and of one; NaN while it is not known. */
double run_rates_now(const struct run_rates *self);
double run_rates_model_now(const struct run_rates *self, size_t model);
double run_rates_model_mean(const struct run_rates *self, size_t model);

#endif
