#include "base/log.h"
#include "dispatch/worker_parts.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <stdlib.h>

static void take_models(struct worker *self, struct buffer *in)
{
    struct model_list list;

    if (self->models.models || protocol_get_models(in, &list, NULL) < 0)
        return;
    self->models = list;
    self->wants_heartbeat = true;
}

static void take_lease(struct worker *self, struct buffer *in)
{
    struct lease lease;
    struct error err;

    if (!self->models.models)
        return;
    if (protocol_get_lease(in, &lease, &err) < 0) {
        log_warn("lease dropped: %s", err.text);
        return;
    }
    /* Epochs rise; an old one is a copy of what was taken already. */
    if (lease.model < self->models.num && lease.epoch > self->last_epoch) {
        self->last_epoch = lease.epoch;
        queue_add(&self->queue, &lease);
        self->wants_heartbeat = true;
    }
    protocol_release_lease(&lease);
}

static void take_acks(struct worker *self, struct buffer *in)
{
    struct id_list list;

    if (protocol_get_ids(in, &list, NULL) < 0)
        return;
    for (uint32_t i = 0; i < list.num; i++)
        queue_acknowledge(&self->queue, list.ids[i]);
    free(list.ids);
}

/* Answers that are there already are kept: they may be welcome. */
static void take_cancel(struct worker *self, struct buffer *in)
{
    struct id_list list;

    if (protocol_get_ids(in, &list, NULL) < 0)
        return;
    for (uint32_t i = 0; i < list.num; i++) {
        struct queue_entry *entry = queue_find(&self->queue, list.ids[i]);

        if (!entry)
            continue;
        if (entry->is_submitted && self->resident.backend
            && self->resident.backend->ops->cancel)
            (void)self->resident.backend->ops->cancel(self->resident.backend,
                                                      list.ids[i]);
        queue_remove(&self->queue, entry);
        self->wants_heartbeat = true;
    }
    free(list.ids);
}

static void take_message(struct worker *self, const struct message *message)
{
    struct buffer in;

    if (message->source != COORDINATOR_RANK
        || !protocol_open(&in, message->bytes, message->len, self->params.tag))
        return;
    if (message->type == MSG_MODELS) {
        take_models(self, &in);
    } else if (message->type == MSG_LEASE) {
        take_lease(self, &in);
    } else if (message->type == MSG_ACK) {
        take_acks(self, &in);
    } else if (message->type == MSG_CANCEL) {
        take_cancel(self, &in);
    } else if (message->type == MSG_STOP) {
        self->is_stopped = true;
    }
}

int worker_take_messages(struct worker *self, struct error *err)
{
    struct transport *transport = self->params.transport;
    struct message message;
    int did = 0;
    int rc;

    while ((rc = transport->ops->recv(transport, &message, err)) == 1) {
        take_message(self, &message);
        message_release(&message);
        did = 1;
    }
    return rc < 0 ? -1 : did;
}
