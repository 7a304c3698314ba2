#include "dispatch/coordinator.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "dispatch/coordinator_parts.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <stdlib.h>

enum {
    STALL_MS = 1000, /* a gap between steps that is our own fault */
    PULSE_MS = 5000, /* workers hear at least so often that rank 0 lives */
};

void coordinator_params_defaults(struct coordinator_params *params)
{
    *params = (struct coordinator_params){
        .max_attempts = 3,
        .first_promise_ms = 60000,
        .max_promise_ms = 60000,
        .max_load_ms = 30 * 60 * 1000,
        .pulse_promise_ms = 5 * 60 * 1000,
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
    for (size_t i = 0; i < params->num_models; i++) {
        self->has_together =
            self->has_together || params->models[i].num_nodes > 1;
    }
    self->models = mem_alloc(params->num_models, sizeof *self->models);
    for (size_t i = 0; i < params->num_models; i++)
        self->models[i].failed_on = mem_alloc(self->num_peers, sizeof(bool));
    ledger_init(&self->ledger,
                self->num_peers + 1,
                params->num_models,
                schedule_num_tasks(params->schedule));
    self->units =
        mem_alloc(schedule_max_lease(params->schedule), sizeof *self->units);
    self->begin_ms = self->step_ms = clock_ms();
    self->deserted_ms = self->step_ms;
    for (size_t i = 0; i < self->num_peers; i++) {
        self->peers[i] = (struct peer){
            .rank = (int)i + 1,
            .promised_ms = self->step_ms + params->first_promise_ms,
            .promise_ms = params->first_promise_ms,
            .held = SCHEDULE_NO_MODEL,
            .doing_model = SCHEDULE_NO_MODEL,
            .counted_load = SCHEDULE_NO_MODEL,
            .first_model = SCHEDULE_NO_MODEL,
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
    for (size_t i = 0; i < self->params.num_models; i++) {
        free(self->models[i].given_up);
        free(self->models[i].failed_on);
    }
    book_destroy(self->book);
    ledger_release(&self->ledger);
    free(self->units);
    free(self->twice);
    free(self->peers);
    free(self->models);
    free(self->views);
    free(self);
}

/* Move the clock on.  While rank 0 itself stood still no worker could be heard,
 * so a longer gap is added to every promise. */
static void pass_time(struct coordinator *self)
{
    int64_t now_ms = clock_ms();
    int64_t gap_ms = now_ms - self->step_ms;
    const struct work *work = &self->params.work;
    size_t waiting = SIZE_MAX;

    self->step_ms = now_ms;
    if (gap_ms <= 0)
        return;
    if (work->waits_for && !self->is_draining && !self->is_stopping)
        waiting = work->waits_for(work->self);
    for (size_t i = 0; i < self->num_peers; i++) {
        struct peer *peer = &self->peers[i];

        account_pass(self, peer, (double)gap_ms / 1e3, waiting);
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
            log_warn("worker lost: rank=%d host=%s units=%zu",
                     peer->rank,
                     peer->host[0] ? peer->host : "?",
                     peer_num_open(peer));
            if (lease_lose(self, peer, err) < 0)
                return -1;
        }
        is_deserted = is_deserted && peer->is_lost;
    }
    if (!is_deserted) {
        self->deserted_ms = -1;
    } else if (self->deserted_ms < 0) {
        self->deserted_ms = self->step_ms;
    }
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

/* A worker that is lost may be dead, and what is sent to it never leaves. */
static int send_pulses(struct coordinator *self, struct error *err)
{
    if (self->step_ms - self->pulse_ms < PULSE_MS)
        return 0;
    self->pulse_ms = self->step_ms;
    for (size_t i = 0; i < self->num_peers; i++) {
        const struct peer *peer = &self->peers[i];

        if (peer->has_said_hello && !peer->is_lost
            && send_pulse(self, peer, err) < 0)
            return -1;
    }
    return 0;
}

static size_t num_open(const struct coordinator *self)
{
    size_t num = 0;

    for (size_t i = 0; i < self->num_peers; i++)
        num += peer_num_open(&self->peers[i]);
    return num;
}

static bool is_deserted(const struct coordinator *self)
{
    return self->deserted_ms >= 0
           && self->step_ms - self->deserted_ms > self->params.first_promise_ms;
}

static int judge_state(struct coordinator *self, struct error *err)
{
    const struct work *work = &self->params.work;
    const struct book_totals *totals = book_totals(self->book);
    const bool is_all =
        totals->num_done + totals->num_left_out == work->num_units;
    bool may_grow = work->may_grow && work->may_grow(work->self);

    if (self->state != COORDINATOR_RUNNING)
        return 0;
    if (is_all && !may_grow) {
        self->state = COORDINATOR_DONE;
    } else if (self->is_draining && num_open(self) == 0
               && book_is_settled(self->book)) {
        self->state = COORDINATOR_DRAINED;
    } else if (is_deserted(self) && !self->has_quarantined) {
        self->has_quarantined = true;
        return book_quarantine(self->book, err) < 0 ? -1 : 0;
    } else if (is_deserted(self) && book_is_settled(self->book)) {
        self->state = COORDINATOR_ABANDONED;
    }
    return 0;
}

int coordinator_step(struct coordinator *self, struct error *err)
{
    bool is_pulse;
    int did = 0;
    int rc;

    if (self->state == COORDINATOR_BROKEN)
        return error_set(err, ERR_IO, "the coordinator is broken");
    pass_time(self);
    if ((did = intake_messages(self, err)) < 0 || check_promises(self, err) < 0)
        goto broken;
    if ((rc = book_sync(self->book, note_ack, self, err)) < 0) {
        goto broken;
    }
    did = did || rc;
    /* Before new leases: what is to be forgotten may be leased again. */
    is_pulse = self->step_ms - self->pulse_ms >= PULSE_MS;
    if (together_step(self, err) < 0 || send_pulses(self, err) < 0
        || send_lists(self, err) < 0 || (rc = lease_hand_out(self, err)) < 0
        || rate_hand_out(self, is_pulse, err) < 0) {
        goto broken;
    }
    did = did || rc;
    if (judge_state(self, err) < 0)
        goto broken;
    return did;

broken:
    self->state = COORDINATOR_BROKEN;
    return -1;
}

enum coordinator_state coordinator_state(const struct coordinator *self)
{
    return self->state;
}

void coordinator_grow(struct coordinator *self, size_t num_units)
{
    self->params.work.num_units = num_units;
    book_grow(self->book, num_units);
}

void coordinator_drain(struct coordinator *self)
{
    self->is_draining = true;
}

void coordinator_stop(struct coordinator *self)
{
    self->is_stopping = true;
    for (size_t i = 0; i < self->num_peers; i++) {
        account_waste(self, &self->peers[i], SIZE_MAX);
        (void)send_stop(self->params.transport,
                        self->params.tag,
                        self->peers[i].rank,
                        NULL);
    }
}

const char *coordinator_given_up(const struct coordinator *self, size_t model)
{
    return self->models[model].given_up;
}

void coordinator_give_up(struct coordinator *self,
                         size_t model,
                         const char *why)
{
    struct model_state *of = &self->models[model];

    if (of->given_up)
        return;
    of->given_up = mem_text(why);
    log_warn("given up: model=%s %s", self->params.models[model].name, why);
}
