/*
 * submit_recorded.h - what of a sweep is on disk already, in a run directory.
 * Private to cli/batch/.
 */
#ifndef SUBMIT_RECORDED_H
#define SUBMIT_RECORDED_H

#include <stdbool.h>

struct sweep;

/*
 * has      [num_units of the plan], zeroed: set where there is a record that a run
 *          takes over
 * returns  whether nothing else is open: there is a journal, and every follow-up
 *          in it was answered
 */
bool submit_recorded_find(const char *dir,
                          const struct sweep *sweep,
                          bool *has);

/* What is on disk is not asked again: it leaves the sweep, so that a size is
 * worked out for the rest, and stderr is told.  Where all of it is, nothing
 * changes. */
void submit_recorded_leave_out(const char *dir, struct sweep *sweep);

#endif
