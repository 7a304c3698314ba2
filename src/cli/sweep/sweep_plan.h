/*
 * sweep_plan.h - the plan of a sweep: which model is asked which items of which
 * task, with which settings.
 */
#ifndef SWEEP_PLAN_H
#define SWEEP_PLAN_H

struct error;
struct sweep;

/* Once sweep_read() has it; what is made is sweep_close()'s.
 * errors  ERR_USAGE: `cells` name no task, a model cannot weigh options, nothing is
 *         left to ask; and as plan_create() */
int sweep_plan(struct sweep *sweep, struct error *err);

#endif
