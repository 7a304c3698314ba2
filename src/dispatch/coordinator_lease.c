#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "dispatch/coordinator_parts.h"
#include "schedule/schedule.h"

#include <stdlib.h>

enum {
    MAX_LEASE_BYTES = 16 * 1024 * 1024,
    LET_GO_MS = 2000, /* said again */
};

/* A unit left the lease it was in. */
void lease_close_unit(struct coordinator *self, int rank, uint32_t epoch)
{
    struct peer_lease *lease = peer_lease_of(&self->peers[rank - 1], epoch);

    if (lease && lease->num_open > 0 && --lease->num_open == 0)
        peer_close_lease(lease);
}

/* Of one unit that is to be tried alone. */
static bool is_lone(const struct coordinator *self,
                    const struct peer_lease *lease)
{
    return lease->num == 1 && book_alone(self->book, lease->units[0]);
}

/* Whether that unit has the backend now: the other lease is not begun before
 * this one is done. */
static bool is_alone(const struct coordinator *self,
                     const struct peer *peer,
                     const struct peer_lease *lease)
{
    if (!is_lone(self, lease) || peer->doing == WORKER_LOADING)
        return false;
    for (size_t i = 0; i < PEER_LEASES; i++) {
        if (peer->leases[i].num_open > 0
            && peer->leases[i].epoch < lease->epoch)
            return false;
    }
    return true;
}

int lease_take_back(struct coordinator *self,
                    struct peer *peer,
                    struct peer_lease *lease,
                    bool is_lost,
                    struct error *err)
{
    const bool was_alone = is_alone(self, peer, lease);
    const struct work *work = &self->params.work;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < lease->num; i++) {
        size_t unit = lease->units[i];

        if (!book_is_leased(self->book, unit, lease->epoch))
            continue;
        peer_add_stale(peer, work->id(work->self, unit));
        if (is_lost) {
            rc = book_lost(self->book, unit, was_alone, err);
        } else {
            book_untried(self->book, unit);
        }
    }
    peer_close_lease(lease);
    return rc;
}

int lease_lose(struct coordinator *self, struct peer *peer, struct error *err)
{
    struct peer_lease *lease;

    account_waste(self, peer, SIZE_MAX);
    /* The newest first: what the older one holds says who was alone. */
    while ((lease = peer_newest_lease(peer))) {
        if (lease_take_back(self, peer, lease, true, err) < 0)
            return -1;
    }
    if (peer->doing == WORKER_LOADING
        && blame_lost_load(self,
                           peer,
                           peer->doing_model,
                           "workers were lost while they loaded it",
                           err)
               < 0)
        return -1;
    peer->is_lost = true;
    peer->held = SCHEDULE_NO_MODEL;
    peer_forget_load(peer);
    peer->doing = WORKER_IDLE;
    together_note(self,
                  peer,
                  &(struct heartbeat){ .model = SCHEDULE_NO_MODEL });
    self->num_lost++;
    schedule_slot_alive(self->params.schedule, peer->rank - 1, false);
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

/* A unit that may have broken a backend or a worker gets a lease for itself, so
 * that it is known who is to blame the next time. */
static size_t up_to_suspect(const struct coordinator *self, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        if (book_alone(self->book, self->units[i]))
            return i > 0 ? i : 1;
    }
    return num;
}

/* Requests of self->units, as many as one message may hold: how many. */
static size_t fill_lease(struct coordinator *self,
                         struct lease *lease,
                         size_t num,
                         struct text *body)
{
    const struct work *work = &self->params.work;

    num = up_to_suspect(self, num);
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
            return lease->num;
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
    size_t num_taken = fill_lease(self, &lease, num, &body);
    int rc;

    for (size_t i = 0; i < num_taken; i++)
        book_lease(self->book, self->units[i], peer->rank, lease.epoch);
    /* what did not fit, or stands behind a suspect, goes back */
    for (size_t i = num_taken; i < num; i++)
        book_untried(self->book, self->units[i]);
    if (peer->held != model) {
        peer_forget_load(peer);
    } else if (peer_num_open(peer) == 0) {
        peer->result_ms = peer->counted_load == model ? self->step_ms : 0;
    }
    peer->held = model;
    peer->let_go_ms = 0; /* what it was told of is over */
    *kept = (struct peer_lease){
        .epoch = lease.epoch,
        .model = model,
        .units = mem_copy(self->units, lease.num * sizeof *self->units),
        .num = lease.num,
        .num_open = lease.num,
        .sent_ms = self->step_ms,
    };
    rc = together_lead(self, peer, err);
    if (rc == 0)
        rc = send_text(self, peer, MSG_LEASE, &body, err);
    protocol_release_lease(&lease);
    text_release(&body);
    return rc;
}

static bool may_lease(struct coordinator *self, struct peer *peer)
{
    if (!peer->has_said_hello || peer->is_lost || !peer_free_lease(peer))
        return false;
    if (peer->is_resting) {
        if (self->step_ms < peer->rest_until_ms)
            return false;
        blame_end_rest(self, peer);
    }
    if (peer_num_open(peer) == 0)
        return true;
    /* Nothing is to be lost together with a suspect. */
    if (is_lone(self, peer_newest_lease(peer)))
        return false;
    return schedule_goes_on(self->params.schedule,
                            peer->rank - 1,
                            peer->held,
                            self->step_ms);
}

/* Take units that are late from whoever has them, without telling: whose result
 * comes first counts, and the other one is told then.  What may have broken a
 * worker is not given to a second one.  How many of self->units stay. */
static size_t take_over(struct coordinator *self, size_t num)
{
    size_t kept = 0;

    for (size_t i = 0; i < num; i++) {
        const size_t unit = self->units[i];
        uint32_t epoch;
        int rank;

        if (book_alone(self->book, unit)
            || !book_lease_of(self->book, unit, &rank, &epoch))
            continue;
        lease_close_unit(self, rank, epoch);
        self->twice = mem_reserve(self->twice,
                                  &self->cap_twice,
                                  self->num_twice + 1,
                                  sizeof *self->twice);
        self->twice[self->num_twice++] = (struct twice){ unit, rank };
        self->peers[rank - 1].num_twice++;
        self->units[kept++] = unit;
    }
    return kept;
}

static int lease_again(struct coordinator *self,
                       struct peer *peer,
                       struct error *err)
{
    int model = SCHEDULE_NO_MODEL;
    size_t num;

    if (peer_num_open(peer) > 0)
        return 0;
    num = schedule_again(self->params.schedule,
                         peer->rank - 1,
                         self->step_ms,
                         &model,
                         self->units);
    num = take_over(self, num);
    if (num == 0)
        return 0;
    log_info("late units run twice: worker=%d units=%zu", peer->rank, num);
    return send_lease(self, peer, model, num, err) < 0 ? -1 : 1;
}

/* Its GPU is needed by a model that needs several. */
static int let_go(struct coordinator *self,
                  struct peer *peer,
                  struct error *err)
{
    if (peer->let_go_ms > 0 && self->step_ms - peer->let_go_ms < LET_GO_MS)
        return 0;
    peer->let_go_ms = self->step_ms;
    return send_let_go(self, peer, err) < 0 ? -1 : 1;
}

/* The schedule takes it for lost, but it will be back. */
static bool is_any_resting(const struct coordinator *self)
{
    for (size_t i = 0; i < self->num_peers; i++) {
        if (self->peers[i].is_resting && !self->peers[i].is_lost)
            return true;
    }
    return false;
}

/* What needs more neighbours, or another GPU, than are alive is given up: its
 * units go to whoever asks, and are recorded as failed.  The same command tries
 * again. */
static void give_up_stranded(struct coordinator *self)
{
    const int model = schedule_stranded(self->params.schedule);
    const struct coordinator_model *of;
    char *why;

    if (model == SCHEDULE_NO_MODEL || is_any_resting(self))
        return;
    of = &self->params.models[model];
    if (of->needs_no_gpu) {
        log_info("asked by any worker from now on, as those without a GPU are "
                 "lost: model=%s",
                 of->name);
        schedule_narrow(self->params.schedule, model);
        return;
    }
    why = of->kept_to
              ? text_format("%s, and too few workers that it may have live",
                            of->kept_to)
              : text_format("it needs %d worker%s at once, neighbours with a "
                            "GPU that it may have, and there are none that "
                            "live; the same command tries again",
                            of->num_ranks,
                            of->num_ranks == 1 ? "" : "s");
    coordinator_give_up(self, (size_t)model, why);
    free(why);
    schedule_narrow(self->params.schedule, model);
}

static int lease_to(struct coordinator *self,
                    struct peer *peer,
                    struct error *err)
{
    int model = SCHEDULE_NO_MODEL;
    size_t num;
    size_t fit;

    if (!may_lease(self, peer) || together_is_leaving(self, peer))
        return 0;
    if (peer->held != SCHEDULE_NO_MODEL && peer_num_open(peer) == 0
        && schedule_lets_go(self->params.schedule, peer->rank - 1))
        return let_go(self, peer, err);
    num = schedule_lease(self->params.schedule,
                         peer->rank - 1,
                         peer->held,
                         self->step_ms,
                         &model,
                         self->units);
    if (num == 0)
        return lease_again(self, peer, err);
    if (self->models[model].given_up) {
        return give_up_units(self, num, self->models[model].given_up, err) < 0
                   ? -1
                   : 1;
    }
    fit = cost_fit(self, model, num);
    for (size_t i = fit; i < num; i++)
        book_untried(self->book, self->units[i]);
    if (fit == 0) {
        cost_stop(self, model);
        return 0;
    }
    return send_lease(self, peer, model, fit, err) < 0 ? -1 : 1;
}

/* First leases first: one for everybody before a second for anybody. */
int lease_hand_out(struct coordinator *self, struct error *err)
{
    int did = 0;

    if (self->is_draining || self->is_stopping)
        return 0;
    give_up_stranded(self);
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
