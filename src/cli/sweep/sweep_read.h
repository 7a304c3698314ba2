/*
 * sweep_read.h - everything of a sweep that has to be read: the data set,
 * weights, recorded answers; at the same time where there are cores for it.
 */
#ifndef SWEEP_READ_H
#define SWEEP_READ_H

struct error;
struct identifier;
struct sweep;

/*
 * Fill in a sweep that has its job: all but the plan.  A model whose replies
 * are known by task has as its identity a hash of these.
 *
 * identifier  NULL: the backends
 * errors  as manifest_read(), dataset_open(), backend_probe(),
 *         backend_identify(), roles_open(); of several the first
 */
int sweep_read(struct sweep *sweep,
               const struct identifier *identifier,
               struct error *err);

#endif
