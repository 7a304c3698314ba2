#include "generate/parts/waiting.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void waiting_push(struct waiting *self, struct request *request)
{
    self->requests = mem_reserve(self->requests,
                                 &self->cap,
                                 self->num + 1,
                                 sizeof *self->requests);
    self->requests[self->num++] = *request;
    *request = (struct request){ 0 };
}

static void take_out(struct waiting *self, size_t at, size_t num)
{
    if (num == 0)
        return;
    for (size_t i = at; i < at + num; i++)
        request_release(&self->requests[i]);
    self->num -= num;
    memmove(self->requests + at,
            self->requests + at + num,
            (self->num - at) * sizeof *self->requests);
}

void waiting_drop(struct waiting *self, struct hash128 unit)
{
    for (size_t i = self->num; i-- > 0;) {
        if (hash_equal(self->requests[i].unit, unit))
            take_out(self, i, 1);
    }
}

void waiting_drop_first(struct waiting *self, size_t num)
{
    take_out(self, 0, num);
}

void waiting_release(struct waiting *self)
{
    take_out(self, 0, self->num);
    free(self->requests);
    *self = (struct waiting){ 0 };
}
