#include "gather/journal_index.h"

#include "base/hash.h"
#include "base/mem.h"
#include "trustsweep/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* Places need 60 bits; see journal_place.h. */
#define FAILED ((uint64_t)1 << 63)

enum { FIRST_CAP = 1024 };

struct slot {
    struct hash128 id;
    uint64_t place; /* with FAILED; 0 = nothing here */
};

/* 24 bytes a slot, at least half of them in use. */
struct journal_index {
    struct slot *slots; /* [cap], a power of 2 */
    size_t cap;
    size_t num;
};

struct journal_index *journal_index_create(void)
{
    struct journal_index *self = mem_alloc(1, sizeof *self);

    self->cap = FIRST_CAP;
    self->slots = mem_alloc(self->cap, sizeof *self->slots);
    return self;
}

void journal_index_destroy(struct journal_index *self)
{
    if (self)
        free(self->slots);
    free(self);
}

/* An answer and a follow-up are two units, whatever their ids. */
static struct hash128 key_of(const struct record *record)
{
    struct hash128 key = record->reply.unit;

    key.high ^= (uint64_t)record->role << 60;
    return key;
}

/* The slot of a key, or the empty one where it belongs. */
static struct slot *seek(const struct journal_index *self, struct hash128 key)
{
    size_t at = (size_t)(key.low ^ key.high * 0x9e3779b97f4a7c15U);

    for (;; at++) {
        struct slot *slot = &self->slots[at & (self->cap - 1)];

        if (slot->place == 0 || hash_equal(slot->id, key))
            return slot;
    }
}

static void grow(struct journal_index *self)
{
    struct journal_index larger = { .cap = self->cap * 2, .num = self->num };

    larger.slots = mem_alloc(larger.cap, sizeof *larger.slots);
    for (size_t i = 0; i < self->cap; i++) {
        if (self->slots[i].place != 0)
            *seek(&larger, self->slots[i].id) = self->slots[i];
    }
    free(self->slots);
    *self = larger;
}

uint64_t journal_index_add(struct journal_index *self,
                           const struct record *record,
                           uint64_t place)
{
    struct slot *slot = seek(self, key_of(record));
    const uint64_t before = slot->place;
    const bool has_failed = record->reply.state == STATE_FAILED;

    if (before != 0 && !(before & FAILED))
        return place;
    slot->id = key_of(record);
    slot->place = has_failed ? place | FAILED : place;
    if (before == 0 && ++self->num > self->cap / 4 * 3)
        grow(self);
    return before & ~FAILED;
}

uint64_t journal_index_find(const struct journal_index *self,
                            const struct record *record)
{
    return seek(self, key_of(record))->place & ~FAILED;
}
