/*
 * checkpoints_none.h - why no checkpoint of a job can be had.
 */
#ifndef CHECKPOINTS_NONE_H
#define CHECKPOINTS_NONE_H

struct error;
struct job_checkpoints;

/* Says how many match, and what the first lacks.  -1; ERR_USAGE, or as
 * job_checkpoints_find(). */
int checkpoints_none(const struct job_checkpoints *of, struct error *err);

#endif
