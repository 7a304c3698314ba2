/*
 * disk.h - the disk of a world: it is full, or rank 0 dies with a torn write.
 */
#ifndef DISK_H
#define DISK_H

#include "gather/journal_private.h"

struct world;

struct journal_io disk_io(struct world *world);

#endif
