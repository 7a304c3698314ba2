/*
 * rank_near.h - a worker's thread on the cores near the GPUs that it drives.
 */
#ifndef RANK_NEAR_H
#define RANK_NEAR_H

#include <stdbool.h>

struct mpi_place;
struct slot;
struct rank_near;

/* What near.h tells of this node; never fails. */
struct rank_near *rank_near_find(const struct mpi_place *place, bool is_wanted);

/* Binds the calling thread, and what it starts from now on, for a slot. */
void rank_near_bind(struct rank_near *self, struct slot *slot);

/* Notes in the log to what it is bound, or why to nothing. */
void rank_near_log(const struct rank_near *self);

void rank_near_free(struct rank_near *self);

#endif
