/*
 * run_schedule.h - the schedule of a run: what its models and units cost.
 */
#ifndef RUN_SCHEDULE_H
#define RUN_SCHEDULE_H

struct error;
struct run;

/* Models, then roles that are dispatched: run->schedule, run->models,
 * run->model_of_role.  0, or -1 as outlook_make(). */
int run_schedule_create(struct run *run, int num_workers, struct error *err);

#endif
