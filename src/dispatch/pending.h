/*
 * pending.h - records that the disk is busy with, and who waits for them.
 */
#ifndef PENDING_H
#define PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pending_entry {
    uint64_t ticket; /* of the sink */
    size_t unit;
    int rank; /* 0 = nobody waits */
};

struct pending {
    struct pending_entry *entries; /* [num], by ticket; from `first` */
    size_t first;
    size_t num;
    size_t cap;
};

void pending_release(struct pending *self);
bool pending_is_empty(const struct pending *self);
void pending_add(struct pending *self, struct pending_entry entry);
struct pending_entry pending_last(const struct pending *self);

/* The next entry that is on disk when all up to `ticket` are; false: none. */
bool pending_take(struct pending *self,
                  uint64_t ticket,
                  struct pending_entry *out);

#endif
