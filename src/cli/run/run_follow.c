#include "cli/run/run_follow.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cli/run/run.h"
#include "cli/run/run_counts.h"
#include "cli/run/run_snapshot.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "follow/tracker.h"
#include "gather/journal.h"
#include "gather/reply_cache.h"
#include "schedule/schedule.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdlib.h>
#include <string.h>

static enum answer now(void *self, const struct ask *ask, struct reply *out)
{
    return roles_now(&((struct run *)self)->sweep->roles, ask, out);
}

static bool request_of(void *self, const struct ask *ask, struct request *out)
{
    return roles_request(&((struct run *)self)->sweep->roles, ask, out);
}

static int read_unit(void *self,
                     size_t unit,
                     struct record *out,
                     struct error *err)
{
    struct run *run = self;

    if (run->places[unit] == 0)
        return 0;
    return journal_read(run->journal, run->places[unit], out, err) < 0 ? -1 : 1;
}

static int read_place(void *self,
                      uint64_t place,
                      struct record *out,
                      struct error *err)
{
    return journal_read(((struct run *)self)->journal, place, out, err);
}

/* Without a try: nobody was asked, and nothing paid. */
static int recall(void *self,
                  enum role role,
                  struct hash128 id,
                  struct tracker_record *safe,
                  struct reply *out,
                  struct error *err)
{
    struct run *run = self;
    struct record record = { .role = role,
                             .attempt = 0,
                             .finished_ms = clock_unix_ms() };

    if (!reply_cache_get(run->cache, id, out))
        return 0;
    if (!run_snapshot_fits(run, role, out)) {
        reply_release(out);
        return 0;
    }
    if (!safe)
        return 1;
    record.reply = *out; /* borrows; never released */
    if (journal_append(run->journal, &record, &safe->ticket, &safe->place, err)
        == 0) {
        run_snapshot_remember(run, &record);
        return 1;
    }
    reply_release(out);
    return -1;
}

static void add(void *self,
                size_t unit,
                enum role role,
                const struct request *request)
{
    struct run *run = self;
    const size_t model = (size_t)run->model_of_role[role];
    const size_t task = run->sweep->dataset->num_tasks + role;
    double tokens = request->sampling.max_tokens;

    for (uint32_t i = 0; i < request->num_messages; i++) {
        tokens +=
            (double)strlen(request->messages[i].text) / REQUEST_CHARS_PER_TOKEN;
    }
    run_counts_add(run->counts, model, task);
    if (tracker_has_failed(run->tracker, unit))
        run_counts_fail(run->counts, model, task);
    (void)schedule_add(run->schedule, (int)model, task, tokens);
    coordinator_grow(run->coordinator, unit + 1);
}

/* Every task under every evaluator that may ask somebody there is. */
static size_t find_subjects(const struct sweep *sweep,
                            struct tracker_subject *out)
{
    const struct manifest *manifest = sweep->manifest;
    const unsigned roles = roles_dispatched(&sweep->roles);
    size_t num = 0;

    for (size_t c = 0; c < manifest->num_columns; c++) {
        const struct evaluator_ops *evaluator =
            evaluator_find(manifest->columns[c].evaluator);
        bool is_new = evaluator && (evaluator->roles & roles);
        size_t task = 0;

        while (task < sweep->dataset->num_tasks
               && strcmp(sweep->tasks[task].name, manifest->columns[c].task)
                      != 0)
            task++;
        for (size_t i = 0; i < num; i++) {
            if (out[i].task == task && out[i].evaluator == evaluator)
                is_new = false;
        }
        if (is_new && task < sweep->dataset->num_tasks)
            out[num++] = (struct tracker_subject){ task, evaluator };
    }
    return num;
}

void run_follow_create(struct run *run)
{
    const struct sweep *sweep = run->sweep;
    struct tracker_subject *subjects =
        mem_alloc(sweep->manifest->num_columns, sizeof *subjects);
    struct tracker_params params = {
        .plan = sweep->plan,
        .subjects = subjects,
        .num_subjects = find_subjects(sweep, subjects),
        .prompts = &sweep->dataset->prompts,
        .hooks = { .self = run,
                   .now = now,
                   .request = request_of,
                   .read_unit = read_unit,
                   .read_place = read_place,
                   .recall = run->cache ? recall : NULL,
                   .add = add },
    };

    run->tracker = tracker_create(&params);
    free(subjects);
}

void run_follow_catch_up(struct run *run)
{
    for (size_t i = 0; i < run->sweep->plan->num_units; i++) {
        if (run->places[i] != 0)
            tracker_recorded(run->tracker, i, run->places[i], 0);
    }
}

int run_follow_up(struct run *run, struct error *err)
{
    uint64_t ticket = 0;

    if (!tracker_is_busy(run->tracker))
        return 0;
    if (journal_synced(run->journal, &ticket, err) < 0)
        return -1;
    return tracker_step(run->tracker, ticket, err);
}

int run_settle(struct run *run, struct error *err)
{
    int rc;

    do {
        rc = tracker_step(run->tracker, UINT64_MAX, err);
    } while (rc > 0);
    return rc;
}

static enum answer answer(void *self, const struct ask *ask, struct reply *out)
{
    struct run *run = self;
    struct request request = { 0 };
    struct record record = { 0 };
    struct error err = { 0 };
    enum answer answer = now(self, ask, out);
    uint64_t place;

    if (answer != ANSWER_NONE || !request_of(self, ask, &request))
        return answer;
    place = tracker_place(run->tracker, request.unit);
    request_release(&request);
    if (place == 0 || read_place(self, place, &record, &err) < 0)
        return ANSWER_NONE;
    return roles_take(&record, out);
}

struct answerer run_answerer(struct run *run)
{
    return (struct answerer){ .self = run, .answer = answer };
}
