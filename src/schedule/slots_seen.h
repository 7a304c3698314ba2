/*
 * slots_seen.h - how many slots are free and how many work on what, kept as they
 * change: a look at them costs what has changed and not all that there are, of
 * which 65,000 may each take a first lease.  Sums are by type of slot: what a slot
 * is worth to another type is not known here.
 */
#ifndef SLOTS_SEEN_H
#define SLOTS_SEEN_H

#include <stdbool.h>
#include <stddef.h>

enum { SLOTS_SEEN_NONE = -1 };

/* Zeroed but for `model`: neither free nor at work. */
struct slot_seen {
    int model; /* that it works on, or SLOTS_SEEN_NONE */
    bool is_free;
    double left_s; /* until it does; 0 = it does */
};

struct slots_seen;
struct slots_seen *slots_seen_create(size_t num_slots,
                                     size_t num_types,
                                     size_t num_models);
void slots_seen_destroy(struct slots_seen *self); /* accepts NULL */

/* A slot, or every one, is to be looked at again. */
void slots_seen_change(struct slots_seen *self, int slot);
void slots_seen_change_all(struct slots_seen *self);

/* The next one that is to be looked at, and is put then; SLOTS_SEEN_NONE: all
 * sums hold. */
int slots_seen_next(struct slots_seen *self);
void slots_seen_put(struct slots_seen *self,
                    int slot,
                    size_t type,
                    struct slot_seen what);

/* Of that type: that are free, that work on a model; until they all do, s. */
size_t slots_seen_free(const struct slots_seen *self, size_t type);
size_t slots_seen_at_work(const struct slots_seen *self,
                          size_t type,
                          size_t model);
double slots_seen_left_s(const struct slots_seen *self,
                         size_t type,
                         size_t model);

#endif
