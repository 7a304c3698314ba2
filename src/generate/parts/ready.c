#include "generate/parts/ready.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void ready_push(struct ready *self, struct reply *reply)
{
    self->replies = mem_reserve(self->replies,
                                &self->cap,
                                self->num + 1,
                                sizeof *self->replies);
    self->replies[self->num++] = *reply;
    *reply = (struct reply){ 0 };
}

static void take_out(struct ready *self, size_t at)
{
    self->num--;
    memmove(self->replies + at,
            self->replies + at + 1,
            (self->num - at) * sizeof *self->replies);
}

bool ready_pop(struct ready *self, struct reply *out)
{
    if (self->num == 0)
        return false;
    *out = self->replies[0];
    take_out(self, 0);
    return true;
}

void ready_drop(struct ready *self, struct hash128 unit)
{
    for (size_t i = self->num; i-- > 0;) {
        if (hash_equal(self->replies[i].unit, unit)) {
            reply_release(&self->replies[i]);
            take_out(self, i);
        }
    }
}

void ready_release(struct ready *self)
{
    for (size_t i = 0; i < self->num; i++)
        reply_release(&self->replies[i]);
    free(self->replies);
    *self = (struct ready){ 0 };
}
