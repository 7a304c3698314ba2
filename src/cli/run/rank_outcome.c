#include "cli/run/rank_outcome.h"

#include "base/file.h"
#include "cli/parts/command.h"
#include "cli/run/run.h"
#include "cli/run/run_gpus.h"
#include "cli/run/run_report.h"
#include "cli/run/run_snapshot.h"
#include "cli/run/run_state.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep.h"
#include "dispatch/coordinator.h"

#include <stdlib.h>

static const char *reason_of_part(const struct run *run)
{
    char *folder = path_folder(run->results_path);
    const bool is_last = part_is_last(folder);

    free(folder);
    return is_last ? "this part is complete, and so is the other one: the same "
                     "command without --where makes one results file of both"
                   : "this part is complete; when the other one is, too, "
                     "the same command without --where makes one "
                     "results file of both";
}

/* Every unit has its record.  Where none of them holds an answer, nothing was
 * measured. */
static void conclude_done(struct run *run)
{
    const struct coordinator_view *view = coordinator_view(run->coordinator);

    run->state.is_complete = !run_gpus_wait(run);
    run->state.state = !run->state.is_complete    ? "unfinished"
                       : run_report_is_empty(run) ? "failed"
                                                  : "done";
    run->state.exit_status =
        view->num_failed > 0 || run_snapshot_has_changed(run) ? EXIT_RECORDED
                                                              : EXIT_GOOD;
    if (view->num_failed > 0) {
        run->state.reason = run_report_failures(run);
    } else if (run->sweep->is_part) {
        run->state.reason = reason_of_part(run);
    }
}

void rank_outcome(struct run *run,
                  enum stopping_stage stage,
                  const char *stopped_why)
{
    run->state.view = coordinator_view(run->coordinator);
    run->state.digest = run->digest;
    run->state.reason = NULL;
    run->state.stage = NULL;
    run->state.state = "unfinished";
    run->state.exit_status = EXIT_RECORDED;
    switch (coordinator_state(run->coordinator)) {
    case COORDINATOR_DONE:
        conclude_done(run);
        break;
    case COORDINATOR_DRAINED:
        run->state.reason = stopped_why;
        break;
    case COORDINATOR_ABANDONED:
        run->state.start_again = true;
        run->state.reason = "no worker is left (see log/ and the messages "
                            "above); the same command goes on from here";
        break;
    case COORDINATOR_RUNNING:
        if (stage >= STOPPING_LEAVE) {
            run->state.reason = stopped_why;
            break;
        }
        run->state.state = "failed";
        run->state.exit_status = EXIT_FAILED;
        break;
    case COORDINATOR_BROKEN:
        run->state.state = "failed";
        run->state.exit_status = EXIT_FAILED;
        break;
    }
}
