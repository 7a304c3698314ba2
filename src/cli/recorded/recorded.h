/*
 * recorded.h - replies without a run: a folder of recorded answers, or the
 * journal of a run directory, as what results_write() reads from.
 */
#ifndef RECORDED_H
#define RECORDED_H

#include "cli/results/results.h"

#include <stdbool.h>

struct error;
struct sweep;

struct recorded;
struct recorded_tapes;

/* Whether the folder is a run directory: it holds journal/, and job.json or a
 * first file of the journal. */
bool recorded_is_run(const char *folder);

/* Replies from the backends of a sweep, asked one after the other; for
 * backends that answer at once (replay).  `tapes` are taken over. */
struct recorded *recorded_open_backends(const struct sweep *sweep,
                                        struct recorded_tapes *tapes);

/* Replies from a run directory's journal, which is not changed.  ERR_USAGE when
 * not one of its answers is to what the sweep asks. */
struct recorded *recorded_open_run(const struct sweep *sweep,
                                   const char *folder,
                                   struct error *err);

/* How many answers in its journal are to nothing that the sweep asks. */
size_t recorded_num_strange(const struct recorded *self);

/* Before anything is written: whether any answer of models that replay belongs
 * to an item of the data set.  errors  ERR_USAGE; those of reading a file */
int recorded_check(struct recorded *self, struct error *err);

/* After every unit was asked for: what was not scored of the last model; of
 * those before it that has been said. */
void recorded_finish(struct recorded *self);
/* How many tasks of all models had a file that does not read. */
size_t recorded_num_unread(const struct recorded *self);

struct reply_source recorded_source(struct recorded *self);
struct answerer recorded_answerer(struct recorded *self);
void recorded_close(struct recorded *self); /* accepts NULL */

#endif
