/*
 * recorded_report.h - what of a model's recorded answers was not scored, and
 * what was not there to be scored; a few lines on stderr.
 */
#ifndef RECORDED_REPORT_H
#define RECORDED_REPORT_H

#include <stddef.h>

struct replay_folders;
struct replay_tapes;
struct sweep;

/* Once every unit of the model has been asked for.  Returns of how many tasks a
 * file does not read. */
size_t recorded_report(const struct sweep *sweep,
                       size_t model,
                       const struct replay_folders *folders,
                       const struct replay_tapes *tapes);

#endif
