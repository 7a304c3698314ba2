#include "dispatch/refusals.h"

#include "base/log.h"
#include "trustsweep/error.h"

void refusals_note(struct refusals *self, int source, const struct error *why)
{
    if (self->num++ == 0) {
        log_warn("message refused, further ones are only counted: rank=%d %s",
                 source,
                 why->text);
    }
}
