/*
 * submit_before.h - what earlier jobs of a run directory say about another one.
 * Private to cli/batch/.
 */
#ifndef SUBMIT_BEFORE_H
#define SUBMIT_BEFORE_H

struct error;
struct sweep;

/*
 * Whether another job in `dir` has anything to do.
 *
 * budget_h  of all its jobs; 0 = none
 * errors    ERR_USAGE with the way out: a job of it is in the queue or at work,
 *           the budget is spent, or the sweep is complete
 */
int submit_before_check(const char *dir,
                        const struct sweep *sweep,
                        double budget_h,
                        struct error *err);

#endif
