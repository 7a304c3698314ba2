/* The backend of what comes next: made, or its units given back. */
#include "base/log.h"
#include "dispatch/worker_parts.h"
#include "trustsweep/error.h"

#include <stdio.h>

/* What was in the backend is submitted again to the next one. */
static void forget_submitted(struct worker *self)
{
    for (size_t i = 0; i < self->queue.num_entries; i++)
        self->queue.entries[i].is_submitted = false;
}

int worker_lose_backend(struct worker *self,
                        uint32_t model,
                        struct failure *failure,
                        struct error *err)
{
    const bool is_load = failure->kind == FAILURE_LOAD;

    for (size_t i = 0; i < self->queue.num_entries;) {
        struct queue_entry *entry = &self->queue.entries[i];

        if (entry->model != model || !(is_load || entry->is_submitted)) {
            i++;
        } else if (worker_send_failure(self, entry, failure, err) < 0) {
            return -1;
        }
    }
    forget_submitted(self);
    resident_broke(&self->resident);
    part_lead_ends(self);
    self->wants_heartbeat = true;
    return 1;
}

int worker_load_failed(struct worker *self,
                       uint32_t model,
                       struct error *why,
                       struct error *err)
{
    struct failure failure = {
        .kind = FAILURE_LOAD,
        .loading = true,
        .why = why->text,
    };

    log_warn("cannot load: model=%s %s",
             self->models.models[model].name,
             why->text);
    return worker_lose_backend(self, model, &failure, err);
}

struct slot worker_slot(const struct worker *self, uint32_t model)
{
    const struct model_entry *of = &self->models.models[model];
    struct slot slot = self->params.slot;

    if (of->max_context > 0)
        slot.max_context = (int)of->max_context;
    if (of->num_ranks > 1 && slot.threads > 0)
        slot.threads *= (int)(of->num_ranks / of->num_nodes);
    if (of->num_devices < 0)
        return slot;
    slot.num_devices = of->num_devices < self->params.num_behind
                           ? of->num_devices
                           : self->params.num_behind;
    for (int i = 0; i < slot.num_devices; i++)
        slot.devices[i] = self->params.behind[i];
    return slot;
}

/* "0,1"; "none". */
static const char *name_devices(const struct slot *slot, char *out, size_t size)
{
    size_t len = 0;

    (void)snprintf(out, size, "none");
    for (int i = 0; i < slot->num_devices && len < size; i++) {
        len += (size_t)snprintf(out + len,
                                size - len,
                                "%s%d",
                                i > 0 ? "," : "",
                                slot->devices[i]);
    }
    return out;
}

static int make_backend(struct worker *self, uint32_t model, struct error *err)
{
    struct error why = { 0 };
    struct slot slot = worker_slot(self, model);
    char devices[64];
    struct backend *backend;

    if (!resident_may_make(&self->resident))
        return 0;
    forget_submitted(self);
    resident_drop(&self->resident);
    part_drop(self);
    part_lead_ends(self);
    if (self->models.models[model].num_nodes > 1
        && !part_lead(self, model, &slot))
        return 0;
    /* This call may block for as long as a load takes: promise that. */
    if (worker_send_heartbeat(self, self->params.load_promise_ms, err) < 0)
        return -1;
    log_info("loading: model=%s devices=%s",
             self->models.models[model].name,
             name_devices(&slot, devices, sizeof devices));
    resident_begin(&self->resident);
    backend = self->params.make(self->models.models[model].spec, &slot, &why);
    if (backend) {
        resident_take(&self->resident, backend, (int32_t)model);
        worker_apply_rate(self);
        /* Take the long promise back at once: this rank may die of the first
         * unit, and nobody should wait for it as for a load. */
        return worker_send_heartbeat(self, self->params.promise_ms, err) < 0
                   ? -1
                   : 1;
    }
    return worker_load_failed(self, model, &why, err);
}

int worker_load_needed(struct worker *self, struct error *err)
{
    uint32_t model;

    if (self->queue.num_entries == 0)
        return 0;
    model = self->queue.entries[0].model;
    if (self->resident.backend && self->resident.model == (int32_t)model)
        return 0;
    return make_backend(self, model, err);
}
