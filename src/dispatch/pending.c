#include "dispatch/pending.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void pending_release(struct pending *self)
{
    free(self->entries);
    *self = (struct pending){ 0 };
}

bool pending_is_empty(const struct pending *self)
{
    return self->first == self->num;
}

/* Move what waits to the front, once half of the room is behind it. */
static void close_up(struct pending *self)
{
    if (self->first <= self->num / 2)
        return;
    self->num -= self->first;
    memmove(self->entries,
            self->entries + self->first,
            self->num * sizeof *self->entries);
    self->first = 0;
}

void pending_add(struct pending *self, struct pending_entry entry)
{
    close_up(self);
    self->entries = mem_reserve(self->entries,
                                &self->cap,
                                self->num + 1,
                                sizeof *self->entries);
    self->entries[self->num++] = entry;
}

struct pending_entry pending_last(const struct pending *self)
{
    return self->entries[self->num - 1];
}

bool pending_take(struct pending *self,
                  uint64_t ticket,
                  struct pending_entry *out)
{
    if (pending_is_empty(self) || self->entries[self->first].ticket > ticket)
        return false;
    *out = self->entries[self->first++];
    return true;
}
