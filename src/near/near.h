/*
 * near.h - binds the workers of a node to cores and memory near their GPUs.
 *
 * Where anything that this wants to know is not known, nothing is bound, and an
 * error says what it was.
 */
#ifndef NEAR_H
#define NEAR_H

#include <stddef.h>
#include <stdint.h>

struct error;
struct slot;
struct near;
struct text;

/*
 * This node, as this thread finds it: the cores that it may use now are those
 * that are shared out.
 *
 * devices  [workers] the first GPU of each worker of the node
 * errors   ERR_USAGE
 */
struct near *near_open(const int *devices, int workers, struct error *err);

/*
 * Binds this thread, and so what it starts, to the share of a worker; where its
 * slot has several GPUs, to those of all workers that have one of them.  Memory
 * is taken from there while there is some.  Notes in the slot what a program
 * that is started may use.
 *
 * said    appended: "cores 0-15, near GPU 0000:17:00.0"
 * errors  ERR_USAGE: nothing was bound
 */
int near_bind(struct near *self,
              int worker,
              struct slot *slot,
              struct text *said,
              struct error *err);

/* What near_bind() would do for a worker of one GPU. */
int near_tell(const struct near *self,
              int worker,
              struct text *said,
              struct error *err);

/* "2.9.0", of hwloc, cut to `size` bytes. */
void near_library(char *out, size_t size);

void near_close(struct near *self); /* accepts NULL */

#endif
