/*
 * run_counts.h - how many units a model's task has, and how many of them failed:
 * what the schedule, which knows only of what is left, cannot say.
 */
#ifndef RUN_COUNTS_H
#define RUN_COUNTS_H

#include <stddef.h>

struct run;
struct run_counts;

/* Of a run whose schedule and journal are there. */
struct run_counts *run_counts_create(const struct run *run);
void run_counts_free(struct run_counts *self); /* accepts NULL */

/* One more unit is asked for; one more failed for good. */
void run_counts_add(struct run_counts *self, size_t model, size_t task);
void run_counts_fail(struct run_counts *self, size_t model, size_t task);

size_t run_counts_units(const struct run_counts *self,
                        size_t model,
                        size_t task);
size_t run_counts_failed(const struct run_counts *self,
                         size_t model,
                         size_t task);

#endif
