#include "dispatch/book.h"

#include "base/clock.h"
#include "base/mem.h"
#include "dispatch/pending.h"
#include "dispatch/protocol.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"
#include "trustsweep/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum unit_state {
    UNIT_FREE = 0,
    UNIT_LEASED,
    UNIT_APPENDED,
    UNIT_ON_DISK,
    UNIT_LEFT_OUT,
};

enum {
    /* A worker's end is rarely the fault of what it had in hand, so a unit may
     * be lost more often than it may fail; but not for ever. */
    LOSSES_PER_ATTEMPT = 4,
    MAX_BACKOFF_MS = 5 * 60 * 1000,
    MAX_COUNT = 250,
};

struct unit {       /* 12 bytes: there may be millions */
    uint32_t epoch; /* of its last lease */
    uint16_t rank;  /* that has it, or whose record was taken */
    uint8_t state;
    uint8_t num_failures;
    uint8_t num_losses;
    uint8_t num_lone;   /* of these, with nothing else in hand */
    uint8_t is_suspect; /* was in a backend that broke, or in a lost worker */
};

struct book {
    struct book_params params;
    struct book_totals totals;
    struct unit *units; /* [work.num_units] */
    size_t cap_units;
    struct pending pending;
};

/* Of units first .. end - 1: those of an earlier run, which have a record, and
 * those left out, which have none. */
static void count_settled(struct book *self, size_t first, size_t end)
{
    const struct work *work = &self->params.work;

    for (size_t i = first; i < end; i++) {
        if (work->is_done(work->self, i)) {
            self->units[i].state = UNIT_ON_DISK;
            self->totals.num_before++;
            self->totals.num_failed +=
                work->has_failed && work->has_failed(work->self, i);
            self->totals.num_done++;
        } else if (work->is_left_out && work->is_left_out(work->self, i)) {
            self->units[i].state = UNIT_LEFT_OUT;
            self->totals.num_left_out++;
        } else {
            continue;
        }
        schedule_done(self->params.schedule, i);
    }
}

struct book *book_create(const struct book_params *params)
{
    struct book *self = mem_alloc(1, sizeof *self);
    const struct work *work = &params->work;

    self->params = *params;
    self->units = mem_reserve(NULL,
                              &self->cap_units,
                              work->num_units,
                              sizeof *self->units);
    memset(self->units, 0, work->num_units * sizeof *self->units);
    count_settled(self, 0, work->num_units);
    return self;
}

void book_destroy(struct book *self)
{
    if (!self)
        return;
    free(self->units);
    pending_release(&self->pending);
    free(self);
}

void book_grow(struct book *self, size_t num_units)
{
    size_t *num = &self->params.work.num_units;

    self->units = mem_reserve(self->units,
                              &self->cap_units,
                              num_units,
                              sizeof *self->units);
    memset(self->units + *num, 0, (num_units - *num) * sizeof *self->units);
    count_settled(self, *num, num_units);
    *num = num_units;
}

void book_lease(struct book *self, size_t unit, int rank, uint32_t epoch)
{
    struct unit *of = &self->units[unit];

    of->state = UNIT_LEASED;
    of->rank = (uint16_t)rank;
    of->epoch = epoch;
}

bool book_is_leased(const struct book *self, size_t unit, uint32_t epoch)
{
    const struct unit *of = &self->units[unit];

    return of->state == UNIT_LEASED && of->epoch == epoch;
}

bool book_lease_of(const struct book *self,
                   size_t unit,
                   int *rank,
                   uint32_t *epoch)
{
    *rank = self->units[unit].rank;
    *epoch = self->units[unit].epoch;
    return self->units[unit].state == UNIT_LEASED;
}

int book_rank(const struct book *self, size_t unit)
{
    return self->units[unit].rank;
}

uint32_t book_attempt(const struct book *self, size_t unit)
{
    const struct unit *of = &self->units[unit];

    return 1U + of->num_failures + of->num_losses;
}

bool book_alone(const struct book *self, size_t unit)
{
    return self->units[unit].is_suspect != 0;
}

static int append(struct book *self,
                  size_t unit,
                  int rank,
                  const struct record *record,
                  struct error *err)
{
    struct sink *sink = &self->params.sink;
    struct unit *of = &self->units[unit];
    struct pending_entry entry = { .unit = unit, .rank = rank };

    if (sink->append(sink->self, unit, record, &entry.ticket, err) < 0)
        return -1;
    of->state = UNIT_APPENDED;
    of->rank = (uint16_t)rank;
    pending_add(&self->pending, entry);
    schedule_done(self->params.schedule, unit);
    self->totals.num_failed += record->reply.state == STATE_FAILED;
    self->totals.num_overlong += record->reply.state == STATE_OVERLONG;
    self->totals.reply_tokens += record->reply.reply_tokens;
    self->totals.prompt_tokens += record->reply.prompt_tokens;
    return 0;
}

enum book_taken book_take(struct book *self,
                          size_t unit,
                          int rank,
                          const struct record *record,
                          struct error *err)
{
    const struct unit *of;

    if (unit >= self->params.work.num_units)
        return BOOK_UNKNOWN;
    of = &self->units[unit];
    if (of->state == UNIT_ON_DISK || of->state == UNIT_LEFT_OUT)
        return BOOK_ON_DISK;
    if (of->state == UNIT_APPENDED) {
        /* The same worker again is told anyway; another one must be, too. */
        if (of->rank != rank) {
            struct pending_entry entry = pending_last(&self->pending);

            entry.unit = unit;
            entry.rank = rank;
            pending_add(&self->pending, entry);
        }
        return BOOK_PENDING;
    }
    if (append(self, unit, rank, record, err) < 0)
        return BOOK_BROKEN;
    return BOOK_RECORDED;
}

/* num_attempts: of the unit itself; 0 = it was never tried. */
static int record_failed(struct book *self,
                         size_t unit,
                         uint32_t num_attempts,
                         const char *why,
                         struct error *err)
{
    const struct work *work = &self->params.work;
    struct unit *of = &self->units[unit];
    struct record record = {
        .reply = { .unit = work->id(work->self, unit) },
        .rank = of->rank,
        .attempt = num_attempts,
        .finished_ms = clock_unix_ms(),
    };
    int rc;

    reply_fail(&record.reply, STATE_FAILED, why);
    rc = append(self, unit, 0, &record, err);
    record_release(&record);
    return rc;
}

int book_give_up(struct book *self,
                 size_t unit,
                 const char *why,
                 struct error *err)
{
    return record_failed(self, unit, 0, why, err);
}

static void give_back(struct book *self, size_t unit, int64_t delay_ms)
{
    self->units[unit].state = UNIT_FREE;
    schedule_return(self->params.schedule, unit, clock_ms() + delay_ms);
}

static int64_t backoff(const struct book *self, int num_failures)
{
    int64_t delay_ms = self->params.backoff_ms;

    for (int i = 1; i < num_failures && delay_ms < MAX_BACKOFF_MS; i++)
        delay_ms *= 2;
    return delay_ms < MAX_BACKOFF_MS ? delay_ms : MAX_BACKOFF_MS;
}

int book_fail(struct book *self,
              size_t unit,
              const struct failure *failure,
              struct error *err)
{
    struct unit *of = &self->units[unit];
    const char *why = failure->why ? failure->why : "failed";

    self->totals.num_retries++;
    if (failure->kind == FAILURE_BROKEN && !failure->alone) {
        /* One of several is to blame.  Each gets a backend to itself next
         * time, and only then does a failure count. */
        of->is_suspect = 1;
        give_back(self, unit, 0);
        return 0;
    }
    if (of->num_failures < MAX_COUNT)
        of->num_failures++;
    if (of->num_failures >= self->params.max_attempts) {
        self->totals.num_retries--;
        return record_failed(self, unit, of->num_failures, why, err);
    }
    give_back(self, unit, backoff(self, of->num_failures));
    return 0;
}

static int quarantine(struct book *self, size_t unit, struct error *err)
{
    const struct unit *of = &self->units[unit];
    char why[160];

    (void)snprintf(why,
                   sizeof why,
                   "quarantined: %d worker%s lost while holding it, %d of them "
                   "with nothing else in hand",
                   of->num_losses,
                   of->num_losses == 1 ? " was" : "s were",
                   of->num_lone);
    self->totals.num_quarantined++;
    return record_failed(self,
                         unit,
                         (uint32_t)of->num_failures + of->num_losses,
                         why,
                         err);
}

int book_lost(struct book *self, size_t unit, bool was_alone, struct error *err)
{
    struct unit *of = &self->units[unit];

    if (of->num_losses < MAX_COUNT) {
        of->num_losses++;
        of->num_lone += was_alone;
    }
    of->is_suspect = 1;
    if (of->num_lone >= self->params.max_attempts
        || of->num_losses >= LOSSES_PER_ATTEMPT * self->params.max_attempts)
        return quarantine(self, unit, err);
    self->totals.num_retries++;
    give_back(self, unit, was_alone ? backoff(self, of->num_lone) : 0);
    return 0;
}

int book_quarantine(struct book *self, struct error *err)
{
    /* Whoever killed all workers at once is not what one of them held. */
    const bool was_useful = self->totals.num_done > self->totals.num_before;
    const int min_losses = was_useful ? 2 : 1;
    int num = 0;

    for (size_t i = 0; i < self->params.work.num_units; i++) {
        const struct unit *of = &self->units[i];

        if (of->state != UNIT_FREE || of->num_lone == 0
            || of->num_losses < min_losses)
            continue;
        if (quarantine(self, i, err) < 0)
            return -1;
        num++;
    }
    return num;
}

void book_untried(struct book *self, size_t unit)
{
    give_back(self, unit, 0);
}

int book_sync(struct book *self,
              book_ack_fn ack,
              void *context,
              struct error *err)
{
    const struct work *work = &self->params.work;
    struct sink *sink = &self->params.sink;
    struct pending_entry entry;
    uint64_t ticket = 0;
    int num = 0;

    if (sink->synced(sink->self, &ticket, err) < 0)
        return -1;
    while (pending_take(&self->pending, ticket, &entry)) {
        struct unit *of = &self->units[entry.unit];

        if (of->state == UNIT_APPENDED) {
            of->state = UNIT_ON_DISK;
            self->totals.num_done++;
        }
        ack(context, entry.rank, work->id(work->self, entry.unit));
        num++;
    }
    return num;
}

bool book_is_settled(const struct book *self)
{
    return pending_is_empty(&self->pending);
}

const struct book_totals *book_totals(const struct book *self)
{
    return &self->totals;
}
