#include "base/clock.h"
#include "base/mem.h"
#include "contract/codec.h"
#include "dispatch/worker_parts.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/transport.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    HELLO_MS = 1000,  /* until rank 0 has answered */
    RESEND_MS = 5000, /* a result that was not acknowledged */
    RESEND_LOOK_MS = 250,
    OUTBOX_BYTES = 64 * 1024, /* of a message with several results */
};

static int send_now(struct worker *self,
                    enum message_type type,
                    const struct text *body,
                    struct error *err)
{
    struct transport *transport = self->params.transport;

    return transport->ops->send(transport,
                                COORDINATOR_RANK,
                                (uint32_t)type,
                                text_data(body),
                                body->len,
                                err);
}

static int send_outbox(struct worker *self, struct error *err)
{
    int rc;

    if (self->outbox.len == 0)
        return 0;
    rc = send_now(self, MSG_RESULT, &self->outbox, err);
    text_clear(&self->outbox);
    return rc;
}

/* What was put off goes first: messages keep their order. */
static int send_text(struct worker *self,
                     enum message_type type,
                     const struct text *body,
                     struct error *err)
{
    if (send_outbox(self, err) < 0)
        return -1;
    return send_now(self, type, body, err);
}

/* A message costs rank 0 more than a short result in it. */
static int put_off(struct worker *self,
                   const struct text *result,
                   struct error *err)
{
    if (self->outbox.len + result->len > OUTBOX_BYTES
        && send_outbox(self, err) < 0)
        return -1;
    if (self->outbox.len == 0)
        protocol_begin(&self->outbox, self->params.tag);
    text_add_len(&self->outbox, text_data(result), result->len);
    return 0;
}

int worker_say_hello(struct worker *self, struct error *err)
{
    int64_t now_ms = clock_ms();
    struct text body = { 0 };
    struct hello hello = { .instance = self->instance };
    int rc;

    if (self->models.models
        || (self->hello_ms != 0 && now_ms - self->hello_ms < HELLO_MS))
        return 0;
    if (self->params.host)
        (void)snprintf(hello.host, sizeof hello.host, "%s", self->params.host);
    protocol_begin(&body, self->params.tag);
    protocol_put_hello(&body, &hello);
    rc = send_text(self, MSG_HELLO, &body, err);
    text_release(&body);
    self->hello_ms = now_ms;
    return rc;
}

/* A backend that cannot tell is taken to load until its first reply. */
static enum worker_doing doing(const struct worker *self)
{
    const struct resident *resident = &self->resident;

    if (self->queue.num_entries == 0)
        return WORKER_IDLE;
    if (resident->has_replied)
        return WORKER_GENERATING;
    if (resident->backend && self->params.is_loading
        && !self->params.is_loading(resident->backend))
        return WORKER_GENERATING;
    return WORKER_LOADING;
}

int worker_send_heartbeat(struct worker *self,
                          int promise_ms,
                          struct error *err)
{
    struct text body = { 0 };
    struct heartbeat beat = {
        .instance = self->instance,
        .promise_ms = (uint32_t)promise_ms,
        .doing = doing(self),
        .model = self->resident.model,
        .load_s = self->resident.load_s,
        .start = self->part.start,
        .meet = self->part.meet,
        .part = self->part.told.start,
        .part_ended = self->part.has_ended,
    };
    int rc;

    if (beat.doing == WORKER_LOADING && self->resident.model < 0)
        beat.model = (int32_t)self->queue.entries[0].model;
    beat.epochs = queue_epochs(&self->queue, &beat.num);
    protocol_begin(&body, self->params.tag);
    protocol_put_heartbeat(&body, &beat);
    rc = send_text(self, MSG_HEARTBEAT, &body, err);
    text_release(&body);
    free(beat.epochs);
    self->heartbeat_ms = clock_ms();
    self->wants_heartbeat = false;
    self->said_doing = beat.doing;
    return rc;
}

int worker_send_failure(struct worker *self,
                        struct queue_entry *entry,
                        struct failure *failure,
                        struct error *err)
{
    struct text body = { 0 };
    int rc;

    failure->epoch = entry->epoch;
    failure->unit = entry->request.unit;
    protocol_begin(&body, self->params.tag);
    protocol_put_failure(&body, failure);
    rc = send_text(self, MSG_FAILED, &body, err);
    text_release(&body);
    queue_remove(&self->queue, entry);
    self->wants_heartbeat = true;
    return rc;
}

int worker_send_record(struct worker *self,
                       struct queue_entry *entry,
                       struct reply *reply,
                       struct error *err)
{
    struct queue_result kept = {
        .unit = entry->request.unit,
        .epoch = entry->epoch,
        .sent_ms = clock_ms(),
    };
    struct result result = {
        .epoch = entry->epoch,
        .record = {
            .reply = *reply,
            .rank = (uint32_t)self->params.transport->rank,
            .attempt = entry->attempt,
            .finished_ms = clock_unix_ms(),
        },
    };

    protocol_put_result(&kept.body, &result);
    queue_remove(&self->queue, entry);
    queue_add_result(&self->queue, &kept);
    self->wants_heartbeat =
        self->wants_heartbeat || self->queue.num_entries == 0;
    return put_off(self, &kept.body, err);
}

/* Thousands may wait for one sync, so they are not looked at in each step. */
static int send_again(struct worker *self, int64_t now_ms, struct error *err)
{
    if (now_ms - self->resend_ms < RESEND_LOOK_MS)
        return 0;
    self->resend_ms = now_ms;
    for (size_t i = 0; i < self->queue.num_results; i++) {
        struct queue_result *result = &self->queue.results[i];

        if (now_ms - result->sent_ms < RESEND_MS)
            continue;
        result->sent_ms = now_ms;
        if (put_off(self, &result->body, err) < 0)
            return -1;
    }
    return 0;
}

int worker_send_due(struct worker *self, struct error *err)
{
    int64_t now_ms = clock_ms();

    if (send_again(self, now_ms, err) < 0 || send_outbox(self, err) < 0)
        return -1;
    if (self->models.models
        && (self->wants_heartbeat || doing(self) != self->said_doing
            || now_ms - self->heartbeat_ms >= self->params.heartbeat_ms))
        return worker_send_heartbeat(self, self->params.promise_ms, err);
    return 0;
}
