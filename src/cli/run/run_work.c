#include "cli/run/run_work.h"

#include "cli/run/run.h"
#include "cli/run/run_counts.h"
#include "cli/run/run_gpus.h"
#include "cli/run/run_snapshot.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "follow/tracker.h"
#include "gather/journal.h"
#include "gather/reply_cache.h"
#include "schedule/schedule.h"
#include "trustsweep/record.h"
#include "trustsweep/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Units of the plan come first, follow-ups behind them. */
static bool is_planned(const struct run *run, size_t unit)
{
    return unit < run->sweep->plan->num_units;
}

static struct hash128 id_of(void *self, size_t unit)
{
    const struct run *run = self;

    if (!is_planned(run, unit))
        return tracker_id(run->tracker, unit);
    return run->sweep->plan->units[unit].id;
}

static size_t find_unit(void *self, struct hash128 id)
{
    const struct run *run = self;
    size_t unit = plan_find(run->sweep->plan, id);

    return unit == SIZE_MAX ? tracker_find(run->tracker, id) : unit;
}

static void request_of(void *self, size_t unit, struct request *out)
{
    const struct run *run = self;

    if (is_planned(run, unit)) {
        sweep_request(run->sweep, unit, out);
    } else {
        request_copy(out, tracker_request(run->tracker, unit));
    }
}

static bool is_done(void *self, size_t unit)
{
    const struct run *run = self;

    return is_planned(run, unit) ? run->places[unit] != 0
                                 : tracker_is_done(run->tracker, unit);
}

static bool is_left_out(void *self, size_t unit)
{
    const struct run *run = self;

    return is_planned(run, unit) && run->sweep->is_skipped
           && run->sweep->is_skipped[unit];
}

static bool has_failed(void *self, size_t unit)
{
    const struct run *run = self;

    return is_planned(run, unit) ? run->has_failed[unit]
                                 : tracker_has_failed(run->tracker, unit);
}

/* Until all records of earlier starts have been looked through: the questions that
 * the last one had.  Answered ones are in the journal; of the others only their
 * number is known, and when the job asks for less now it is too high so long. */
static struct work_expected expected(void *self)
{
    const struct run *run = self;
    const size_t num_added = tracker_num_added(run->tracker);
    struct work_expected out = { 0 };

    if (!tracker_is_catching_up(run->tracker))
        return out;
    out.num_done = tracker_num_expected(run->tracker, &out.num_failed);
    out.num_units = out.num_done;
    if (run->num_asked_before > num_added + out.num_units)
        out.num_units = run->num_asked_before - num_added;
    return out;
}

static bool may_grow(void *self)
{
    return tracker_is_busy(((struct run *)self)->tracker);
}

/* Only once every model has answered: before that there is other work to wait
 * for as well. */
static size_t waits_for(void *self)
{
    struct run *run = self;
    const size_t num = run->sweep->plan->num_units;

    while (run->first_open < num
           && (run->places[run->first_open] != 0
               || is_left_out(run, run->first_open)))
        run->first_open++;
    return run->first_open < num ? SIZE_MAX : tracker_waits_for(run->tracker);
}

/* Into the journal; `places` has where it is, which is never 0, as files count from
 * 1: 0 is "not done". */
static int append(void *self,
                  size_t unit,
                  const struct record *record,
                  uint64_t *ticket,
                  struct error *err)
{
    struct run *run = self;
    struct record copy = *record; /* borrows; never released */
    uint64_t place = 0;

    if (!is_planned(run, unit))
        copy.role = tracker_role(run->tracker, unit);
    const bool fits = is_planned(run, unit) || run_snapshot_take(run, &copy);

    run_gpus_take(run, unit, &copy);
    const int rc = journal_append(run->journal, &copy, ticket, &place, err);

    if (fits && rc == 0 && run->cache && !is_planned(run, unit))
        reply_cache_add(run->cache, &copy.reply);
    if (!fits)
        reply_release(&copy.reply);
    if (rc < 0)
        return -1;
    if (is_planned(run, unit))
        run->places[unit] = place;
    if (record->reply.state == STATE_FAILED) {
        run_counts_fail(run->counts,
                        (size_t)schedule_model_of(run->schedule, unit),
                        schedule_task_of(run->schedule, unit));
    }
    tracker_recorded(run->tracker, unit, place, *ticket);
    return 0;
}

static int synced(void *self, uint64_t *ticket, struct error *err)
{
    return journal_synced(((struct run *)self)->journal, ticket, err);
}

struct work run_work_units(struct run *run)
{
    return (struct work){ .self = run,
                          .num_units = run->sweep->plan->num_units,
                          .id = id_of,
                          .find = find_unit,
                          .request = request_of,
                          .is_done = is_done,
                          .is_left_out = is_left_out,
                          .may_grow = may_grow,
                          .waits_for = waits_for,
                          .has_failed = has_failed,
                          .expected = expected };
}

struct sink run_work_sink(struct run *run)
{
    return (struct sink){ .self = run, .append = append, .synced = synced };
}
