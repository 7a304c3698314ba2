#include "cli/run/run_parts.h"

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/run/run.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep.h"
#include "follow/tracker.h"
#include "gather/journal.h"
#include "trustsweep/error.h"
#include "trustsweep/record.h"

#include <stdlib.h>

struct adoption {
    struct run *run;
    size_t num;
};

bool run_parts_asks(const struct run *run, size_t unit)
{
    const struct sweep *sweep = run->sweep;

    return !run->part || unit == SIZE_MAX
           || text_equal(
               sweep->job->models[sweep->plan->units[unit].model].origin.where,
               run->part);
}

/* What is here already, or would be tried again, is left where it is.  What was
 * taken over as failed may have been answered there since. */
static bool is_wanted(const struct run *run, const struct record *record)
{
    const bool has_failed = record->reply.state == STATE_FAILED;
    const size_t unit = plan_find(run->sweep->plan, record->reply.unit);

    if (has_failed
        && (record->attempt == 0
            || (run->retry_failed && run_parts_asks(run, unit))))
        return false;
    if (record->role != ROLE_ANSWER)
        return tracker_place(run->tracker, record->reply.unit) == 0;
    return unit != SIZE_MAX
           && (run->places[unit] == 0
               || (run->has_failed[unit] && !has_failed));
}

static int adopt(void *context,
                 const struct record *record,
                 uint64_t place,
                 struct error *err)
{
    struct adoption *self = context;
    uint64_t ticket;

    if (!is_wanted(self->run, record))
        return 0;
    if (journal_append(self->run->journal, record, &ticket, &place, err) < 0)
        return -1;
    self->num++;
    return run_remember(self->run, record, place, err);
}

int run_parts_adopt(struct run *run, const char *dir, struct error *err)
{
    struct adoption self = { .run = run };
    struct journal_params params;
    char *part = part_login_folder(dir);
    char *folder = path_join(part, "journal");
    struct journal *journal;
    int rc = 0;

    journal_params_defaults(&params);
    params.folder = folder;
    params.job = run->sweep->job->name;
    params.is_read_only = true;
    if (file_is_folder(folder)) {
        journal = journal_open(&params, adopt, &self, err);
        rc = journal ? journal_flush(run->journal, err) : -1;
        journal_close(journal);
    }
    if (self.num > 0)
        log_info("%zu records are of %s", self.num, part);
    free(folder);
    free(part);
    return rc;
}

int run_parts_check(const struct run *run, struct error *err)
{
    const struct sweep *sweep = run->sweep;
    const struct plan *plan = sweep->plan;

    for (size_t i = 0; i < plan->num_units; i++) {
        if (run->places[i] != 0 || run_parts_asks(run, i)
            || (sweep->is_skipped && sweep->is_skipped[i]))
            continue;
        return error_set(err,
                         ERR_USAGE,
                         "model '%s' is asked on the login node, whose part is "
                         "complete but lacks some of the items of this job: "
                         "run that part again",
                         sweep->job->models[plan->units[i].model].name);
    }
    return 0;
}
