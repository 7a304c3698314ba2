#include "cli/sweep/answered.h"

#include "base/file.h"
#include "base/mem.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep.h"
#include "gather/journal.h"
#include "trustsweep/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct answered {
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
    struct answered *self = context;
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

static bool read_journal(const char *dir, struct answered *self)
{
    char *folder = path_join(dir, "journal");
    struct journal_params params;
    struct journal *journal = NULL;
    bool is_there;

    journal_params_defaults(&params);
    params.folder = folder;
    params.is_read_only = true;
    if (journal_is_there(folder))
        journal = journal_open(&params, visit, self, NULL);
    is_there = journal != NULL;
    journal_close(journal);
    free(folder);
    return is_there;
}

bool answered_find(const char *dir, const struct sweep *sweep, bool *has)
{
    struct answered self = { .sweep = sweep, .has = has };

    return read_journal(dir, &self) && !self.is_open;
}

/* A run takes over what the login node's part holds. */
static void find_in_part(const char *dir, const struct sweep *sweep, bool *has)
{
    const size_t num = sweep->plan->num_units;
    bool *theirs = mem_alloc(num + 1, sizeof *theirs);
    struct answered self = { .sweep = sweep, .has = theirs };
    char *part = part_login_folder(dir);

    (void)read_journal(part, &self);
    for (size_t i = 0; i < num; i++)
        has[i] = has[i] || theirs[i];
    free(part);
    free(theirs);
}

static void tell(size_t num_has, size_t num_asked)
{
    if (num_has == num_asked) {
        fprintf(stderr,
                "all %zu items are on disk already: nothing is left to ask\n",
                num_asked);
        return;
    }
    fprintf(stderr,
            "%zu of %zu items are on disk already: this is for the rest\n",
            num_has,
            num_asked);
}

void answered_leave_out(const char *dir, struct sweep *sweep, bool may_be_all)
{
    const size_t num = sweep->plan->num_units;
    bool *has = mem_alloc(num + 1, sizeof *has);
    size_t num_has = 0;
    size_t num_asked = 0;

    (void)answered_find(dir, sweep, has);
    find_in_part(dir, sweep, has);
    for (size_t i = 0; i < num; i++) {
        const bool is_asked = !(sweep->is_skipped && sweep->is_skipped[i]);

        num_asked += is_asked;
        num_has += is_asked && has[i];
    }
    if (num_has == 0 || (num_has == num_asked && !may_be_all)) {
        free(has);
        return;
    }
    for (size_t i = 0; sweep->is_skipped && i < num; i++)
        has[i] = has[i] || sweep->is_skipped[i];
    free(sweep->is_skipped);
    sweep->is_skipped = has;
    tell(num_has, num_asked);
}
