#include "cli/run/run_failures.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/run/run.h"
#include "cli/sweep/sweep.h"
#include "gather/journal.h"
#include "trustsweep/record.h"

#include <stdlib.h>

/* A reason may name something of its unit, so that there are as many. */
enum { MAX_REASONS = 256 };

struct reason {
    struct run_failure failure;
    bool *has_model; /* [num_models of the job] */
};

static struct reason *reason_of(struct reason *list, size_t *num, char *why)
{
    for (size_t i = 0; i < *num; i++) {
        if (text_equal(list[i].failure.why, why))
            return &list[i];
    }
    if (*num == MAX_REASONS)
        return NULL;
    list[*num] = (struct reason){ .failure = { .why = mem_text(why) } };
    return &list[(*num)++];
}

static void add(struct reason *reason,
                const struct run *run,
                size_t unit,
                const struct record *record)
{
    struct run_failure *failure = &reason->failure;
    const size_t model = run->sweep->plan->units[unit].model;

    if (failure->num++ == 0) {
        failure->model = model;
        failure->is_tried = record->attempt > 0;
        reason->has_model =
            mem_alloc(run->sweep->job->num_models, sizeof(bool));
    }
    failure->num_models += !reason->has_model[model];
    reason->has_model[model] = true;
}

struct run_failure run_failures_most(struct run *run)
{
    struct reason *list = mem_alloc(MAX_REASONS, sizeof *list);
    struct run_failure most = { 0 };
    size_t num = 0;
    size_t best = 0;

    for (size_t i = 0; i < run->sweep->plan->num_units; i++) {
        struct record record = { 0 };
        struct reason *reason = NULL;

        if (run->places[i] == 0
            || journal_read(run->journal, run->places[i], &record, NULL) < 0)
            continue;
        if (record.reply.state == STATE_FAILED && record.reply.detail)
            reason = reason_of(list, &num, record.reply.detail);
        if (reason)
            add(reason, run, i, &record);
        record_release(&record);
    }
    for (size_t i = 1; i < num; i++) {
        if (list[i].failure.num > list[best].failure.num)
            best = i;
    }
    if (num > 0) {
        most = list[best].failure;
        list[best].failure.why = NULL;
    }
    for (size_t i = 0; i < num; i++) {
        free(list[i].failure.why);
        free(list[i].has_model);
    }
    free(list);
    return most;
}

void run_failure_release(struct run_failure *self)
{
    free(self->why);
    *self = (struct run_failure){ 0 };
}
