#include "dispatch/worker.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "dispatch/reply_fault.h"
#include "dispatch/worker_parts.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"

#include <stdlib.h>

enum {
    MAX_REPLIES = 256, /* taken in one step */
    STALL_MS = 1000,   /* a gap between steps that is our own fault */
};

void worker_params_defaults(struct worker_params *params)
{
    *params = (struct worker_params){
        .heartbeat_ms = 2000,
        .promise_ms = 30000,
        .load_promise_ms = 30 * 60 * 1000,
        .stuck_ms = 10 * 60 * 1000,
        .start_ms = 30 * 60 * 1000,
    };
}

struct worker *worker_create(const struct worker_params *params)
{
    struct worker *self = mem_alloc(1, sizeof *self);

    self->params = *params;
    if (!self->params.make)
        self->params.make = backend_create;
    resident_init(&self->resident);
    patience_init(&self->patience);
    self->rate.model = UINT32_MAX;
    self->step_ms = clock_ms();
    self->silent_from_ms = self->step_ms;
    self->silence_ms = params->start_ms;
    /* Unix time alone would do for a rank that is started again by hand. */
    self->instance = (uint64_t)clock_unix_ms() * 1000003U ^ (uint64_t)clock_ns()
                     ^ (uint64_t)(uintptr_t)self;
    return self;
}

void worker_destroy(struct worker *self)
{
    if (!self)
        return;
    resident_drop(&self->resident);
    part_release(self);
    queue_release(&self->queue);
    text_release(&self->outbox);
    protocol_release_models(&self->models);
    free(self);
}

bool worker_has_begun(const struct worker *self)
{
    return self->models.models != NULL;
}

bool worker_is_stopped(const struct worker *self)
{
    return self->is_stopped;
}

static int submit_failed(struct worker *self,
                         struct queue_entry *entry,
                         const struct error *why,
                         struct error *err)
{
    struct reply reply = { .unit = entry->request.unit };
    int rc;

    reply_fail(&reply, STATE_FAILED, why->text);
    rc = worker_send_record(self, entry, &reply, err);
    reply_release(&reply);
    return rc;
}

/* A unit that may break a backend gets it for itself. */
static bool may_submit(const struct worker *self,
                       const struct queue_entry *entry,
                       size_t num_submitted)
{
    if (entry->is_submitted || entry->model != (uint32_t)self->resident.model)
        return false;
    return !entry->alone || num_submitted == 0;
}

static bool has_lone_unit(const struct worker *self)
{
    for (size_t i = 0; i < self->queue.num_entries; i++) {
        if (self->queue.entries[i].is_submitted && self->queue.entries[i].alone)
            return true;
    }
    return false;
}

static int submit_units(struct worker *self, struct error *err)
{
    size_t num_submitted = queue_submitted(&self->queue);
    bool is_lone = has_lone_unit(self);
    int did = 0;

    for (size_t i = 0; i < self->queue.num_entries && !is_lone;) {
        struct queue_entry *entry = &self->queue.entries[i];
        struct error why = { 0 };

        if (!may_submit(self, entry, num_submitted)) {
            i++;
            continue;
        }
        if (self->resident.backend->ops->submit(self->resident.backend,
                                                &entry->request,
                                                &why)
            == 0) {
            entry->is_submitted = true;
            entry->since_ms = clock_ms();
            is_lone = entry->alone;
            if (num_submitted++ == 0)
                self->resident.progress_ms = entry->since_ms;
            i++;
        } else if (why.code == ERR_TRANSIENT) {
            return did; /* full: nothing to do until it has answered */
        } else if (submit_failed(self, entry, &why, err) < 0) {
            return -1;
        }
        did = 1;
    }
    return did;
}

static int backend_broke(struct worker *self,
                         struct error *why,
                         struct error *err)
{
    struct failure failure = {
        .kind = FAILURE_BROKEN,
        .alone = queue_submitted(&self->queue) == 1,
        .loading = !self->resident.has_replied,
        .why = why->text,
    };

    if (self->params.is_loading
        && self->params.is_loading(self->resident.backend)) {
        return worker_load_failed(self,
                                  (uint32_t)self->resident.model,
                                  why,
                                  err);
    }
    log_warn("backend broke: model=%s units=%zu %s",
             self->models.models[self->resident.model].name,
             queue_submitted(&self->queue),
             why->text);
    return worker_lose_backend(self,
                               (uint32_t)self->resident.model,
                               &failure,
                               err);
}

/* What the load took is told before the reply is: with the last one the run is
 * over, and nobody listens any more. */
static int note_reply(struct worker *self,
                      const struct reply *reply,
                      struct error *err)
{
    if (!resident_replied(&self->resident, reply))
        return 0;
    log_info("first reply: model=%s load_s=%.1f",
             self->models.models[self->resident.model].name,
             self->resident.load_s);
    return worker_send_heartbeat(self, self->params.promise_ms, err);
}

static int take_reply(struct worker *self,
                      struct reply *reply,
                      struct error *err)
{
    struct queue_entry *entry = queue_find(&self->queue, reply->unit);
    const char *fault = reply_fault(reply);

    if (note_reply(self, reply, err) < 0)
        return -1;
    if (!entry)
        return 0; /* cancelled */
    self->resident.progress_ms = clock_ms();
    patience_learn(&self->patience,
                   entry->model,
                   &entry->request,
                   reply,
                   (double)(self->resident.progress_ms - entry->since_ms)
                       / 1e3);
    if (fault)
        reply_fail(reply, STATE_FAILED, fault);
    if (reply->state == STATE_FAILED) {
        struct failure failure = {
            .kind = FAILURE_UNIT,
            .alone = true,
            .why = reply->detail,
        };

        return worker_send_failure(self, entry, &failure, err);
    }
    return worker_send_record(self, entry, reply, err);
}

static int work(struct worker *self, int budget_ms, struct error *err)
{
    struct backend *backend = self->resident.backend;

    for (int i = 0; i < MAX_REPLIES; i++) {
        struct reply reply = { 0 };
        struct error why = { 0 };
        int rc =
            backend->ops->step(backend, i == 0 ? budget_ms : 0, &reply, &why);

        if (rc < 0)
            return backend_broke(self, &why, err);
        if (rc == 0 && worker_is_stuck(self, &why))
            return backend_broke(self, &why, err);
        if (rc == 0)
            return i > 0;
        rc = take_reply(self, &reply, err);
        reply_release(&reply);
        if (rc < 0)
            return -1;
    }
    return 1;
}

/* Time in which this rank got none itself is held against nobody. */
static void pass_time(struct worker *self)
{
    int64_t now_ms = clock_ms();
    int64_t gap_ms = now_ms - self->step_ms;

    self->step_ms = now_ms;
    if (gap_ms <= STALL_MS)
        return;
    self->silent_from_ms += gap_ms;
    self->resident.progress_ms += gap_ms;
}

/* Nobody else tells a worker that rank 0 is gone. */
static int check_rank0(const struct worker *self, struct error *err)
{
    if (self->step_ms - self->silent_from_ms <= self->silence_ms)
        return 0;
    return error_set(err,
                     ERR_IO,
                     "rank 0 has not been heard for %lld s: it is taken for "
                     "dead; the same command goes on from what is on disk",
                     (long long)(self->silence_ms / 1000));
}

int worker_step(struct worker *self, int budget_ms, struct error *err)
{
    int took;
    int made = 0;
    int submitted = 0;
    int worked = 0;

    pass_time(self);
    took = worker_take_messages(self, err);
    if (took < 0)
        return -1;
    if (self->is_stopped)
        return 1;
    if (check_rank0(self, err) < 0)
        return -1;
    if (worker_say_hello(self, err) < 0
        || (made = worker_load_needed(self, err)) < 0)
        return -1;
    made = part_step(self) || made;
    /* What came in while a load blocked belongs into the next heartbeat. */
    if (made && worker_take_messages(self, err) < 0)
        return -1;
    if (self->resident.backend && (submitted = submit_units(self, err)) < 0)
        return -1;
    if (self->resident.backend && queue_submitted(&self->queue) > 0
        && (worked = work(self, budget_ms, err)) < 0)
        return -1;
    if (worker_send_due(self, err) < 0)
        return -1;
    return took || made || submitted || worked;
}
