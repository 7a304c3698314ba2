/*
 * run_schedule.h - the schedule of a run: what its models and units cost.
 */
#ifndef RUN_SCHEDULE_H
#define RUN_SCHEDULE_H

struct run;

/* Models, then roles that are dispatched: run->schedule, run->models,
 * run->model_of_role. */
void run_schedule_create(struct run *run, int num_workers);

#endif
