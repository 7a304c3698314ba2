/*
 * checkpoints_cut.h - what of new checkpoints is asked when not all of it fits
 * before a deadline.
 */
#ifndef CHECKPOINTS_CUT_H
#define CHECKPOINTS_CUT_H

#include <stddef.h>

struct checkpoints_left_out;
struct error;
struct job;
struct text;

struct checkpoints_cut_params {
    double left_s;       /* until the deadline */
    int workers;         /* that work until then */
    const char *results; /* an earlier results file of this run, for speeds; or
                            NULL */
    size_t num_others;   /* models of the job, before all checkpoints */
};

/*
 * Models `first` and later of `job` are new; sets their `only` or `fraction`,
 * and says so.  Where too little would be left of each (`widest`; with "cheap",
 * not one task), the last ones leave the job.  Where no speed is known nothing
 * is cut, and that is said.
 *
 * said      gets lines for people; none where all fits
 * left_out  gets those that left, in the job's order, and whether that is for
 *           `widest`
 */
int checkpoints_cut(struct job *job,
                    size_t first,
                    const struct checkpoints_cut_params *params,
                    struct text *said,
                    struct checkpoints_left_out *left_out,
                    struct error *err);

#endif
