/*
 * schedule_jobs.h - a schedule that goes by jobs, as simpler policies do, where a
 * slot keeps its job to the end and lets go of the model behind it (policy.h).
 * Private to schedule.
 *
 * Questions to roles wait until all jobs of models have ended, and are then cut
 * into jobs themselves, as where judging follows generation.
 */
#ifndef SCHEDULE_JOBS_H
#define SCHEDULE_JOBS_H

#include "schedule/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct schedule;
struct schedule_jobs;

/* NULL: resident. */
struct schedule_jobs *schedule_jobs_create(enum policy policy,
                                           size_t size,
                                           size_t num_slots);
void schedule_jobs_destroy(struct schedule_jobs *self); /* accepts NULL */

/* As schedule_lease(), of a slot that lives. */
size_t schedule_jobs_lease(struct schedule *self,
                           int slot,
                           int held,
                           int64_t now_ms,
                           int *model,
                           size_t *out);

/* Whether the slot's job has ended, or it has none: the next one begins with a
 * load, also of the same model. */
bool schedule_jobs_lets_go(const struct schedule *self, int slot);

/* Whether the slot's job has units that wait. */
bool schedule_jobs_goes_on(struct schedule *self, int slot, int64_t now_ms);

/* Jobs of a model, of those cut so far, that no slot has and that have not ended. */
size_t schedule_jobs_free(struct schedule *self, int model);

/* Seconds until the end, if jobs are spread evenly: what is left of work, and a load
 * for each that nobody has, shared by the slots.  NaN: a speed is not known. */
double schedule_jobs_eta(struct schedule *self);

/* One came back. */
void schedule_jobs_returned(struct schedule *self, size_t unit);

/* The slot is lost: its job is free again. */
void schedule_jobs_lost(struct schedule *self, int slot);

#endif
