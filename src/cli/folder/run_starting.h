/*
 * run_starting.h - the mark of a command that starts ranks in a run directory:
 * starting.json, there until they have ended.  Until rank 0 writes run.json anew
 * that file is of an earlier start, and this says so.
 */
#ifndef RUN_STARTING_H
#define RUN_STARTING_H

#include <stdbool.h>

struct run_starting;

/* In a folder that exists.  Where the mark cannot be made `status` shows the last
 * start's word for longer: no error. */
struct run_starting *run_starting_begin(const char *dir);
void run_starting_end(struct run_starting *self); /* accepts NULL */

/* Whether somebody who made it may live, and run.json is older; at a glance. */
bool run_starting_is_on(const char *dir);

#endif
