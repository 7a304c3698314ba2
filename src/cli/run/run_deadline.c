#include "cli/run/run_deadline.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/folder/checkpoints_due.h"
#include "dispatch/coordinator.h"
#include "job/job_checkpoints.h"

#include <math.h>

static void say_passed(const struct run_deadline *self,
                       const struct coordinator_view *view)
{
    char at[JOB_CHECKPOINTS_SHOWN];

    log_warn("deadline %s has passed with %zu of %zu items done: they are "
             "asked to the end, and no new checkpoint is",
             job_checkpoints_show_time(self->at_s, at),
             view->num_done,
             view->num_units);
}

static void say_late(const struct run_deadline *self,
                     const struct coordinator_view *view,
                     double late_s)
{
    char at[JOB_CHECKPOINTS_SHOWN];
    char eta[32];
    char late[32];

    text_format_seconds(eta, sizeof eta, view->eta_s);
    text_format_seconds(late, sizeof late, late_s);
    log_warn("deadline %s will not be met: ETA %s, which is %s after it; what "
             "has begun is asked to its end",
             job_checkpoints_show_time(self->at_s, at),
             eta,
             late);
}

void run_deadline_look(struct run_deadline *self,
                       const struct coordinator_view *view)
{
    const double late_s = checkpoints_due_late_s(self->at_s, view->eta_s);

    if (self->at_s == 0 || self->has_passed || !(late_s > 0)
        || view->num_done >= view->num_units)
        return;
    if (self->at_s <= clock_unix_ms() / 1000) {
        say_passed(self, view);
        self->has_passed = true;
    } else if (!self->was_foreseen && isfinite(view->eta_s)
               && !view->is_eta_guess) {
        say_late(self, view, late_s);
        self->was_foreseen = true;
    }
}
