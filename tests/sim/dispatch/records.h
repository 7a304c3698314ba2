/*
 * records.h - rank 0's sink and work: the production journal on the disk of a
 * world, and what must be true of it.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct fate;
struct record;
struct world;

/* What was safe, or called safe, must be there. */
void records_open(struct world *world, bool is_read_only);

/* Of units that were in the wrong place several times; the next start does them
 * again, as a user would ask for. */
bool records_is_innocent(const struct fate *fate);

/* Each added unit comes of two others, once they are safe. */
void records_grow(struct world *world);

/* As struct work and struct sink want them; self: the world. */
bool records_is_done(void *self, size_t unit);
bool records_may_grow(void *self);
int records_append(void *self,
                   size_t unit,
                   const struct record *record,
                   uint64_t *ticket,
                   struct error *err);
int records_synced(void *self, uint64_t *ticket, struct error *err);

#endif
