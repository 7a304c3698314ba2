/*
 * answered.h - what of a sweep is on disk already, in a run directory.
 */
#ifndef ANSWERED_H
#define ANSWERED_H

#include <stdbool.h>

struct sweep;

/*
 * Without what the login node's part holds.
 *
 * has      [num_units of the plan], zeroed: set where there is a record that a run
 *          takes over
 * returns  whether nothing else is open: there is a journal, and every follow-up
 *          in it was answered
 */
bool answered_find(const char *dir, const struct sweep *sweep, bool *has);

/* What is on disk, also of the login node's part, is not asked again: it leaves
 * the sweep, so that a forecast is of the rest, and stderr is told.
 *
 * may_be_all  then nothing is left of the sweep; else nothing changes where all of
 *             it is on disk */
void answered_leave_out(const char *dir, struct sweep *sweep, bool may_be_all);

#endif
