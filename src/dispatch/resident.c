#include "dispatch/resident.h"

#include "base/clock.h"
#include "trustsweep/backend.h"
#include "trustsweep/reply.h"

#include <stddef.h>

enum { RETRY_MIN_MS = 100, RETRY_MAX_MS = 10000 };

void resident_init(struct resident *self)
{
    *self = (struct resident){
        .model = -1,
        .load_s = -1,
        .backoff_ms = RETRY_MIN_MS,
    };
}

bool resident_may_make(const struct resident *self)
{
    return clock_ms() >= self->not_before_ms;
}

void resident_begin(struct resident *self)
{
    self->made_ms = clock_ms();
}

void resident_take(struct resident *self,
                   struct backend *backend,
                   int32_t model)
{
    self->backend = backend;
    self->model = model;
}

bool resident_replied(struct resident *self, const struct reply *reply)
{
    double elapsed_s = (double)(clock_ms() - self->made_ms) / 1e3;
    double work_s = (double)(reply->prefill_ns + reply->decode_ns) / 1e9;

    if (self->has_replied)
        return false;
    /* What was not spent on the reply itself went into loading. */
    self->load_s = elapsed_s > work_s ? elapsed_s - work_s : 0;
    self->has_replied = true;
    self->backoff_ms = RETRY_MIN_MS;
    return true;
}

void resident_drop(struct resident *self)
{
    if (self->backend)
        self->backend->ops->destroy(self->backend);
    self->backend = NULL;
    self->model = -1;
    self->has_replied = false;
    self->load_s = -1;
}

void resident_broke(struct resident *self)
{
    resident_drop(self);
    self->not_before_ms = clock_ms() + self->backoff_ms;
    self->backoff_ms *= 2;
    if (self->backoff_ms > RETRY_MAX_MS)
        self->backoff_ms = RETRY_MAX_MS;
}
