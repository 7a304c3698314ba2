#include "dispatch/coordinator_parts.h"
#include "schedule/schedule.h"
#include "trustsweep/reply.h"

#include <math.h>

/* The worker that drives the model to which this one lends its GPU; NULL: it
 * works for itself. */
static struct peer *lead_of(const struct coordinator *self,
                            const struct peer *peer)
{
    const int lead = schedule_lead(self->params.schedule, peer->rank - 1);

    return lead == TEAMS_NONE || lead == peer->rank - 1 ? NULL
                                                        : &self->peers[lead];
}

/* Whoever lends is at work for what its lead is at work for. */
static bool is_lent(struct coordinator *self, struct peer *peer, double seconds)
{
    const struct peer *lead = lead_of(self, peer);

    if (!lead || lead->is_lost || lead->held < 0 || peer_num_open(peer) > 0)
        return false;
    if (lead->doing == WORKER_LOADING) {
        ledger_row(&self->ledger, peer->rank, lead->doing_model)->load_s +=
            seconds;
    } else if (peer_num_open(lead) > 0 && !self->is_stopping) {
        peer->open_s += seconds;
    } else {
        return false;
    }
    return true;
}

void account_pass(struct coordinator *self,
                  struct peer *peer,
                  double seconds,
                  bool is_judging)
{
    struct ledger *ledger = &self->ledger;
    struct ledger_row *row;

    if (peer->is_lost) {
        ledger_row(ledger, peer->rank, SCHEDULE_NO_MODEL)->wasted_s += seconds;
    } else if (peer->has_said_hello && peer->doing == WORKER_LOADING) {
        row = ledger_row(ledger, peer->rank, peer->doing_model);
        row->load_s += seconds;
        peer->loading_s += seconds;
    } else if (is_lent(self, peer, seconds)) {
        return;
    } else if (peer_num_open(peer) > 0 && !self->is_stopping) {
        peer->open_s += seconds;
    } else if (peer->num_twice > 0 && peer->doing == WORKER_GENERATING) {
        /* on what another one has by now as well */
        ledger_row(ledger, peer->rank, peer->held)->wasted_s += seconds;
    } else {
        row = ledger_row(ledger, peer->rank, peer->held);
        *(is_judging ? &row->judge_wait_s : &row->idle_s) += seconds;
    }
}

/* The cell of a unit; NULL when there is none. */
static struct ledger_cell *cell_of(struct coordinator *self, size_t unit)
{
    const struct schedule *schedule = self->params.schedule;

    if (unit >= self->params.work.num_units)
        return NULL;
    return ledger_cell(&self->ledger,
                       schedule_model_of(schedule, unit),
                       schedule_task_of(schedule, unit));
}

/* What those who lend to it were at work for as well. */
static void account_lent(struct coordinator *self,
                         const struct peer *lead,
                         struct ledger_cell *cell,
                         bool is_wasted)
{
    if (schedule_lead(self->params.schedule, lead->rank - 1) != lead->rank - 1)
        return;
    for (size_t i = 0; i < self->num_peers; i++) {
        struct peer *peer = &self->peers[i];
        struct ledger_row *row;

        if (lead_of(self, peer) != lead)
            continue;
        row = ledger_row(&self->ledger, peer->rank, lead->held);
        *(is_wasted ? &row->wasted_s : &row->generate_s) += peer->open_s;
        if (cell)
            *(is_wasted ? &cell->wasted_s : &cell->generate_s) += peer->open_s;
        peer->open_s = 0;
    }
}

void account_unit(struct coordinator *self,
                  struct peer *peer,
                  size_t unit,
                  bool is_wasted)
{
    struct ledger_row *row = ledger_row(&self->ledger, peer->rank, peer->held);
    struct ledger_cell *cell = cell_of(self, unit);

    *(is_wasted ? &row->wasted_s : &row->generate_s) += peer->open_s;
    if (cell)
        *(is_wasted ? &cell->wasted_s : &cell->generate_s) += peer->open_s;
    if (cell && peer->first_model < 0 && !is_wasted) {
        peer->first_model = cell->model;
        peer->first_task = cell->task;
    }
    peer->open_s = 0;
    account_lent(self, peer, cell, is_wasted);
}

void account_reply(struct coordinator *self,
                   const struct peer *peer,
                   size_t unit,
                   const struct reply *reply)
{
    struct ledger_row *row = ledger_row(&self->ledger, peer->rank, peer->held);
    struct ledger_cell *cell = cell_of(self, unit);
    const double prefill_s = (double)reply->prefill_ns / 1e9;
    const double decode_s = (double)reply->decode_ns / 1e9;

    row->units++;
    row->prefill_s += prefill_s;
    row->decode_s += decode_s;
    row->reply_tokens += reply->reply_tokens;
    row->prompt_tokens += reply->prompt_tokens;
    if (!cell)
        return;
    cell->units++;
    cell->prefill_s += prefill_s;
    cell->decode_s += decode_s;
    cell->reply_tokens += reply->reply_tokens;
    cell->prompt_tokens += reply->prompt_tokens;
}

/* So many seconds of one worker that were taken for work on its lead's model.
 */
static void move_load(struct coordinator *self,
                      const struct peer *lead,
                      struct peer *peer,
                      double more_s)
{
    struct ledger_row *row = ledger_row(&self->ledger, peer->rank, lead->held);
    double taken_s = fmin(more_s, peer->open_s);

    peer->open_s -= taken_s;
    row->load_s += taken_s;
    more_s -= taken_s;
    if (lead->first_model == lead->held) {
        struct ledger_cell *cell =
            ledger_cell(&self->ledger, lead->first_model, lead->first_task);

        taken_s = fmin(more_s, fmin(cell->generate_s, row->generate_s));
        cell->generate_s -= taken_s;
        row->generate_s -= taken_s;
        row->load_s += taken_s;
    }
}

/* A backend may load behind its first unit: known only when that is answered,
 * before or after which the load is told. */
void account_load(struct coordinator *self, struct peer *peer, double load_s)
{
    const double more_s = load_s - peer->loading_s;

    peer->loading_s = 0;
    if (!(more_s > 0) || peer->held < 0)
        return;
    move_load(self, peer, peer, more_s);
    if (schedule_lead(self->params.schedule, peer->rank - 1) != peer->rank - 1)
        return;
    for (size_t i = 0; i < self->num_peers; i++) {
        if (lead_of(self, &self->peers[i]) == peer)
            move_load(self, peer, &self->peers[i], more_s);
    }
}
