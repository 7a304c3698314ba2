/*
 * A model over several nodes: the worker of its first node drives it, the first
 * worker of each other node has a part of it, a backend that is never asked.
 *
 * Each loading is a start of its own, with a number and a port that the driver
 * chooses; its heartbeat says them, and rank 0 tells the others, who end their
 * part of an earlier start before that of the new one.
 */
#include "base/log.h"
#include "dispatch/worker_parts.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"

#include <stdlib.h>

static void set_nodes(const struct together *told, struct slot *slot)
{
    slot->nodes = told->nodes;
    slot->num_nodes = (int)told->num_nodes;
    slot->node = (int)told->node;
}

bool part_lead(struct worker *self, uint32_t model, struct slot *slot)
{
    struct part *part = &self->part;
    int port;

    if (!part->told.nodes || part->told.node != 0 || part->told.model != model)
        return false;
    port = self->params.free_port ? self->params.free_port() : 0;
    part->num_starts++;
    part->start = self->instance + part->num_starts;
    part->start += part->start == 0;
    part->meet = port > 0 ? (uint32_t)port : 0;
    set_nodes(&part->told, slot);
    slot->meet = (int)part->meet;
    return true;
}

void part_lead_ends(struct worker *self)
{
    self->wants_heartbeat = self->wants_heartbeat || self->part.start != 0;
    self->part.start = 0;
    self->part.meet = 0;
}

static void forget_told(struct worker *self)
{
    free(self->part.told.nodes);
    self->part.told = (struct together){ 0 };
    self->part.has_ended = false;
}

static void end_backend(struct worker *self)
{
    if (!self->part.backend)
        return;
    log_info("its part ends: model=%s",
             self->models.models[self->part.told.model].name);
    self->part.backend->ops->destroy(self->part.backend);
    self->part.backend = NULL;
}

void part_drop(struct worker *self)
{
    if (self->part.told.node == 0)
        return;
    end_backend(self);
    forget_told(self);
    self->wants_heartbeat = true;
}

void part_release(struct worker *self)
{
    end_backend(self);
    forget_told(self);
}

int part_take(struct worker *self, struct buffer *in, struct error *err)
{
    struct together told;

    if (protocol_get_together(in, &told, err) < 0)
        return -1;
    if (told.model >= self->models.num
        || (told.start == self->part.told.start && told.node > 0)) {
        free(told.nodes); /* it knows */
        return 0;
    }
    end_backend(self);
    forget_told(self);
    self->part.told = told;
    self->wants_heartbeat = true;
    return 0;
}

static void part_broke(struct worker *self, const char *why)
{
    log_warn("its part broke: model=%s %s",
             self->models.models[self->part.told.model].name,
             why);
    end_backend(self);
    self->part.has_ended = true;
    self->wants_heartbeat = true;
}

static void begin(struct worker *self)
{
    const struct together *told = &self->part.told;
    struct slot slot = worker_slot(self, told->model);
    struct error why = { 0 };

    resident_drop(&self->resident);
    set_nodes(told, &slot);
    slot.meet = (int)told->meet;
    log_info("its part begins: model=%s node=%u of %u",
             self->models.models[told->model].name,
             (unsigned)told->node + 1,
             (unsigned)told->num_nodes);
    self->part.backend =
        self->params.make(self->models.models[told->model].spec, &slot, &why);
    self->wants_heartbeat = true;
    if (!self->part.backend)
        part_broke(self, why.text);
}

int part_step(struct worker *self)
{
    struct reply reply = { 0 };
    struct error why = { 0 };
    int rc;

    if (self->part.told.node == 0 || self->part.has_ended)
        return 0;
    if (!self->part.backend) {
        if (self->queue.num_entries > 0)
            return 0;
        begin(self);
        return 1;
    }
    rc = self->part.backend->ops->step(self->part.backend, 0, &reply, &why);
    if (rc < 0)
        part_broke(self, why.text);
    if (rc > 0)
        reply_release(&reply);
    return rc != 0;
}
