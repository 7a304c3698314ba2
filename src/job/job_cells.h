/*
 * job_cells.h - what a job says of single cells: some tasks of some models.
 */
#ifndef JOB_CELLS_H
#define JOB_CELLS_H

struct cJSON;
struct error;
struct job;
struct job_source;

/* Members "cells" and "weights" of a job whose models and checkpoints were
 * read. */
int job_cells_read(const struct job_source *source,
                   const struct cJSON *root,
                   struct job *job,
                   struct error *err);
void job_cells_release(struct job *job);

#endif
