#include "base/mem.h"
#include "schedule/schedule_parts.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* A role's queue is served out of turn once it holds this many seconds of work,
 * and this many times what loading it, and loading again what is left for it,
 * costs. */
static const double role_mark_s = 10;
static const double role_mark_loads = 4;

/* Who leaves a model that has work must not be missed there: what is expected
 * is taken for so many times longer. */
static const double leave_margin = 1.01;

/* Who looks for a role. */
struct seeker {
    size_t width;  /* only roles that need so many slots; 0 = of any */
    int slot;      /* that may take it, or any one: -1 */
    double back_s; /* to load again what it leaves with work left */
};

/* What is left of loading, over the slots that load it and the teams that are about
 * to. */
static double loading_left_s(const struct schedule_model_state *of,
                             double load_s,
                             int64_t now_ms)
{
    const double ago_ms =
        (double)of->num_loading * (double)now_ms - of->loading_sum_ms;

    return fmax((double)of->num_loading * load_s - ago_ms / 1e3, 0)
           + (double)of->num_called * load_s;
}

/* Whether one more slot on a role ends what it is asked sooner than those that are
 * there.  The first one always does. */
static bool is_worth_a_load(const struct schedule *self,
                            size_t model,
                            double factor,
                            int64_t now_ms)
{
    const struct schedule_model_state *of = &self->models[model];
    const double num = (double)(of->num_slots + of->num_called);
    const double load_s = schedule_load_of(self, model, factor);
    const double work_s =
        pool_left_seconds(of->pool, speeds_of(self->speeds, model));

    return num < 1
           || work_s + loading_left_s(of, load_s, now_ms) > num * load_s;
}

/* The role with the longest queue of those with so many seconds and so many
 * times their load, shared by the slots on it and one more. */
static int role_above(struct schedule *self,
                      struct seeker seeker,
                      double least_s,
                      double loads,
                      int64_t now_ms)
{
    const double factor = schedule_load_factor(self);
    double most = 0;
    int best = SCHEDULE_NO_MODEL;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];
        double mark_s;
        double work_s;

        if (!of->is_role || !schedule_has_ready(self, (int)i, now_ms)
            || !schedule_may_join(self, (int)i)
            || (seeker.width > 0 && of->width != seeker.width)
            || (seeker.slot >= 0
                && schedule_speed(self, seeker.slot, (int)i) <= 0))
            continue;
        mark_s =
            fmax(least_s,
                 loads * (schedule_load_of(self, i, factor) + seeker.back_s));
        work_s = pool_ready_seconds(of->pool, speeds_of(self->speeds, i));
        work_s /= (double)(of->num_slots + of->num_called + 1);
        if (work_s > mark_s && work_s > most
            && is_worth_a_load(self, i, factor, now_ms)) {
            most = work_s;
            best = (int)i;
        }
    }
    return best;
}

/*
 * The role whose queue stands above its high mark: seconds enough to be worth a
 * load, and more than the slots on it work off in that time.  Judging comes
 * first then, though the held model has work left: else it would be a phase of
 * its own at the end.  The low mark is an empty queue.
 */
static int role_above_mark(struct schedule *self,
                           struct seeker seeker,
                           int64_t now_ms)
{
    return role_above(self, seeker, role_mark_s, role_mark_loads, now_ms);
}

/* Seconds to load again what a slot leaves with work left. */
static double way_back(struct schedule *self, int held, int64_t now_ms)
{
    return schedule_has_ready(self, held, now_ms)
               ? schedule_load_of(self,
                                  (size_t)held,
                                  schedule_load_factor(self))
               : 0;
}

/* A team is not parted for a role that slots on their own can serve. */
static struct seeker seeker_of(struct schedule *self,
                               int slot,
                               int held,
                               int64_t now_ms)
{
    const size_t width = teams_width(self->teams, slot);
    const double back_s = way_back(self, held, now_ms);

    for (size_t i = 0; width > 1 && i < self->num_slots; i++) {
        if (teams_stage(self->teams, (int)i) == TEAM_ALONE
            && self->slots[i].is_alive
            && slot_types_worth(self->types,
                                slot_types_of(self->types, (int)i),
                                slot_types_of(self->types, slot))
                   > 0)
            return (struct seeker){ width, slot, back_s };
    }
    return (struct seeker){ 0, slot, back_s };
}

static bool role_waits(struct schedule *self,
                       struct seeker seeker,
                       int held,
                       int64_t now_ms)
{
    if (held >= 0 && (size_t)held < self->num_models
        && self->models[held].is_role)
        return false;
    return role_above_mark(self, seeker, now_ms) != SCHEDULE_NO_MODEL;
}

bool schedule_role_waits(struct schedule *self, int held, int64_t now_ms)
{
    const struct seeker any = { 0, -1, way_back(self, held, now_ms) };

    return role_waits(self, any, held, now_ms);
}

/* Whether a slot should go from a model that still has work to `next`.  Never from
 * a role: its low mark is an empty queue.  By the target the others on it would
 * always do, as questions have time until the end, so who came for a long queue
 * would leave it as long, and come again. */
static bool should_leave(struct schedule *self,
                         int slot,
                         int held,
                         int64_t now_ms)
{
    const size_t type = slot_types_of(self->types, slot);
    const struct ahead *ahead = schedule_look_ahead(self, type, now_ms);
    const double speed = slot_types_speed(self->types, type, (size_t)held);
    const int next = ahead->next;
    const double left_s = (ahead->end_ms - (double)now_ms) / 1e3;
    struct target_model model;

    if (!(left_s > 0) || next < 0 || next == held || self->models[held].is_role
        || self->models[next].is_role
        || self->models[next].width > self->models[held].width)
        return false;
    model = ahead->now[held];
    model.work_s = leave_margin
                   * pool_left_seconds(self->models[held].pool,
                                       speeds_of(self->speeds, (size_t)held))
                   / (speed > 0 ? speed : 1);
    return target_may_leave(&model, left_s)
           && schedule_has_ready(self, next, now_ms);
}

bool schedule_goes_on(struct schedule *self, int slot, int held, int64_t now_ms)
{
    if (self->jobs)
        return schedule_jobs_goes_on(self, slot, now_ms);
    return !schedule_lets_go(self, slot)
           && schedule_has_ready(self, held, now_ms)
           && !role_waits(self,
                          seeker_of(self, slot, held, now_ms),
                          held,
                          now_ms)
           && !should_leave(self, slot, held, now_ms);
}

/*
 * Models whose speed is a guess begin at once where slots are enough for each:
 * what nobody holds cannot be learned, and what loads longest is known last.  The
 * one of them that loads longest, or SCHEDULE_NO_MODEL.
 */
static int choose_unknown(struct schedule *self, int slot, int64_t now_ms)
{
    const double factor = schedule_load_factor(self);
    size_t num_unknown = 0;
    size_t num_free = 0;
    int best = SCHEDULE_NO_MODEL;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];

        if (of->is_role || of->width > 1 || of->num_slots > 0
            || !speeds_is_guess(self->speeds, i)
            || !schedule_has_ready(self, (int)i, now_ms)
            || schedule_speed(self, slot, (int)i) <= 0)
            continue;
        num_unknown++;
        if (best < 0
            || schedule_load_of(self, i, factor)
                   > schedule_load_of(self, (size_t)best, factor))
            best = (int)i;
    }
    for (int i = 0; best >= 0 && i < (int)self->num_slots; i++) {
        num_free += self->slots[i].is_alive && schedule_is_free(self, i)
                    && schedule_speed(self, i, best) > 0;
    }
    return num_free >= num_unknown ? best : SCHEDULE_NO_MODEL;
}

int schedule_choose(struct schedule *self, int slot, int held, int64_t now_ms)
{
    const struct seeker seeker = seeker_of(self, slot, held, now_ms);
    int next;

    if (role_waits(self, seeker, held, now_ms))
        return role_above_mark(self, seeker, now_ms);
    if (schedule_has_ready(self, held, now_ms)
        && !should_leave(self, slot, held, now_ms))
        return held;
    next = choose_unknown(self, slot, now_ms);
    if (next != SCHEDULE_NO_MODEL)
        return next;
    next = schedule_look_ahead(self, slot_types_of(self->types, slot), now_ms)
               ->next;
    if (schedule_has_ready(self, next, now_ms))
        return next;
    return role_above(self, seeker, 0, 0, now_ms); /* nothing better to do */
}
