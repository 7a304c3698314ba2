#include "dispatch/worker.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "contract/codec.h"
#include "dispatch/protocol.h"
#include "dispatch/queue.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"
#include "trustsweep/transport.h"

#include <stdlib.h>

enum {
    COORDINATOR_RANK = 0,
    HELLO_MS = 1000,    /* until rank 0 has answered */
    RESEND_MS = 5000,   /* a result that was not acknowledged */
    RETRY_MIN_MS = 100, /* before a backend is made again, doubled */
    RETRY_MAX_MS = 10000,
    MAX_REPLIES = 256, /* taken in one step */
    MAX_DETAIL = 400,
};

struct worker {
    struct worker_params params;
    uint64_t instance;
    struct model_list models;
    struct queue queue;
    struct backend *backend; /* NULL = none */
    int32_t model;           /* that `backend` is of; -1 = none */
    bool has_replied;        /* this instance of the backend */
    double load_s;           /* of this instance; -1 = not known yet */
    int64_t made_ms;
    int64_t not_before_ms; /* for making a backend */
    int64_t backoff_ms;
    uint32_t last_epoch;
    int64_t hello_ms;     /* last sent; 0 = never */
    int64_t heartbeat_ms; /* last sent */
    bool wants_heartbeat; /* what it would say has changed */
    bool is_stopped;
};

void worker_params_defaults(struct worker_params *params)
{
    *params = (struct worker_params){
        .heartbeat_ms = 2000,
        .promise_ms = 30000,
        .load_promise_ms = 30 * 60 * 1000,
    };
}

struct worker *worker_create(const struct worker_params *params)
{
    struct worker *self = mem_alloc(1, sizeof *self);

    self->params = *params;
    if (!self->params.make)
        self->params.make = backend_create;
    self->model = -1;
    self->load_s = -1;
    self->backoff_ms = RETRY_MIN_MS;
    /* Unix time alone would do for a rank that is started again by hand. */
    self->instance = (uint64_t)clock_unix_ms() * 1000003U ^ (uint64_t)clock_ns()
                     ^ (uint64_t)(uintptr_t)self;
    return self;
}

static void drop_backend(struct worker *self)
{
    for (size_t i = 0; i < self->queue.num_entries; i++)
        self->queue.entries[i].is_submitted = false;
    if (self->backend)
        self->backend->ops->destroy(self->backend);
    self->backend = NULL;
    self->model = -1;
    self->has_replied = false;
    self->load_s = -1;
}

void worker_destroy(struct worker *self)
{
    if (!self)
        return;
    drop_backend(self);
    queue_release(&self->queue);
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

static int send_text(struct worker *self,
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

static int say_hello(struct worker *self, struct error *err)
{
    int64_t now_ms = clock_ms();
    struct text body = { 0 };
    struct hello hello = { .instance = self->instance, .num_slots = 1 };
    int rc;

    if (self->models.models
        || (self->hello_ms != 0 && now_ms - self->hello_ms < HELLO_MS))
        return 0;
    protocol_begin(&body, self->params.tag);
    protocol_put_hello(&body, &hello);
    rc = send_text(self, MSG_HELLO, &body, err);
    text_release(&body);
    self->hello_ms = now_ms;
    return rc;
}

static enum worker_doing doing(const struct worker *self)
{
    if (self->queue.num_entries == 0)
        return WORKER_IDLE;
    return self->has_replied ? WORKER_GENERATING : WORKER_LOADING;
}

/* `promise_ms`: within which the next heartbeat comes. */
static int send_heartbeat(struct worker *self,
                          int promise_ms,
                          struct error *err)
{
    struct text body = { 0 };
    struct heartbeat beat = {
        .instance = self->instance,
        .promise_ms = (uint32_t)promise_ms,
        .doing = doing(self),
        .model = self->model,
        .load_s = self->load_s,
    };
    int rc;

    if (beat.doing == WORKER_LOADING && self->model < 0)
        beat.model = (int32_t)self->queue.entries[0].model;
    beat.epochs = queue_epochs(&self->queue, &beat.num);
    protocol_begin(&body, self->params.tag);
    protocol_put_heartbeat(&body, &beat);
    rc = send_text(self, MSG_HEARTBEAT, &body, err);
    text_release(&body);
    free(beat.epochs);
    self->heartbeat_ms = clock_ms();
    self->wants_heartbeat = false;
    return rc;
}

static int fail_entry(struct worker *self,
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

static int send_record(struct worker *self,
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

    protocol_begin(&kept.message, self->params.tag);
    protocol_put_result(&kept.message, &result);
    queue_remove(&self->queue, entry);
    queue_add_result(&self->queue, &kept);
    self->wants_heartbeat =
        self->wants_heartbeat || self->queue.num_entries == 0;
    return send_text(self, MSG_RESULT, &kept.message, err);
}

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
        if (entry->is_submitted && self->backend && self->backend->ops->cancel)
            (void)self->backend->ops->cancel(self->backend, list.ids[i]);
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

static int take_messages(struct worker *self, struct error *err)
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

static void back_off(struct worker *self)
{
    self->not_before_ms = clock_ms() + self->backoff_ms;
    self->backoff_ms *= 2;
    if (self->backoff_ms > RETRY_MAX_MS)
        self->backoff_ms = RETRY_MAX_MS;
}

/* The units of this model go back, with the reason; rank 0 counts how often and
 * knows whether another rank can load it. */
static int load_failed(struct worker *self,
                       uint32_t model,
                       struct error *why,
                       struct error *err)
{
    struct failure failure = {
        .kind = FAILURE_LOAD,
        .loading = true,
        .why = why->text,
    };
    size_t i = 0;

    log_warn("cannot load: model=%s %s",
             self->models.models[model].name,
             why->text);
    drop_backend(self);
    back_off(self);
    self->wants_heartbeat = true;
    while (i < self->queue.num_entries) {
        if (self->queue.entries[i].model != model) {
            i++;
        } else if (fail_entry(self, &self->queue.entries[i], &failure, err)
                   < 0) {
            return -1;
        }
    }
    return 1;
}

static int make_backend(struct worker *self, uint32_t model, struct error *err)
{
    struct error why = { 0 };

    if (clock_ms() < self->not_before_ms)
        return 0;
    drop_backend(self);
    /* This call may block for as long as a load takes: promise that. */
    if (send_heartbeat(self, self->params.load_promise_ms, err) < 0)
        return -1;
    log_info("loading: model=%s", self->models.models[model].name);
    self->made_ms = clock_ms();
    self->backend = self->params.make(self->models.models[model].spec,
                                      &self->params.slot,
                                      &why);
    if (self->backend) {
        self->model = (int32_t)model;
        /* Take the long promise back at once: this rank may die of the first
         * unit, and nobody should wait for it as for a load. */
        return send_heartbeat(self, self->params.promise_ms, err) < 0 ? -1 : 1;
    }
    return load_failed(self, model, &why, err);
}

/* Make the backend of the first unit in the queue; the one before is let go
 * only when nothing of its lease is left. */
static int need_backend(struct worker *self, struct error *err)
{
    uint32_t model;

    if (self->queue.num_entries == 0)
        return 0;
    model = self->queue.entries[0].model;
    if (self->backend && self->model == (int32_t)model)
        return 0;
    return make_backend(self, model, err);
}

static int submit_failed(struct worker *self,
                         struct queue_entry *entry,
                         const struct error *why,
                         struct error *err)
{
    struct reply reply = { .unit = entry->request.unit };
    int rc;

    reply_fail(&reply, STATE_FAILED, why->text);
    rc = send_record(self, entry, &reply, err);
    reply_release(&reply);
    return rc;
}

/* A unit that may break a backend gets it for itself. */
static bool may_submit(const struct worker *self,
                       const struct queue_entry *entry,
                       size_t num_submitted)
{
    if (entry->is_submitted || entry->model != (uint32_t)self->model)
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
    int did = 0;

    for (size_t i = 0; i < self->queue.num_entries && !has_lone_unit(self);) {
        struct queue_entry *entry = &self->queue.entries[i];
        struct error why = { 0 };

        if (!may_submit(self, entry, num_submitted)) {
            i++;
            continue;
        }
        did = 1;
        if (self->backend->ops->submit(self->backend, &entry->request, &why)
            == 0) {
            entry->is_submitted = true;
            num_submitted++;
            i++;
        } else if (why.code == ERR_TRANSIENT) {
            return did;
        } else if (submit_failed(self, entry, &why, err) < 0) {
            return -1;
        }
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
        .loading = !self->has_replied,
        .why = why->text,
    };
    size_t i = 0;

    if (self->params.is_loading && self->params.is_loading(self->backend))
        return load_failed(self, (uint32_t)self->model, why, err);
    log_warn("backend broke: model=%s units=%zu %s",
             self->models.models[self->model].name,
             queue_submitted(&self->queue),
             why->text);
    while (i < self->queue.num_entries) {
        if (!self->queue.entries[i].is_submitted) {
            i++;
        } else if (fail_entry(self, &self->queue.entries[i], &failure, err)
                   < 0) {
            return -1;
        }
    }
    drop_backend(self);
    back_off(self);
    self->wants_heartbeat = true;
    return 1;
}

static void first_reply(struct worker *self, const struct reply *reply)
{
    double elapsed_s = (double)(clock_ms() - self->made_ms) / 1e3;
    double work_s = (double)(reply->prefill_ns + reply->decode_ns) / 1e9;

    /* What was not spent on the reply itself went into loading. */
    self->load_s = elapsed_s > work_s ? elapsed_s - work_s : 0;
    log_info("first reply: model=%s load_s=%.1f",
             self->models.models[self->model].name,
             self->load_s);
    self->has_replied = true;
    self->backoff_ms = RETRY_MIN_MS;
    self->wants_heartbeat = true;
}

static int take_reply(struct worker *self,
                      struct reply *reply,
                      struct error *err)
{
    struct queue_entry *entry = queue_find(&self->queue, reply->unit);

    if (!self->has_replied)
        first_reply(self, reply);
    if (!entry)
        return 0; /* cancelled */
    if (reply->state == STATE_FAILED) {
        struct failure failure = {
            .kind = FAILURE_UNIT,
            .alone = true,
            .why = reply->detail,
        };

        return fail_entry(self, entry, &failure, err);
    }
    return send_record(self, entry, reply, err);
}

static int work(struct worker *self, int budget_ms, struct error *err)
{
    struct backend *backend = self->backend;

    for (int i = 0; i < MAX_REPLIES; i++) {
        struct reply reply = { 0 };
        struct error why = { 0 };
        int rc =
            backend->ops->step(backend, i == 0 ? budget_ms : 0, &reply, &why);

        if (rc < 0)
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

static int send_again(struct worker *self, struct error *err)
{
    int64_t now_ms = clock_ms();

    for (size_t i = 0; i < self->queue.num_results; i++) {
        struct queue_result *result = &self->queue.results[i];

        if (now_ms - result->sent_ms < RESEND_MS)
            continue;
        result->sent_ms = now_ms;
        if (send_text(self, MSG_RESULT, &result->message, err) < 0)
            return -1;
    }
    if (self->models.models
        && (self->wants_heartbeat
            || now_ms - self->heartbeat_ms >= self->params.heartbeat_ms))
        return send_heartbeat(self, self->params.promise_ms, err);
    return 0;
}

int worker_step(struct worker *self, int budget_ms, struct error *err)
{
    int took = take_messages(self, err);
    int made = 0;
    int submitted = 0;
    int worked = 0;

    if (took < 0)
        return -1;
    if (self->is_stopped)
        return 1;
    if (say_hello(self, err) < 0 || (made = need_backend(self, err)) < 0)
        return -1;
    /* What came in while a load blocked belongs into the next heartbeat. */
    if (made && take_messages(self, err) < 0)
        return -1;
    if (self->backend && (submitted = submit_units(self, err)) < 0)
        return -1;
    if (self->backend && queue_submitted(&self->queue) > 0
        && (worked = work(self, budget_ms, err)) < 0)
        return -1;
    if (send_again(self, err) < 0)
        return -1;
    return took || made || submitted || worked;
}
