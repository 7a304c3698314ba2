/*
 * checkpoints_cut.h - what of new checkpoints is asked when not all of it fits
 * before a deadline.
 */
#ifndef CHECKPOINTS_CUT_H
#define CHECKPOINTS_CUT_H

#include <stddef.h>

struct error;
struct job;

/*
 * Models `first` and later of `job` are new; sets their `only` or `fraction`,
 * and says so on stderr.  Where no speed is known nothing is cut, and that is
 * said.
 *
 * left_s   until the deadline
 * results  an earlier results file of this run, for speeds; or NULL
 */
int checkpoints_cut(struct job *job,
                    size_t first,
                    double left_s,
                    int workers,
                    const char *results,
                    struct error *err);

#endif
