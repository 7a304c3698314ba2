#include "dispatch/coordinator.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "dispatch/book.h"
#include "dispatch/ledger.h"
#include "dispatch/peer.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    STALL_MS = 1000,       /* a gap between steps that is our own fault */
    LOST_LEASE_MS = 10000, /* a lease that a heartbeat should know by then */
    MAX_MESSAGES = 512,    /* taken in one step */
    MAX_LEASE_BYTES = 16 * 1024 * 1024,
    /* Failed loads until a model is given up: of one that never answered
     * anything, and of one that did. */
    LOADS_PER_ATTEMPT = 2,
    RELOADS_PER_ATTEMPT = 10,
    MAX_REST_MS = 60 * 1000,
};

struct model_state {
    uint64_t num_results;
    int num_load_failures; /* since the last result */
    char *given_up;        /* why; NULL = not given up */
};

struct coordinator {
    struct coordinator_params params;
    struct book *book;
    struct peer *peers; /* [num_peers], rank 1 first */
    size_t num_peers;
    struct model_state *models; /* [num_models] */
    struct ledger ledger;
    enum coordinator_state state;
    uint32_t epoch;
    int64_t step_ms;     /* of the last step */
    int64_t deserted_ms; /* since when no worker is alive; -1 = one is */
    size_t num_lost;
    bool is_draining;
    bool is_stopping;
    size_t *units;             /* [schedule_max_lease()] being leased */
    struct worker_view *views; /* [num_peers] */
    struct coordinator_view view;
};

void coordinator_params_defaults(struct coordinator_params *params)
{
    *params = (struct coordinator_params){
        .max_attempts = 3,
        .first_promise_ms = 60000,
        .backoff_ms = 1000,
    };
}

struct coordinator *coordinator_create(const struct coordinator_params *params)
{
    struct coordinator *self = mem_alloc(1, sizeof *self);
    struct book_params book = {
        .work = params->work,
        .sink = params->sink,
        .schedule = params->schedule,
        .max_attempts = params->max_attempts,
        .backoff_ms = params->backoff_ms,
    };

    self->params = *params;
    self->book = book_create(&book);
    self->num_peers = (size_t)(params->transport->size - 1);
    self->peers = mem_alloc(self->num_peers, sizeof *self->peers);
    self->views = mem_alloc(self->num_peers, sizeof *self->views);
    self->models = mem_alloc(params->num_models, sizeof *self->models);
    self->units =
        mem_alloc(schedule_max_lease(params->schedule), sizeof *self->units);
    self->step_ms = clock_ms();
    self->deserted_ms = self->step_ms;
    for (size_t i = 0; i < self->num_peers; i++) {
        self->peers[i] = (struct peer){
            .rank = (int)i + 1,
            .promised_ms = self->step_ms + params->first_promise_ms,
            .promise_ms = params->first_promise_ms,
            .held = SCHEDULE_NO_MODEL,
            .doing_model = SCHEDULE_NO_MODEL,
            .counted_load = SCHEDULE_NO_MODEL,
        };
    }
    return self;
}

void coordinator_destroy(struct coordinator *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num_peers; i++)
        peer_release(&self->peers[i]);
    for (size_t i = 0; i < self->params.num_models; i++)
        free(self->models[i].given_up);
    book_destroy(self->book);
    ledger_release(&self->ledger);
    free(self->units);
    free(self->peers);
    free(self->models);
    free(self->views);
    free(self);
}

static int send_text(struct coordinator *self,
                     const struct peer *peer,
                     enum message_type type,
                     const struct text *body,
                     struct error *err)
{
    struct transport *transport = self->params.transport;

    return transport->ops->send(transport,
                                peer->rank,
                                (uint32_t)type,
                                text_data(body),
                                body->len,
                                err);
}

static int send_ids(struct coordinator *self,
                    const struct peer *peer,
                    enum message_type type,
                    const struct id_list *list,
                    struct error *err)
{
    struct text body = { 0 };
    int rc;

    protocol_begin(&body, self->params.tag);
    if (type != MSG_STOP)
        protocol_put_ids(&body, list->ids, list->num);
    rc = send_text(self, peer, type, &body, err);
    text_release(&body);
    return rc;
}

static int send_models(struct coordinator *self,
                       const struct peer *peer,
                       struct error *err)
{
    size_t num = self->params.num_models;
    struct model_list list = { .num = (uint32_t)num };
    struct text body = { 0 };
    int rc;

    list.models = mem_alloc(num, sizeof *list.models);
    for (size_t i = 0; i < num; i++) {
        list.models[i].name = mem_text(self->params.models[i].name);
        list.models[i].spec = mem_text(self->params.models[i].spec);
    }
    protocol_begin(&body, self->params.tag);
    protocol_put_models(&body, &list);
    rc = send_text(self, peer, MSG_MODELS, &body, err);
    text_release(&body);
    protocol_release_models(&list);
    return rc;
}

/* A unit left the lease it was in. */
static void close_unit(struct coordinator *self, int rank, uint32_t epoch)
{
    struct peer_lease *lease = peer_lease_of(&self->peers[rank - 1], epoch);

    if (lease && lease->num_open > 0 && --lease->num_open == 0)
        peer_close_lease(lease);
}

/* Take back what is open of a lease.  `is_lost`: the worker may have died of
 * it; else it never had it. */
static int take_back(struct coordinator *self,
                     struct peer *peer,
                     struct peer_lease *lease,
                     bool is_lost,
                     struct error *err)
{
    const struct work *work = &self->params.work;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < lease->num; i++) {
        size_t unit = lease->units[i];

        if (!book_is_leased(self->book, unit, lease->epoch))
            continue;
        peer_add_stale(peer, work->id(work->self, unit));
        if (is_lost)
            rc = book_lost(self->book, unit, err);
        else
            book_untried(self->book, unit);
    }
    peer_close_lease(lease);
    return rc;
}

static void count_wasted(struct coordinator *self,
                         const struct peer *peer,
                         int64_t now_ms)
{
    struct ledger_row *row;

    if (peer->result_ms <= 0 || peer_num_open(peer) == 0)
        return;
    row = ledger_row(&self->ledger, peer->rank, peer->held);
    row->wasted_s += (double)(now_ms - peer->result_ms) / 1e3;
}

static int lose(struct coordinator *self, struct peer *peer, struct error *err)
{
    count_wasted(self, peer, self->step_ms);
    for (size_t i = 0; i < PEER_LEASES; i++) {
        if (peer->leases[i].epoch != 0
            && take_back(self, peer, &peer->leases[i], true, err) < 0)
            return -1;
    }
    peer->is_lost = true;
    peer->held = SCHEDULE_NO_MODEL;
    peer->counted_load = SCHEDULE_NO_MODEL;
    peer->doing = WORKER_IDLE;
    peer->result_ms = 0;
    self->num_lost++;
    schedule_slot_alive(self->params.schedule, peer->rank - 1, false);
    return 0;
}

static void revive(struct coordinator *self, struct peer *peer)
{
    if (!peer->is_lost)
        return;
    log_info("worker is back: worker=%d", peer->rank);
    peer->is_lost = false;
    schedule_slot_alive(self->params.schedule, peer->rank - 1, true);
}

static int take_hello(struct coordinator *self,
                      struct peer *peer,
                      struct buffer *in,
                      struct error *err)
{
    struct hello hello;

    if (protocol_get_hello(in, &hello, NULL) < 0)
        return 0;
    if (peer->has_said_hello && peer->instance != hello.instance) {
        /* Started again: what the one before it had is gone. */
        if (!peer->is_lost && lose(self, peer, err) < 0)
            return -1;
        peer->num_stale = 0;
    }
    peer->has_said_hello = true;
    peer->instance = hello.instance;
    revive(self, peer);
    return send_models(self, peer, err);
}

/* Learn the speed: expected tokens of what is done, over the time it took. */
static void learn(struct coordinator *self,
                  struct peer *peer,
                  size_t unit,
                  int model)
{
    double seconds = (double)(self->step_ms - peer->result_ms) / 1e3;

    if (peer->result_ms > 0)
        schedule_observe(self->params.schedule,
                         model,
                         schedule_cost(self->params.schedule, unit),
                         seconds);
    peer->result_ms = self->step_ms;
}

static void count_result(struct coordinator *self,
                         struct peer *peer,
                         size_t unit,
                         const struct reply *reply)
{
    struct ledger_row *row;

    peer->num_done++;
    peer->num_load_failures = 0;
    if (peer->held < 0)
        return;
    row = ledger_row(&self->ledger, peer->rank, peer->held);
    row->units++;
    row->reply_tokens += reply->reply_tokens;
    row->prompt_tokens += reply->prompt_tokens;
    self->models[peer->held].num_results++;
    self->models[peer->held].num_load_failures = 0;
    learn(self, peer, unit, peer->held);
}

/* The first record of a unit ends its lease, whoever has it. */
static void end_lease_of(struct coordinator *self,
                         struct peer *from,
                         size_t unit)
{
    const struct work *work = &self->params.work;
    uint32_t epoch;
    int rank;

    if (!book_lease_of(self->book, unit, &rank, &epoch))
        return;
    close_unit(self, rank, epoch);
    if (rank != from->rank)
        peer_add_stale(&self->peers[rank - 1], work->id(work->self, unit));
}

static int take_result(struct coordinator *self,
                       struct peer *peer,
                       struct buffer *in,
                       struct error *err)
{
    const struct work *work = &self->params.work;
    struct result result;
    size_t unit;
    enum book_taken taken = BOOK_UNKNOWN;

    if (protocol_get_result(in, &result, NULL) < 0)
        return 0;
    result.record.rank = (uint32_t)peer->rank;
    unit = work->find(work->self, result.record.reply.unit);
    if (unit < work->num_units) {
        end_lease_of(self, peer, unit);
        taken = book_take(self->book, unit, peer->rank, &result.record, err);
    }
    if (taken == BOOK_RECORDED)
        count_result(self, peer, unit, &result.record.reply);
    if (taken == BOOK_ON_DISK || taken == BOOK_UNKNOWN)
        peer_add_ack(peer, result.record.reply.unit);
    if (taken == BOOK_ON_DISK || taken == BOOK_PENDING) {
        ledger_row(&self->ledger, peer->rank, peer->held)->wasted_s +=
            (double)(result.record.reply.prefill_ns
                     + result.record.reply.decode_ns)
            / 1e9;
    }
    record_release(&result.record);
    return taken == BOOK_BROKEN ? -1 : 0;
}

/* A rank that cannot load rests; a model that nobody can load is given up. */
static void count_load_failure(struct coordinator *self,
                               struct peer *peer,
                               int model,
                               const struct failure *failure)
{
    struct model_state *of = &self->models[model];
    int limit =
        self->params.max_attempts
        * (of->num_results > 0 ? RELOADS_PER_ATTEMPT : LOADS_PER_ATTEMPT);
    int64_t rest_ms = self->params.backoff_ms;

    if (failure->epoch <= peer->failed_epoch)
        return; /* the same load, another unit */
    peer->failed_epoch = self->epoch;
    for (int i = 0; i < peer->num_load_failures && rest_ms < MAX_REST_MS; i++)
        rest_ms *= 2;
    peer->num_load_failures++;
    peer->rest_until_ms = self->step_ms + rest_ms;
    if (++of->num_load_failures < limit || of->given_up)
        return;
    of->given_up = text_format("the model cannot be loaded: %s",
                               failure->why ? failure->why : "no reason");
    log_warn("model given up: model=%s %s",
             self->params.models[model].name,
             of->given_up);
}

static int take_failure(struct coordinator *self,
                        struct peer *peer,
                        struct buffer *in,
                        struct error *err)
{
    const struct work *work = &self->params.work;
    struct failure failure;
    const struct peer_lease *lease;
    size_t unit;
    int rc = 0;

    if (protocol_get_failure(in, &failure, NULL) < 0)
        return 0;
    unit = work->find(work->self, failure.unit);
    lease = failure.epoch > 0 ? peer_lease_of(peer, failure.epoch) : NULL;
    if (unit < work->num_units && lease
        && book_is_leased(self->book, unit, failure.epoch)) {
        if (failure.loading)
            count_load_failure(self, peer, lease->model, &failure);
        close_unit(self, peer->rank, failure.epoch);
        if (failure.kind == FAILURE_LOAD)
            book_untried(self->book, unit);
        else
            rc = book_fail(self->book, unit, &failure, err);
    }
    free(failure.why);
    return rc;
}

static bool names(const struct heartbeat *beat, uint32_t epoch)
{
    for (uint32_t i = 0; i < beat->num; i++) {
        if (beat->epochs[i] == epoch)
            return true;
    }
    return false;
}

/* A lease that its worker does not know was lost on the way, or its end was. */
static int check_leases(struct coordinator *self,
                        struct peer *peer,
                        const struct heartbeat *beat,
                        struct error *err)
{
    for (size_t i = 0; i < PEER_LEASES; i++) {
        struct peer_lease *lease = &peer->leases[i];

        if (lease->epoch != 0 && !names(beat, lease->epoch)
            && self->step_ms - lease->sent_ms > LOST_LEASE_MS
            && take_back(self, peer, lease, false, err) < 0)
            return -1;
    }
    return 0;
}

static int take_heartbeat(struct coordinator *self,
                          struct peer *peer,
                          struct buffer *in,
                          struct error *err)
{
    struct heartbeat beat;
    bool is_known;
    int rc = 0;

    if (protocol_get_heartbeat(in, &beat, NULL) < 0)
        return 0;
    is_known = beat.model >= 0 && (size_t)beat.model < self->params.num_models;
    if (beat.instance == peer->instance) {
        peer->promise_ms = beat.promise_ms;
        peer->doing = is_known ? beat.doing : WORKER_IDLE;
        peer->doing_model = is_known ? beat.model : SCHEDULE_NO_MODEL;
        if (peer_num_open(peer) == 0)
            peer->held = peer->doing_model;
        if (is_known && beat.load_s >= 0 && peer->counted_load != beat.model) {
            schedule_loaded(self->params.schedule,
                            peer->rank - 1,
                            beat.model,
                            beat.load_s);
            peer->counted_load = beat.model;
        }
        rc = check_leases(self, peer, &beat, err);
    }
    free(beat.epochs);
    return rc;
}

static int take_message(struct coordinator *self,
                        const struct message *message,
                        struct error *err)
{
    struct peer *peer;
    struct buffer in;
    int rc = 0;

    if (message->source < 1 || (size_t)message->source > self->num_peers
        || !protocol_open(&in, message->bytes, message->len, self->params.tag))
        return 0;
    peer = &self->peers[message->source - 1];
    if (message->type == MSG_HELLO)
        rc = take_hello(self, peer, &in, err);
    else if (!peer->has_said_hello)
        return 0;
    revive(self, peer);
    if (message->type == MSG_RESULT)
        rc = take_result(self, peer, &in, err);
    else if (message->type == MSG_FAILED)
        rc = take_failure(self, peer, &in, err);
    else if (message->type == MSG_HEARTBEAT)
        rc = take_heartbeat(self, peer, &in, err);
    peer->promised_ms = self->step_ms + peer->promise_ms;
    if (rc == 0 && self->is_stopping)
        rc = send_ids(self, peer, MSG_STOP, NULL, err);
    return rc;
}

static int take_messages(struct coordinator *self, struct error *err)
{
    struct transport *transport = self->params.transport;
    struct message message;
    int rc = 0;
    int num = 0;

    while (num < MAX_MESSAGES
           && (rc = transport->ops->recv(transport, &message, err)) == 1) {
        num++;
        rc = take_message(self, &message, err);
        message_release(&message);
        if (rc < 0)
            return -1;
    }
    return rc < 0 ? -1 : num > 0;
}

static void account(struct coordinator *self, struct peer *peer, double seconds)
{
    struct ledger_row *row;

    if (!peer->has_said_hello || peer->is_lost)
        return;
    if (peer->doing == WORKER_LOADING) {
        row = ledger_row(&self->ledger, peer->rank, peer->doing_model);
        row->load_s += seconds;
    } else if (peer_num_open(peer) > 0) {
        row = ledger_row(&self->ledger, peer->rank, peer->held);
        row->generate_s += seconds;
    } else {
        row = ledger_row(&self->ledger, peer->rank, peer->held);
        row->idle_s += seconds;
    }
}

/* Move the clock on.  While rank 0 itself stood still no worker could be heard,
 * so a longer gap is added to every promise. */
static void pass_time(struct coordinator *self)
{
    int64_t now_ms = clock_ms();
    int64_t gap_ms = now_ms - self->step_ms;

    self->step_ms = now_ms;
    if (gap_ms <= 0)
        return;
    for (size_t i = 0; i < self->num_peers; i++) {
        struct peer *peer = &self->peers[i];

        account(self, peer, (double)gap_ms / 1e3);
        if (gap_ms <= STALL_MS)
            continue;
        peer->promised_ms += gap_ms;
        for (size_t j = 0; j < PEER_LEASES; j++)
            peer->leases[j].sent_ms += gap_ms;
    }
    if (gap_ms > STALL_MS && self->deserted_ms >= 0)
        self->deserted_ms += gap_ms;
}

static int check_promises(struct coordinator *self, struct error *err)
{
    bool is_deserted = true;

    for (size_t i = 0; i < self->num_peers; i++) {
        struct peer *peer = &self->peers[i];

        if (!peer->is_lost && self->step_ms > peer->promised_ms) {
            log_warn("worker lost: worker=%d units=%zu",
                     peer->rank,
                     peer_num_open(peer));
            if (lose(self, peer, err) < 0)
                return -1;
        }
        is_deserted = is_deserted && peer->is_lost;
    }
    if (!is_deserted)
        self->deserted_ms = -1;
    else if (self->deserted_ms < 0)
        self->deserted_ms = self->step_ms;
    return 0;
}

static void note_ack(void *context, int rank, struct hash128 unit)
{
    struct coordinator *self = context;

    if (rank > 0)
        peer_add_ack(&self->peers[rank - 1], unit);
}

static int send_lists(struct coordinator *self, struct error *err)
{
    for (size_t i = 0; i < self->num_peers; i++) {
        struct peer *peer = &self->peers[i];
        struct id_list acks = { peer->acks, (uint32_t)peer->num_acks };
        struct id_list stale = { peer->stale, (uint32_t)peer->num_stale };

        if (acks.num > 0 && send_ids(self, peer, MSG_ACK, &acks, err) < 0)
            return -1;
        peer->num_acks = 0;
        if (peer->is_lost || stale.num == 0)
            continue;
        if (send_ids(self, peer, MSG_CANCEL, &stale, err) < 0)
            return -1;
        peer->num_stale = 0;
    }
    return 0;
}

static int give_up_units(struct coordinator *self,
                         size_t num,
                         const char *why,
                         struct error *err)
{
    for (size_t i = 0; i < num; i++) {
        if (book_give_up(self->book, self->units[i], why, err) < 0)
            return -1;
    }
    return 0;
}

/* Requests of self->units, as many as one message may hold; sets lease->num. */
static void fill_lease(struct coordinator *self,
                       struct lease *lease,
                       size_t num,
                       struct text *body)
{
    const struct work *work = &self->params.work;

    lease->entries = mem_alloc(num, sizeof *lease->entries);
    for (size_t i = 0; i < num; i++) {
        struct lease_entry *entry = &lease->entries[i];

        entry->attempt = book_attempt(self->book, self->units[i]);
        entry->alone = book_alone(self->book, self->units[i]);
        work->request(work->self, self->units[i], &entry->request);
    }
    lease->num = (uint32_t)num;
    for (;;) {
        protocol_begin(body, self->params.tag);
        protocol_put_lease(body, lease);
        if (body->len <= MAX_LEASE_BYTES || lease->num == 1)
            return;
        for (uint32_t i = lease->num / 2; i < lease->num; i++)
            request_release(&lease->entries[i].request);
        lease->num /= 2;
    }
}

static int send_lease(struct coordinator *self,
                      struct peer *peer,
                      int model,
                      size_t num,
                      struct error *err)
{
    struct peer_lease *kept = peer_free_lease(peer);
    struct lease lease = {
        .epoch = ++self->epoch,
        .model = (uint32_t)model,
    };
    struct text body = { 0 };
    int rc;

    fill_lease(self, &lease, num, &body);
    for (size_t i = 0; i < num; i++) {
        book_lease(self->book, self->units[i], peer->rank, lease.epoch);
        if (i >= lease.num)
            book_untried(self->book, self->units[i]);
    }
    if (peer_num_open(peer) == 0)
        peer->result_ms = peer->held == model && peer->counted_load == model
                              ? self->step_ms
                              : 0;
    if (peer->held != model)
        peer->counted_load = SCHEDULE_NO_MODEL;
    peer->held = model;
    *kept = (struct peer_lease){
        .epoch = lease.epoch,
        .model = model,
        .units = mem_copy(self->units, lease.num * sizeof *self->units),
        .num = lease.num,
        .num_open = lease.num,
        .sent_ms = self->step_ms,
    };
    rc = send_text(self, peer, MSG_LEASE, &body, err);
    protocol_release_lease(&lease);
    text_release(&body);
    return rc;
}

static bool may_lease(struct coordinator *self, struct peer *peer)
{
    if (!peer->has_said_hello || peer->is_lost || !peer_free_lease(peer)
        || self->step_ms < peer->rest_until_ms)
        return false;
    return peer_num_open(peer) == 0
           || schedule_has_ready(self->params.schedule,
                                 peer->held,
                                 self->step_ms);
}

static int lease_to(struct coordinator *self,
                    struct peer *peer,
                    struct error *err)
{
    int model = SCHEDULE_NO_MODEL;
    size_t num;

    if (!may_lease(self, peer))
        return 0;
    num = schedule_lease(self->params.schedule,
                         peer->rank - 1,
                         peer->held,
                         self->step_ms,
                         &model,
                         self->units);
    if (num == 0)
        return 0;
    if (self->models[model].given_up) {
        return give_up_units(self, num, self->models[model].given_up, err) < 0
                   ? -1
                   : 1;
    }
    return send_lease(self, peer, model, num, err) < 0 ? -1 : 1;
}

/* First leases first: one for everybody before a second for anybody. */
static int hand_out(struct coordinator *self, struct error *err)
{
    int did = 0;

    if (self->is_draining || self->is_stopping)
        return 0;
    for (int round = 0; round < PEER_LEASES; round++) {
        for (size_t i = 0; i < self->num_peers; i++) {
            int rc = lease_to(self, &self->peers[i], err);

            if (rc < 0)
                return -1;
            did = did || rc;
        }
    }
    return did;
}

static size_t num_open(const struct coordinator *self)
{
    size_t num = 0;

    for (size_t i = 0; i < self->num_peers; i++)
        num += peer_num_open(&self->peers[i]);
    return num;
}

static void judge_state(struct coordinator *self)
{
    if (self->state != COORDINATOR_RUNNING)
        return;
    if (book_totals(self->book)->num_done == self->params.work.num_units)
        self->state = COORDINATOR_DONE;
    else if (self->is_draining && num_open(self) == 0
             && book_is_settled(self->book))
        self->state = COORDINATOR_DRAINED;
    else if (self->deserted_ms >= 0 && book_is_settled(self->book)
             && self->step_ms - self->deserted_ms
                    > self->params.first_promise_ms)
        self->state = COORDINATOR_ABANDONED;
}

int coordinator_step(struct coordinator *self, struct error *err)
{
    int did = 0;
    int rc;

    if (self->state == COORDINATOR_BROKEN)
        return error_set(err, ERR_IO, "the coordinator is broken");
    pass_time(self);
    if ((did = take_messages(self, err)) < 0 || check_promises(self, err) < 0)
        goto broken;
    if ((rc = hand_out(self, err)) < 0)
        goto broken;
    did = did || rc;
    if ((rc = book_sync(self->book, note_ack, self, err)) < 0
        || send_lists(self, err) < 0)
        goto broken;
    did = did || rc;
    judge_state(self);
    return did;

broken:
    self->state = COORDINATOR_BROKEN;
    return -1;
}

enum coordinator_state coordinator_state(const struct coordinator *self)
{
    return self->state;
}

void coordinator_drain(struct coordinator *self)
{
    self->is_draining = true;
}

void coordinator_stop(struct coordinator *self)
{
    self->is_stopping = true;
    for (size_t i = 0; i < self->num_peers; i++)
        (void)send_ids(self, &self->peers[i], MSG_STOP, NULL, NULL);
}

static void view_peer(const struct coordinator *self,
                      const struct peer *peer,
                      struct worker_view *out)
{
    int model = peer->doing == WORKER_LOADING ? peer->doing_model : peer->held;
    const char *name = model >= 0 ? self->params.models[model].name : "";
    size_t num = peer_num_open(peer);

    out->is_alive = peer->has_said_hello && !peer->is_lost;
    out->num_done = peer->num_done;
    if (peer->is_lost)
        (void)snprintf(out->doing, sizeof out->doing, "lost");
    else if (!peer->has_said_hello)
        (void)snprintf(out->doing, sizeof out->doing, "starting");
    else if (peer->doing == WORKER_LOADING)
        (void)snprintf(out->doing, sizeof out->doing, "loading %s", name);
    else if (num > 0)
        (void)snprintf(out->doing,
                       sizeof out->doing,
                       "%zu unit%s of %s",
                       num,
                       num == 1 ? "" : "s",
                       name);
    else
        (void)snprintf(out->doing, sizeof out->doing, "idle");
}

const struct coordinator_view *coordinator_view(struct coordinator *self)
{
    const struct book_totals *totals = book_totals(self->book);

    for (size_t i = 0; i < self->num_peers; i++)
        view_peer(self, &self->peers[i], &self->views[i]);
    self->view = (struct coordinator_view){
        .num_units = self->params.work.num_units,
        .num_done = totals->num_done,
        .num_before = totals->num_before,
        .num_failed = totals->num_failed,
        .num_retries = totals->num_retries,
        .num_lost = self->num_lost,
        .reply_tokens = totals->reply_tokens,
        .prompt_tokens = totals->prompt_tokens,
        .eta_s = schedule_eta(self->params.schedule, self->step_ms),
        .workers = self->views,
        .num_workers = self->num_peers,
    };
    return &self->view;
}

size_t coordinator_ledger(const struct coordinator *self,
                          const struct ledger_row **rows)
{
    *rows = self->ledger.rows;
    return self->ledger.num;
}
