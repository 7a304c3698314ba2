/*
 * How it stands, for people and for run.json.
 */
#include "dispatch/coordinator_parts.h"
#include "schedule/schedule.h"
#include "schedule/schedule_explain.h"

#include <math.h>
#include <stdio.h>

static bool is_resting(const struct coordinator *self, const struct peer *peer)
{
    return peer->is_resting && peer->rest_until_ms > self->step_ms;
}

static bool is_lending(const struct coordinator *self, const struct peer *peer)
{
    const int lead = schedule_lead(self->params.schedule, peer->rank - 1);

    return lead != TEAMS_NONE && lead != peer->rank - 1;
}

static const char *word_of(const struct coordinator *self,
                           const struct peer *peer)
{
    if (peer->is_lost)
        return "lost";
    if (!peer->has_said_hello)
        return "starting";
    if (peer->doing == WORKER_LOADING)
        return "loading";
    if (peer_num_open(peer) > 0)
        return "generating";
    if (is_lending(self, peer))
        return "lending";
    return is_resting(self, peer) ? "resting" : "idle";
}

static void view_peer(const struct coordinator *self,
                      const struct peer *peer,
                      struct worker_view *out)
{
    int model = peer->doing == WORKER_LOADING ? peer->doing_model : peer->held;
    const char *name = model >= 0 ? self->params.models[model].name : "";
    size_t num = peer_num_open(peer);

    out->is_alive = peer->has_said_hello && !peer->is_lost;
    out->is_lost = peer->is_lost;
    out->host = peer->host;
    out->num_done = peer->num_done;
    out->state = word_of(self, peer);
    (void)snprintf(out->doing, sizeof out->doing, "%s", out->state);
    if (peer->is_lost)
        return;
    if (peer->doing == WORKER_LOADING) {
        (void)snprintf(out->doing, sizeof out->doing, "loading %s", name);
    } else if (num > 0) {
        (void)snprintf(out->doing,
                       sizeof out->doing,
                       "%zu item%s of %s",
                       num,
                       num == 1 ? "" : "s",
                       name);
    } else if (is_lending(self, peer)) {
        (void)snprintf(out->doing,
                       sizeof out->doing,
                       "lending to rank %d",
                       schedule_lead(self->params.schedule, peer->rank - 1)
                           + 1);
    } else if (is_resting(self, peer)) {
        (void)snprintf(out->doing,
                       sizeof out->doing,
                       "resting after a failed load, %lld s",
                       (long long)(peer->rest_until_ms - self->step_ms + 999)
                           / 1000);
    }
}

/* Until something is done only known speeds say anything, and no more than that
 * the end comes nearer: what has begun is reckoned from its beginning at each
 * look, and would stand still. */
static double eta_s(struct coordinator *self, bool is_guess)
{
    const struct book_totals *totals = book_totals(self->book);
    const double now_ms = (double)self->step_ms;
    double end_ms;

    if (self->is_draining)
        return (double)NAN;
    end_ms = now_ms + 1e3 * schedule_eta(self->params.schedule, self->step_ms);
    if (totals->num_done > totals->num_before || isnan(end_ms))
        return (end_ms - now_ms) / 1e3;
    if (is_guess)
        return (double)NAN;
    if (!(self->first_end_ms > 0) || end_ms < self->first_end_ms)
        self->first_end_ms = end_ms;
    return self->first_end_ms > now_ms ? (self->first_end_ms - now_ms) / 1e3
                                       : (double)NAN;
}

static struct work_expected expected(const struct coordinator *self)
{
    const struct work *work = &self->params.work;

    return work->expected ? work->expected(work->self)
                          : (struct work_expected){ 0 };
}

size_t coordinator_num_done(const struct coordinator *self)
{
    return book_totals(self->book)->num_done + expected(self).num_done;
}

const struct coordinator_view *coordinator_view(struct coordinator *self)
{
    const struct book_totals *totals = book_totals(self->book);
    const struct work_expected more = expected(self);
    const bool is_guess = schedule_eta_is_guess(self->params.schedule);
    size_t num_refused = 0;
    double cost = 0;

    for (size_t i = 0; i < self->params.num_models; i++)
        cost += coordinator_cost(self, i);

    for (size_t i = 0; i < self->num_peers; i++) {
        view_peer(self, &self->peers[i], &self->views[i]);
        num_refused += self->peers[i].refusals.num;
    }
    self->view = (struct coordinator_view){
        .num_units =
            self->params.work.num_units - totals->num_left_out + more.num_units,
        .num_left_out = totals->num_left_out,
        .num_done = totals->num_done + more.num_done,
        .num_before = totals->num_before + more.num_done,
        .num_failed = totals->num_failed + more.num_failed,
        .num_overlong = totals->num_overlong,
        .num_quarantined = totals->num_quarantined,
        .num_retries = totals->num_retries,
        .num_lost = self->num_lost,
        .num_loads = self->num_loads,
        .num_refused = num_refused,
        .reply_tokens = totals->reply_tokens,
        .prompt_tokens = totals->prompt_tokens,
        .cost = cost,
        .is_cost_estimated = cost_is_estimated(self),
        .is_draining = self->is_draining,
        .eta_s = eta_s(self, is_guess),
        .is_eta_guess = is_guess,
        .workers = self->views,
        .num_workers = self->num_peers,
    };
    return &self->view;
}
