#include "cli/run/run_results.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_standing.h"
#include "cli/results/results.h"
#include "cli/run/progress.h"
#include "cli/run/rank_turn.h"
#include "cli/run/run.h"
#include "cli/run/run_report.h"
#include "cli/run/run_state.h"
#include "cli/run/state_keeper.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { RENEW_MS = 1000 };

struct watch {
    struct run *run;
    struct turn *turn;
    struct run_state shown;
    struct progress progress;
    int64_t renewed_ms;
};

static void show(struct watch *self)
{
    self->shown = turn_state(self->run, self->turn);
    self->shown.spent = self->run->state.spent;
}

/* Between two of these is one long step, in which the file is touched. */
static void renew(struct watch *self)
{
    self->renewed_ms = clock_ms();
    state_keeper_put(self->run->keeper, &self->shown);
    state_keeper_touch(self->run->keeper);
}

static int note(void *context, size_t num_done, size_t num_units)
{
    struct watch *self = context;
    const bool is_writing = num_done == num_units;
    const bool is_news = turn_listen_writing(self->turn);

    if (is_news)
        show(self);
    self->shown.stage = is_writing ? RUN_STAGE_WRITING : RUN_STAGE_SCORING;
    self->shown.stage_done = num_done;
    self->shown.stage_units = num_units;
    if (is_writing || is_news || clock_ms() - self->renewed_ms >= RENEW_MS)
        renew(self);
    if (progress_is_due(&self->progress))
        progress_show_stage(&self->progress, num_done, num_units);
    return self->turn->stage == STOPPING_NOW ? -1 : 0;
}

/* Before a file without answers takes its place; where the name is taken, what
 * is at hand is such a file too. */
static void keep_before(struct run *run, const char *kept)
{
    struct error why = { 0 };

    if (run->num_left_answers > 0 && file_exists(run->results_path)
        && !file_exists(kept) && link(run->results_path, kept) < 0
        && rename(run->results_path, kept) < 0) {
        (void)
            error_set_errno(&why, errno, "cannot keep the results as %s", kept);
        log_warn("%s; the journal has their answers", why.text);
    }
    run->has_kept_results = file_exists(kept);
}

/* The results of other settings stay beside those of a run in which nothing was
 * answered, as with a server that is down, until one with answers writes. */
static int write_results(struct run *run,
                         const struct results_params *params,
                         struct error *err)
{
    const bool is_empty = run_report_is_empty(run)
                          || coordinator_view(run->coordinator)->num_done == 0;
    char *kept = run_dir_file(run->dir, RUN_RESULTS_BEFORE);
    int rc;

    if (is_empty)
        keep_before(run, kept);
    rc = results_write(params, run->digest, err);
    if (rc == 0 && !is_empty)
        (void)unlink(kept);
    free(kept);
    return rc;
}

int run_results_write(struct run *run,
                      struct turn *turn,
                      const char *mpi,
                      bool is_quiet,
                      struct error *err)
{
    struct watch watch = { .run = run, .turn = turn };
    struct text text = { 0 };
    int rc;

    run_spend(run);
    show(&watch);
    watch.shown.stage = RUN_STAGE_SCORING;
    watch.shown.stage_units = run->sweep->plan->num_units;
    renew(&watch);
    run->state.view = coordinator_view(run->coordinator);
    run_state_format(&run->state, &text);
    progress_init(&watch.progress, is_quiet);
    struct results_params params = {
        .sweep = run->sweep,
        .source = run_source(run),
        .answerer = run_answerer(run),
        .path = run->results_path,
        .run_json = text_data(&text),
        .mpi = mpi,
        .spent = &run->spent,
        .note = note,
        .context = &watch,
    };
    rc = write_results(run, &params, err);
    progress_leave_stage(&watch.progress);
    text_release(&text);
    return rc;
}
