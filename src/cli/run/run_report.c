#include "cli/run/run_report.h"

#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/parts/show.h"
#include "cli/run/run.h"
#include "dispatch/coordinator.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

/* Of units that failed: which model could not be loaded at all, if one. */
const char *run_report_failures(struct run *run)
{
    for (size_t i = 0; i < run->num_models; i++) {
        const char *why = coordinator_given_up(run->coordinator, i);

        if (why) {
            free(run->reason);
            run->reason = text_format("model '%s': %s; mend that and run the "
                                      "same command again: what was not tried "
                                      "is tried then",
                                      run->models[i].name,
                                      why);
            return run->reason;
        }
    }
    const struct coordinator_view *view = coordinator_view(run->coordinator);
    const char *way_out = "results.h5 says which and why ('trustsweep "
                          "export results.h5 --format jsonl' writes it out), "
                          "and --retry-failed tries them again";

    free(run->reason);
    run->reason =
        view->num_quarantined > 0
            ? text_format("%zu items failed, %zu of them quarantined since "
                          "workers were lost with them; %s",
                          view->num_failed,
                          view->num_quarantined,
                          way_out)
            : text_format("%zu item%s failed; %s",
                          view->num_failed,
                          view->num_failed == 1 ? "" : "s",
                          way_out);
    return run->reason;
}

/* A smaller run over a larger one: the file is replaced with fewer units. */
void run_report_left_out(const struct run *run)
{
    if (run->num_left_out == 0)
        return;
    fprintf(stderr,
            "trustsweep run: results.h5 leaves out %zu answer%s of earlier "
            "runs here, which this job does not ask for; the journal keeps "
            "them, and the job as it was before writes them again\n",
            run->num_left_out,
            run->num_left_out == 1 ? "" : "s");
}

void run_report_end(const struct run *run, bool has_results)
{
    char *program = show_program();
    char *folder = run_dir_file(run->dir, "");
    struct error err = { 0 };

    if (!has_results) {
        printf("\n%s: %s\n", run->state.state, run->state.reason);
        (void)fflush(stdout);
        free(folder);
        free(program);
        return;
    }
    if (show_board(run->results_path, PROFILE_PAPER, true, &err) < 0)
        fprintf(stderr, "trustsweep run: %s\n", err.text);
    printf("\n%s%s%s\nresults: %s\ndigest:  %s\n\nworth trying next:\n"
           "  %s report %s\n"
           "  %s analyze %s --profile corrected\n"
           "  %s score %s -o again.h5\n"
           "  h5dump -H %s\n",
           run->state.state,
           run->state.reason ? ": " : "",
           run->state.reason ? run->state.reason : "",
           run->results_path,
           run->digest,
           program,
           run->results_path,
           program,
           run->results_path,
           program,
           folder,
           run->results_path);
    (void)fflush(stdout);
    free(folder);
    free(program);
}
