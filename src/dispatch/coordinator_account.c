#include "base/mem.h"
#include "dispatch/coordinator_parts.h"
#include "schedule/schedule.h"
#include "trustsweep/reply.h"

#include <math.h>
#include <stdlib.h>

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

/* The cell of a unit; false when there is none. */
static bool find_cell(const struct coordinator *self,
                      size_t unit,
                      int *model,
                      size_t *task)
{
    if (unit >= self->params.work.num_units)
        return false;
    *model = schedule_model_of(self->params.schedule, unit);
    *task = schedule_task_of(self->params.schedule, unit);
    return true;
}

/* It has nothing to do: for want of an answer about the reply to `waiting`, or of
 * anything. */
static void pass_idle(struct coordinator *self,
                      const struct peer *peer,
                      double seconds,
                      size_t waiting)
{
    struct ledger *ledger = &self->ledger;
    int model;
    size_t task;

    if (!peer->has_said_hello || peer->is_resting
        || !find_cell(self, waiting, &model, &task)) {
        ledger_row(ledger, peer->rank, peer->held)->idle_s += seconds;
        return;
    }
    ledger_row(ledger, peer->rank, model)->judge_wait_s += seconds;
    ledger_cell(ledger, model, task)->judge_wait_s += seconds;
}

void account_pass(struct coordinator *self,
                  struct peer *peer,
                  double seconds,
                  size_t waiting)
{
    struct ledger *ledger = &self->ledger;

    if (peer->is_lost) {
        ledger_row(ledger, peer->rank, SCHEDULE_NO_MODEL)->wasted_s += seconds;
    } else if (peer->has_said_hello && peer->doing == WORKER_LOADING) {
        ledger_row(ledger, peer->rank, peer->doing_model)->load_s += seconds;
        peer->loading_s += seconds;
    } else if (is_lent(self, peer, seconds)) {
        return;
    } else if (peer_num_open(peer) > 0 && !self->is_stopping) {
        peer->open_s += seconds;
    } else if (peer->num_twice > 0 && peer->doing == WORKER_GENERATING) {
        /* on what another one has by now as well */
        ledger_row(ledger, peer->rank, peer->held)->wasted_s += seconds;
    } else {
        pass_idle(self, peer, seconds, waiting);
    }
}

/* What a worker was at work for. */
struct work_done {
    bool has_cell;
    int model;
    size_t task;
    bool is_wasted;
    double prefill_part; /* of its seconds */
};

static void book_work(struct ledger_seconds *to,
                      const struct work_done *work,
                      double seconds)
{
    if (work->is_wasted) {
        to->wasted_s += seconds;
    } else {
        to->prefill_s += seconds * work->prefill_part;
        to->decode_s += seconds * (1 - work->prefill_part);
    }
}

static void book_open(struct coordinator *self,
                      struct peer *peer,
                      const struct work_done *work)
{
    struct ledger *ledger = &self->ledger;

    book_work(ledger_row(ledger, peer->rank, work->model), work, peer->open_s);
    if (work->has_cell) {
        book_work(ledger_cell(ledger, work->model, work->task),
                  work,
                  peer->open_s);
    }
    peer->open_s = 0;
}

/* What it was at work for, and so were those who lend to it. */
static void book_all(struct coordinator *self,
                     struct peer *lead,
                     const struct work_done *work)
{
    book_open(self, lead, work);
    if (schedule_lead(self->params.schedule, lead->rank - 1) != lead->rank - 1)
        return;
    for (size_t i = 0; i < self->num_peers; i++) {
        if (lead_of(self, &self->peers[i]) == lead)
            book_open(self, &self->peers[i], work);
    }
}

/* Of the model that it holds where no cell is known. */
static struct work_done work_on(const struct coordinator *self,
                                const struct peer *peer,
                                size_t unit)
{
    struct work_done work = { .model = peer->held };

    work.has_cell = find_cell(self, unit, &work.model, &work.task);
    return work;
}

void account_waste(struct coordinator *self, struct peer *peer, size_t unit)
{
    struct work_done work = work_on(self, peer, unit);

    work.is_wasted = true;
    book_all(self, peer, &work);
}

static void count_reply(struct ledger_seconds *to, const struct reply *reply)
{
    to->units++;
    to->reply_tokens += reply->reply_tokens;
    to->prompt_tokens += reply->prompt_tokens;
}

void account_reply(struct coordinator *self,
                   struct peer *peer,
                   size_t unit,
                   const struct reply *reply)
{
    struct work_done work = work_on(self, peer, unit);
    const double prefill = (double)reply->prefill_ns;

    work.prefill_part =
        prefill > 0 ? prefill / (prefill + (double)reply->decode_ns) : 0;
    book_all(self, peer, &work);
    count_reply(ledger_row(&self->ledger, peer->rank, work.model), reply);
    if (!work.has_cell)
        return;
    count_reply(ledger_cell(&self->ledger, work.model, work.task), reply);
    if (peer->first_model < 0) {
        peer->first_model = work.model;
        peer->first_task = work.task;
    }
}

/* Of what both have as work, so many seconds become a load, which stands in rows
 * alone. */
static void unbook(struct ledger_seconds *row,
                   struct ledger_seconds *cell,
                   double most_s)
{
    const double prefill_s = fmin(row->prefill_s, cell->prefill_s);
    const double decode_s = fmin(row->decode_s, cell->decode_s);
    const double both_s = prefill_s + decode_s;
    const double part = both_s > 0 ? fmin(1, most_s / both_s) : 0;

    row->prefill_s -= part * prefill_s;
    cell->prefill_s -= part * prefill_s;
    row->decode_s -= part * decode_s;
    cell->decode_s -= part * decode_s;
    row->load_s += part * both_s;
}

/* So many seconds of one worker that were taken for work on its lead's model.
 */
static void move_load(struct coordinator *self,
                      const struct peer *lead,
                      struct peer *peer,
                      double more_s)
{
    struct ledger_seconds *row =
        ledger_row(&self->ledger, peer->rank, lead->held);
    const double taken_s = fmin(more_s, peer->open_s);

    peer->open_s -= taken_s;
    row->load_s += taken_s;
    if (lead->first_model == lead->held) {
        unbook(row,
               ledger_cell(&self->ledger, lead->first_model, lead->first_task),
               more_s - taken_s);
    }
}

void account_loaded(struct coordinator *self, const struct peer *peer)
{
    ledger_row(&self->ledger, peer->rank, peer->held)->loads++;
    if (schedule_lead(self->params.schedule, peer->rank - 1) != peer->rank - 1)
        return;
    for (size_t i = 0; i < self->num_peers; i++) {
        if (lead_of(self, &self->peers[i]) == peer)
            ledger_row(&self->ledger, self->peers[i].rank, peer->held)->loads++;
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

const struct ledger_view *coordinator_ledger(struct coordinator *self)
{
    struct ledger_open *open = mem_alloc(self->num_peers, sizeof *open);
    size_t num = 0;

    for (size_t i = 0; i < self->num_peers; i++) {
        const struct peer *peer = &self->peers[i];
        const struct peer *lead = lead_of(self, peer);

        if (peer->open_s > 0) {
            open[num++] = (struct ledger_open){
                .rank = peer->rank,
                .model = lead ? lead->held : peer->held,
                .seconds = peer->open_s,
            };
        }
    }
    self->ledger_view = ledger_view(&self->ledger, open, num);
    self->ledger_view.num_ranks = self->num_peers;
    self->ledger_view.allocated_s =
        (double)(self->step_ms - self->begin_ms) / 1e3;
    free(open);
    return &self->ledger_view;
}
