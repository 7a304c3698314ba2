/*
 * run_parts.h - what another part of the same job has recorded in a folder of
 * its own, taken over into the journal of a run.
 */
#ifndef RUN_PARTS_H
#define RUN_PARTS_H

struct error;
struct run;

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
 * where   NULL: no part
 * errors  ERR_USAGE: that part was of another job
 */
int run_parts_check(const struct run *run,
                    const char *where,
                    struct error *err);

#endif
