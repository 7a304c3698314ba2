#include "cli/batch/submit_recorded.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/sweep/sweep.h"
#include "gather/journal.h"
#include "trustsweep/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct recorded {
    const struct sweep *sweep;
    bool *has;
    bool is_open;
};

/* As a run takes over what is on disk: what failed without a try is asked
 * again. */
static int visit(void *context,
                 const struct record *record,
                 uint64_t place,
                 struct error *err)
{
    struct recorded *self = context;
    const bool is_again =
        record->reply.state == STATE_FAILED && record->attempt == 0;
    const size_t unit = plan_find(self->sweep->plan, record->reply.unit);

    (void)place;
    (void)err;
    if (record->role != ROLE_ANSWER) {
        self->is_open = self->is_open || is_again;
    } else if (unit != SIZE_MAX) {
        self->has[unit] = !is_again;
    }
    return 0;
}

bool submit_recorded_find(const char *dir, const struct sweep *sweep, bool *has)
{
    struct recorded self = { .sweep = sweep, .has = has };
    char *folder = path_join(dir, "journal");
    struct journal_params params;
    struct journal *journal = NULL;

    journal_params_defaults(&params);
    params.folder = folder;
    params.is_read_only = true;
    if (journal_is_there(folder))
        journal = journal_open(&params, visit, &self, NULL);
    self.is_open = self.is_open || !journal;
    journal_close(journal);
    free(folder);
    return !self.is_open;
}

void submit_recorded_leave_out(const char *dir, struct sweep *sweep)
{
    const size_t num = sweep->plan->num_units;
    bool *has = mem_alloc(num + 1, sizeof *has);
    size_t num_has = 0;
    size_t num_asked = 0;

    (void)submit_recorded_find(dir, sweep, has);
    for (size_t i = 0; i < num; i++) {
        const bool is_asked = !(sweep->is_skipped && sweep->is_skipped[i]);

        num_asked += is_asked;
        num_has += is_asked && has[i];
    }
    if (num_has == 0 || num_has == num_asked) {
        free(has);
        return;
    }
    for (size_t i = 0; sweep->is_skipped && i < num; i++)
        has[i] = has[i] || sweep->is_skipped[i];
    free(sweep->is_skipped);
    sweep->is_skipped = has;
    fprintf(stderr,
            "%zu of %zu items are on disk already: this is for the rest\n",
            num_has,
            num_asked);
}
