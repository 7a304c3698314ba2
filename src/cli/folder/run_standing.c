#include "cli/folder/run_standing.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/folder/run_dir.h"
#include "cli/folder/run_starting.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { MAX_WAIT_S = 300 }; /* from "starting again" until rank 0 has begun */

double run_standing_age_s(const char *dir)
{
    char *path = path_join(dir, "run.json");
    struct stat status;
    double seconds = 0;

    if (stat(path, &status) == 0) {
        seconds =
            (double)clock_unix_ms() / 1000.0 - (double)status.st_mtim.tv_sec;
    }
    free(path);
    return seconds > 0 ? seconds : 0;
}

/* A stage in which no model is asked; NULL: there is none. */
static const char *other_stage(const struct cJSON *run)
{
    const char *stage = json_member_text(run, "stage");

    return text_equal(stage, RUN_STAGE_ANSWERING) ? NULL : stage;
}

/* Whether more comes although run.json has a last word, or nobody owns the folder:
 * of who starts the ranks again, or the next round of checkpoints.  Whoever
 * watches between two of their words would go away. */
static bool is_between(const struct cJSON *run,
                       const char *dir,
                       enum run_starting_sign starting)
{
    if (run_starting_has_rounds(dir))
        return true;
    return starting == RUN_STARTING_HEARD
           && (!json_member_bool(run, "is_final", false)
               || json_member_bool(run, "start_again", false));
}

/* The folder of a run that was killed has no living owner.  Nor has it one while
 * the command that started the ranks waits to start them again: a second start
 * would only be in its way.  How long their start takes nobody knows, so that
 * command's mark says more than the age of its word. */
struct run_standing run_standing_of(const struct cJSON *run, const char *dir)
{
    const char *state = json_member_text(run, "state");
    const bool is_in_use = run_dir_is_in_use(dir);
    const bool is_final = json_member_bool(run, "is_final", false);
    const bool is_waiting = !is_final && text_equal(state, RUN_STATE_WAITING);
    const char *stage = other_stage(run);
    const enum run_starting_sign starting = run_starting_look(dir);
    const bool is_again = !is_final && text_equal(state, RUN_STATE_AGAIN)
                          && (starting == RUN_STARTING_HEARD
                              || run_standing_age_s(dir) < MAX_WAIT_S);
    struct run_standing self = {
        .state = state ? state : "?",
        .reason = json_member_text(run, "reason"),
        .has_ended = (is_final || (!is_in_use && !is_again))
                     && !is_between(run, dir, starting),
        .is_waiting = is_waiting,
    };

    /* what its rank 0 has not written yet, who starts it has not said either; who
     * waits for checkpoints holds the folder, until a round begins */
    if (!(is_waiting && is_in_use) && !is_again
        && starting == RUN_STARTING_ON) {
        return (struct run_standing){ .state = RUN_STANDING_STARTING,
                                      .is_starting = true };
    }

    self.is_ending = is_in_use && json_member_bool(run, "is_ending", false);
    if (self.has_ended && !is_final) {
        self.state = RUN_STANDING_DEAD;
        self.reason = "the same command goes on from here";
        self.is_waiting = false;
    }
    if (!self.has_ended && !is_final && stage)
        self.state = stage;
    self.is_at_work =
        is_in_use && !is_final && !self.is_waiting && !is_again && !stage;
    return self;
}

/* "260 of 576 items" */
static void describe_stage(const struct cJSON *run, struct text *out)
{
    const double units = json_member_number(run, "stage_units");

    if (units > 0) {
        text_addf(out,
                  ", %.0f of %.0f items",
                  json_member_number(run, "stage_done"),
                  units);
    }
}

void run_standing_describe(const struct run_standing *self,
                           const struct cJSON *run,
                           struct text *out)
{
    const char *job = json_member_text(run, "job");
    const double pid = json_member_number(run, "pid");

    text_addf(out,
              "%s: %s",
              job ? job : "?",
              self->is_ending ? "ending" : self->state);
    if (text_equal(self->state, RUN_STANDING_DEAD) && pid > 0)
        text_addf(out, " (pid %.0f is gone)", pid);
    if (text_equal(self->state, other_stage(run)))
        describe_stage(run, out);
    text_addf(out,
              "%s%s\n",
              self->reason ? ": " : "",
              self->reason ? self->reason : "");
}
