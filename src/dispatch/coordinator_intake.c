#include "base/log.h"
#include "dispatch/coordinator_parts.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    LOST_LEASE_MS = 10000, /* a lease that a heartbeat should know by then */
    MAX_MESSAGES = 64,     /* taken in one step; each of some 64 KiB */
    PART_OF_PEERS = 64, /* one more for so many workers: a step looks at each of
                           them, and all may say hello at once */
};

int intake_refuse(struct peer *peer, const struct error *why)
{
    refusals_note(&peer->refusals, peer->rank, why);
    return 0;
}

static void revive(struct coordinator *self, struct peer *peer)
{
    if (!peer->is_lost)
        return;
    log_info("worker is back: rank=%d host=%s", peer->rank, peer->host);
    peer->is_lost = false;
    schedule_slot_alive(self->params.schedule,
                        peer->rank - 1,
                        !peer->is_resting);
}

/* Who speaks for this rank.  Another one than before: the rank was started
 * again, and what the one before it had is gone. */
static int meet(struct coordinator *self,
                struct peer *peer,
                uint64_t instance,
                struct error *err)
{
    if (peer->has_said_hello && peer->instance != instance) {
        if (!peer->is_lost && lease_lose(self, peer, err) < 0)
            return -1;
        peer->num_stale = 0;
    }
    peer->has_said_hello = true;
    peer->instance = instance;
    revive(self, peer);
    return 0;
}

static int take_hello(struct coordinator *self,
                      struct peer *peer,
                      struct buffer *in,
                      struct error *err)
{
    struct hello hello;
    struct error why;

    if (protocol_get_hello(in, &hello, &why) < 0)
        return intake_refuse(peer, &why);
    if (!peer->has_said_hello || peer->instance != hello.instance)
        log_info("worker: rank=%d host=%s", peer->rank, hello.host);
    (void)snprintf(peer->host, sizeof peer->host, "%s", hello.host);
    if (meet(self, peer, hello.instance, err) < 0
        || send_models(self, peer, err) < 0)
        return -1;
    return send_pulse(self, peer, err);
}

/* Learn the speed: what is done, and the time since the result before it. */
static void learn(struct coordinator *self, struct peer *peer, size_t unit)
{
    double seconds = (double)(self->step_ms - peer->result_ms) / 1e3;

    if (peer->result_ms > 0)
        schedule_observe(self->params.schedule, peer->rank - 1, unit, seconds);
    peer->result_ms = self->step_ms;
}

static void count_result(struct coordinator *self,
                         struct peer *peer,
                         size_t unit,
                         const struct reply *reply)
{
    peer->num_done++;
    if (peer->held < 0)
        return;
    blame_nobody(self, peer, peer->held);
    account_reply(self, peer, unit, reply);
    self->models[peer->held].num_results++;
    cost_count(self, peer->held, reply);
    learn(self, peer, unit);
}

/* A unit that two workers had is answered: whoever had it first need not go on.
 */
static void end_twice(struct coordinator *self,
                      const struct peer *from,
                      size_t unit)
{
    const struct work *work = &self->params.work;

    for (size_t i = 0; i < self->num_twice;) {
        const struct twice twice = self->twice[i];
        struct peer *slow = &self->peers[twice.rank - 1];

        if (twice.unit != unit) {
            i++;
            continue;
        }
        self->twice[i] = self->twice[--self->num_twice];
        slow->num_twice--;
        if (slow == from)
            continue;
        if (peer_num_open(slow) == 0)
            account_waste(self, slow, unit);
        peer_add_stale(slow, work->id(work->self, unit));
    }
}

/* The first record of a unit ends its lease, whoever has it. */
static void end_lease_of(struct coordinator *self,
                         struct peer *from,
                         size_t unit)
{
    const struct work *work = &self->params.work;
    uint32_t epoch;
    int rank;

    end_twice(self, from, unit);
    if (!book_lease_of(self->book, unit, &rank, &epoch))
        return;
    lease_close_unit(self, rank, epoch);
    if (rank == from->rank)
        return;
    account_waste(self, &self->peers[rank - 1], unit);
    peer_add_stale(&self->peers[rank - 1], work->id(work->self, unit));
}

static int take_result(struct coordinator *self,
                       struct peer *peer,
                       struct record *record,
                       struct error *err)
{
    const struct work *work = &self->params.work;
    size_t unit = work->find(work->self, record->reply.unit);
    enum book_taken taken = BOOK_UNKNOWN;

    record->rank = (uint32_t)peer->rank;
    if (unit < work->num_units) {
        end_lease_of(self, peer, unit);
        taken = book_take(self->book, unit, peer->rank, record, err);
    }
    if (taken == BOOK_RECORDED)
        count_result(self, peer, unit, &record->reply);
    if (taken == BOOK_ON_DISK || taken == BOOK_UNKNOWN)
        peer_add_ack(peer, record->reply.unit);
    /* what it sends once more, while the disk is busy, cost nothing */
    if ((taken == BOOK_ON_DISK || taken == BOOK_PENDING)
        && book_rank(self->book, unit) != peer->rank)
        account_waste(self, peer, unit);
    return taken == BOOK_BROKEN ? -1 : 0;
}

static int take_results(struct coordinator *self,
                        struct peer *peer,
                        struct buffer *in,
                        struct error *err)
{
    int rc = 0;

    do {
        struct result result;
        struct error why;

        if (protocol_get_result(in, &result, &why) < 0)
            return intake_refuse(peer, &why);
        rc = take_result(self, peer, &result.record, err);
        record_release(&result.record);
    } while (rc == 0 && buffer_left(in) > 0);
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
            && lease_take_back(self, peer, lease, false, err) < 0)
            return -1;
    }
    return 0;
}

/* What a load took is known with its first reply; that it has ended, as soon as
 * the worker says that it generates. */
static void note_load(struct coordinator *self,
                      struct peer *peer,
                      const struct heartbeat *beat)
{
    struct schedule *schedule = self->params.schedule;

    if (beat->load_s < 0) {
        if (beat->doing == WORKER_LOADING && peer->counted_load == beat->model)
            peer_forget_load(peer); /* it broke, and is loaded once more */
        if (beat->doing == WORKER_GENERATING && peer->held == beat->model)
            schedule_loaded(schedule, peer->rank - 1, beat->model, -1);
        return;
    }
    if (peer->counted_load == beat->model)
        return;
    schedule_loaded(schedule, peer->rank - 1, beat->model, beat->load_s);
    peer->counted_load = beat->model;
    self->num_loads++;
    if (peer->held == beat->model) {
        account_loaded(self, peer);
        account_load(self, peer, beat->load_s);
    }
}

static int take_heartbeat(struct coordinator *self,
                          struct peer *peer,
                          struct buffer *in,
                          struct error *err)
{
    struct heartbeat beat;
    struct error why;
    int64_t limit_ms;
    bool is_known;
    int rc;

    if (protocol_get_heartbeat(in, &beat, &why) < 0)
        return intake_refuse(peer, &why);
    rc = meet(self, peer, beat.instance, err);
    limit_ms = beat.doing == WORKER_LOADING ? self->params.max_load_ms
                                            : self->params.max_promise_ms;
    peer->promise_ms =
        (int64_t)beat.promise_ms < limit_ms ? beat.promise_ms : limit_ms;
    is_known = beat.model >= 0 && (size_t)beat.model < self->params.num_models;
    peer->doing = is_known ? beat.doing : WORKER_IDLE;
    peer->doing_model = is_known ? beat.model : SCHEDULE_NO_MODEL;
    together_note(self, peer, &beat);
    if (peer_num_open(peer) == 0)
        peer->held = peer->doing_model;
    if (is_known)
        note_load(self, peer, &beat);
    if (rc == 0)
        rc = check_leases(self, peer, &beat, err);
    free(beat.epochs);
    return rc;
}

static int take_body(struct coordinator *self,
                     struct peer *peer,
                     enum message_type type,
                     struct buffer *in,
                     struct error *err)
{
    struct error why;

    switch (type) {
    case MSG_HELLO:
        return take_hello(self, peer, in, err);
    case MSG_HEARTBEAT:
        return take_heartbeat(self, peer, in, err);
    case MSG_RESULT:
        revive(self, peer);
        return take_results(self, peer, in, err);
    case MSG_FAILED:
        revive(self, peer);
        return blame_take_failure(self, peer, in, err);
    case MSG_NONE:
    case MSG_MODELS:
    case MSG_LEASE:
    case MSG_ACK:
    case MSG_CANCEL:
    case MSG_STOP:
    case MSG_PULSE:
    case MSG_RATE:
    case MSG_LET_GO:
    case MSG_TOGETHER:
    case NUM_MESSAGE_TYPES:
        break;
    }
    (void)error_set(&why, ERR_FORMAT, "no message that rank 0 takes");
    return intake_refuse(peer, &why);
}

static int take_message(struct coordinator *self,
                        const struct message *message,
                        struct error *err)
{
    struct peer *peer;
    struct buffer in;
    struct error why;
    int rc;

    if (message->source < 1 || (size_t)message->source > self->num_peers)
        return 0;
    peer = &self->peers[message->source - 1];
    if (protocol_open(&in, message->bytes, message->len, self->params.tag, &why)
        < 0)
        return intake_refuse(peer, &why);
    if (!peer->has_said_hello && message->type != MSG_HELLO
        && message->type != MSG_HEARTBEAT)
        return 0;
    rc = take_body(self, peer, (enum message_type)message->type, &in, err);
    peer->promised_ms = self->step_ms + peer->promise_ms;
    if (rc == 0 && self->is_stopping) {
        rc = send_stop(self->params.transport,
                       self->params.tag,
                       peer->rank,
                       err);
    }
    return rc;
}

int intake_messages(struct coordinator *self, struct error *err)
{
    struct transport *transport = self->params.transport;
    struct message message;
    const size_t most = MAX_MESSAGES + self->num_peers / PART_OF_PEERS;
    int rc = 0;
    size_t num = 0;

    while (num < most
           && (rc = transport->ops->recv(transport, &message, err)) == 1) {
        num++;
        rc = take_message(self, &message, err);
        message_release(&message);
        if (rc < 0)
            return -1;
    }
    return rc < 0 ? -1 : num > 0;
}
