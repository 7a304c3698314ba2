/*
 * recorded.h - replies without a run: a folder of recorded answers, or the
 * journal of a run directory, as what results_write() reads from.
 */
#ifndef RECORDED_H
#define RECORDED_H

#include "cli/results.h"

#include <stdbool.h>

struct cJSON;
struct error;
struct sweep;

struct recorded;

/* Whether the folder is a run directory (it holds job.json and journal/). */
bool recorded_is_run(const char *folder);

/* A job over folders of recorded answers, MODEL/DIMENSION/FILE.json[.gz], or
 * one model's DIMENSION/FILE.json[.gz]; JSON for job_parse().
 * errors  ERR_USAGE when a folder holds neither */
struct cJSON *recorded_job(const char *const *folders,
                           size_t num,
                           const char *dataset,
                           struct error *err);

/* Replies from the backends of a sweep, asked one after the other; for
 * backends that answer at once (replay). */
struct recorded *recorded_open_backends(const struct sweep *sweep);

/* Replies from a run directory's journal, which is not changed. */
struct recorded *recorded_open_run(const struct sweep *sweep,
                                   const char *folder,
                                   struct error *err);

struct reply_source recorded_source(struct recorded *self);
struct answerer recorded_answerer(struct recorded *self);
void recorded_close(struct recorded *self); /* accepts NULL */

#endif
