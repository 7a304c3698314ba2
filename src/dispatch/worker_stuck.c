/*
 * A backend that has work and gives no answer for too long never will.
 */
#include "base/clock.h"
#include "dispatch/worker_parts.h"
#include "trustsweep/error.h"

static bool is_loaded(const struct worker *self)
{
    const struct resident *resident = &self->resident;

    return resident->has_replied
           || (self->params.is_loading
               && !self->params.is_loading(resident->backend));
}

/* By the longest request that it has. */
static int learned_ms(const struct worker *self)
{
    double longest_s = 0;

    for (size_t i = 0; i < self->queue.num_entries; i++) {
        const struct queue_entry *entry = &self->queue.entries[i];
        double expected_s;

        if (!entry->is_submitted)
            continue;
        expected_s =
            patience_expects_s(&self->patience, entry->model, &entry->request);
        if (expected_s > longest_s)
            longest_s = expected_s;
    }
    return patience_limit_ms(longest_s, self->params.stuck_ms);
}

/* What was learned does not hold for a first reply, nor do ten minutes:
 * libraries warm up, and the model may come from a disk page by page. */
static int64_t limit_ms(const struct worker *self, uint32_t given_ms)
{
    if (given_ms > 0 && is_loaded(self))
        return given_ms;
    return self->resident.has_replied ? learned_ms(self)
                                      : self->params.load_promise_ms;
}

bool worker_is_stuck(const struct worker *self, struct error *why)
{
    const struct resident *resident = &self->resident;
    const uint32_t given_ms = self->models.models[resident->model].stuck_ms;
    const int64_t silence_ms = clock_ms() - resident->progress_ms;

    /* no limit is shorter, and steps are many */
    if (silence_ms <= (given_ms > 0 ? given_ms : PATIENCE_LEAST_MS)
        || silence_ms <= limit_ms(self, given_ms))
        return false;
    (void)error_set(why,
                    ERR_IO,
                    "the backend has answered nothing for %.1f s "
                    "(stuck_after_s in the job file sets the limit)",
                    (double)silence_ms / 1e3);
    return true;
}
