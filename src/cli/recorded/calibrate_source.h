/*
 * calibrate_source.h - the replies that a judge is asked about: of a run
 * directory, or recorded ones, which are asked in any order.
 */
#ifndef CALIBRATE_SOURCE_H
#define CALIBRATE_SOURCE_H

#include "cli/results/results.h"

struct calibrate_source;
struct sweep;

/*
 * path     a run directory, a results file in one, a folder of recorded answers
 * judge    replaces the job's; NULL = that one; recorded answers need it
 * dataset  what recorded answers are to; NULL = the sample
 * errors   ERR_USAGE: neither of these, no judge; those of sweep_open()
 */
struct calibrate_source *calibrate_source_open(const char *path,
                                               const char *judge,
                                               const char *dataset,
                                               struct error *err);
void calibrate_source_close(struct calibrate_source *self); /* accepts NULL */

/* Borrowed: the folder, which keeps what is found, the sweep, with a judge, and
 * its replies. */
const char *calibrate_source_folder(const struct calibrate_source *self);
const struct sweep *calibrate_source_sweep(const struct calibrate_source *self);
struct reply_source calibrate_source_replies(struct calibrate_source *self);

#endif
