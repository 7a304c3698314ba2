/*
 * run_schedule.h - the schedule of a run: what its models and units cost.
 */
#ifndef RUN_SCHEDULE_H
#define RUN_SCHEDULE_H

struct error;
struct mpi_seat;
struct run;

/* Models, then roles that are dispatched: run->schedule, run->models,
 * run->model_of_role.  0, or -1 as outlook_make() and places_widths().
 * seats [size] */
int run_schedule_create(struct run *run,
                        const struct mpi_seat *seats,
                        int size,
                        struct error *err);

#endif
