#include "dispatch/worker_parts.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <stdlib.h>

static int take_models(struct worker *self,
                       struct buffer *in,
                       struct error *err)
{
    struct model_list list;

    if (protocol_get_models(in, &list, err) < 0)
        return -1;
    if (self->models.models) {
        protocol_release_models(&list);
        return 0;
    }
    self->models = list;
    self->wants_heartbeat = true;
    return 0;
}

static int take_lease(struct worker *self, struct buffer *in, struct error *err)
{
    struct lease lease;

    if (protocol_get_lease(in, &lease, err) < 0)
        return -1;
    /* Epochs rise; an old one is a copy of what was taken already. */
    if (lease.model < self->models.num && lease.epoch > self->last_epoch) {
        self->last_epoch = lease.epoch;
        queue_add(&self->queue, &lease);
        self->wants_heartbeat = true;
    }
    protocol_release_lease(&lease);
    return 0;
}

static int take_acks(struct worker *self, struct buffer *in, struct error *err)
{
    struct id_list list;

    if (protocol_get_ids(in, &list, err) < 0)
        return -1;
    for (uint32_t i = 0; i < list.num; i++)
        queue_acknowledge(&self->queue, list.ids[i]);
    free(list.ids);
    return 0;
}

/* Answers that are there already are kept: they may be welcome. */
static int take_cancel(struct worker *self,
                       struct buffer *in,
                       struct error *err)
{
    struct id_list list;

    if (protocol_get_ids(in, &list, err) < 0)
        return -1;
    for (uint32_t i = 0; i < list.num; i++) {
        struct queue_entry *entry = queue_find(&self->queue, list.ids[i]);

        if (!entry)
            continue;
        if (entry->is_submitted && self->resident.backend
            && self->resident.backend->ops->cancel) {
            (void)self->resident.backend->ops->cancel(self->resident.backend,
                                                      list.ids[i]);
        }
        queue_remove(&self->queue, entry);
        self->wants_heartbeat = true;
    }
    free(list.ids);
    return 0;
}

static int take_pulse(struct worker *self, struct buffer *in, struct error *err)
{
    uint32_t promise_ms;

    if (protocol_get_pulse(in, &promise_ms, err) < 0)
        return -1;
    self->silence_ms = promise_ms;
    return 0;
}

void worker_apply_rate(struct worker *self)
{
    struct backend *backend = self->resident.backend;

    if (backend && (uint32_t)self->resident.model == self->rate.model
        && backend->ops->set_rate)
        backend->ops->set_rate(backend, self->rate.requests, self->rate.tokens);
}

static int take_rate(struct worker *self, struct buffer *in, struct error *err)
{
    struct rate rate;

    if (protocol_get_rate(in, &rate, err) < 0)
        return -1;
    self->rate = rate;
    worker_apply_rate(self);
    return 0;
}

/* Also what says that nothing is held when nothing was: the first word of it
 * may have been lost. */
static void let_go(struct worker *self)
{
    if (self->queue.num_entries > 0)
        return;
    resident_drop(&self->resident);
    part_lead_ends(self);
    part_drop(self);
    self->wants_heartbeat = true;
}

static int take_message(struct worker *self,
                        const struct message *message,
                        struct error *err)
{
    struct buffer in;

    if (message->source != COORDINATOR_RANK)
        return error_set(err, ERR_FORMAT, "only rank 0 speaks to a worker");
    if (protocol_open(&in, message->bytes, message->len, self->params.tag, err)
        < 0)
        return -1;
    self->silent_from_ms = self->step_ms;
    switch ((enum message_type)message->type) {
    case MSG_MODELS:
        return take_models(self, &in, err);
    case MSG_LEASE:
        return take_lease(self, &in, err);
    case MSG_ACK:
        return take_acks(self, &in, err);
    case MSG_CANCEL:
        return take_cancel(self, &in, err);
    case MSG_PULSE:
        return take_pulse(self, &in, err);
    case MSG_RATE:
        return take_rate(self, &in, err);
    case MSG_LET_GO:
        let_go(self);
        return 0;
    case MSG_TOGETHER:
        return part_take(self, &in, err);
    case MSG_STOP:
        self->is_stopped = true;
        return 0;
    case MSG_NONE:
    case MSG_HELLO:
    case MSG_RESULT:
    case MSG_FAILED:
    case MSG_HEARTBEAT:
    case NUM_MESSAGE_TYPES:
        break;
    }
    return error_set(err, ERR_FORMAT, "no message that a worker takes");
}

int worker_take_messages(struct worker *self, struct error *err)
{
    struct transport *transport = self->params.transport;
    struct message message;
    int did = 0;
    int rc;

    while ((rc = transport->ops->recv(transport, &message, err)) == 1) {
        struct error why;

        if (take_message(self, &message, &why) < 0)
            refusals_note(&self->refusals, message.source, &why);
        message_release(&message);
        did = 1;
    }
    return rc < 0 ? -1 : did;
}
