/*
 * run_parts.h - what another part of the same job has recorded in a folder of
 * its own, taken over into the journal of a run.
 */
#ifndef RUN_PARTS_H
#define RUN_PARTS_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct run;

/* Whether a unit of the plan, or one that is in no plan (SIZE_MAX), is asked in the
 * part of the job that this run is. */
bool run_parts_asks(const struct run *run, size_t unit);

/*
 * Take over every record of DIR/parts/login that the journal lacks and the job
 * asks for; it counts as one of an earlier run.  That part may be at work.
 *
 * errors  as journal_open(), journal_append()
 */
int run_parts_adopt(struct run *run, const char *dir, struct error *err);

/*
 * Nothing may be asked in a part that the job says is asked elsewhere: such a
 * model is in it because its own part said that it is complete.
 *
 * errors  ERR_USAGE: that part was of another job
 */
int run_parts_check(const struct run *run, struct error *err);

#endif
