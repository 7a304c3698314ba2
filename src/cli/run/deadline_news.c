#include "cli/run/deadline_news.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "dispatch/coordinator.h"
#include "job/job_checkpoints.h"

#include <math.h>

enum {
    HELD_MS = 30000,       /* with a part of the items done */
    HELD_LONG_MS = 180000, /* with fewer of them */
    PART = 20              /* of which one is enough */
};

static void say_passed(const struct deadline_news *self,
                       const struct coordinator_view *view)
{
    char at[JOB_CHECKPOINTS_SHOWN];

    log_warn("deadline %s has passed with %zu of %zu items done: the other "
             "%zu are asked to the end, and no new checkpoint is",
             job_checkpoints_show_time(self->at_s, at),
             view->num_done,
             view->num_units,
             view->num_units - view->num_done);
}

static void say_late(const struct deadline_news *self,
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

static void say_in_time(const struct deadline_news *self,
                        const struct coordinator_view *view)
{
    char at[JOB_CHECKPOINTS_SHOWN];
    char eta[32];

    text_format_seconds(eta, sizeof eta, view->eta_s);
    log_warn("deadline %s will be met after all: ETA %s",
             job_checkpoints_show_time(self->at_s, at),
             eta);
}

/* By how much the ETA is after it; negative: before it. */
static double late_s(const struct deadline_news *self,
                     const struct coordinator_view *view,
                     int64_t now_ms)
{
    return (double)now_ms / 1000 + fmax(view->eta_s, 0) - (double)self->at_s;
}

/* For how long the ETA has to say the same. */
static int64_t hold_ms(const struct coordinator_view *view)
{
    const size_t done = view->num_done - view->num_before;
    const size_t all = view->num_units - view->num_before;

    return done * PART >= all ? HELD_MS : HELD_LONG_MS;
}

enum deadline_news_kind deadline_news_judge(struct deadline_news *self,
                                            const struct coordinator_view *view,
                                            int64_t now_ms)
{
    if (self->at_s == 0 || self->has_passed
        || view->num_done >= view->num_units)
        return DEADLINE_NO_NEWS;
    if (self->at_s <= now_ms / 1000) {
        self->has_passed = true;
        return DEADLINE_PASSED;
    }
    if (!isfinite(view->eta_s) || view->is_eta_guess
        || (late_s(self, view, now_ms) > 0) == self->is_foreseen) {
        self->doubted_ms = 0;
        return DEADLINE_NO_NEWS;
    }
    if (self->doubted_ms == 0)
        self->doubted_ms = now_ms;
    if (now_ms - self->doubted_ms < hold_ms(view))
        return DEADLINE_NO_NEWS;
    self->doubted_ms = 0;
    self->is_foreseen = !self->is_foreseen;
    return self->is_foreseen ? DEADLINE_FORESEEN : DEADLINE_NO_LONGER;
}

void deadline_news_tell(struct deadline_news *self,
                        const struct coordinator_view *view)
{
    const int64_t now_ms = clock_unix_ms();

    switch (deadline_news_judge(self, view, now_ms)) {
    case DEADLINE_FORESEEN:
        say_late(self, view, late_s(self, view, now_ms));
        break;
    case DEADLINE_NO_LONGER:
        say_in_time(self, view);
        break;
    case DEADLINE_PASSED:
        say_passed(self, view);
        break;
    case DEADLINE_NO_NEWS:
        break;
    }
}
