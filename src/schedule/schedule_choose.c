#include "schedule/schedule_parts.h"

#include <math.h>
#include <stdint.h>

/* A role's queue is served out of turn once it holds this many seconds of work,
 * and this many times what loading it costs. */
static const double role_mark_s = 10;
static const double role_mark_loads = 2;

/* A forecast is good for this part of the time it looks ahead, at least for so
 * long; ms. */
static const double look_part = 0.005;
static const double look_ms = 200;

/* Who leaves a model that has work must not be missed there: what is expected
 * is taken for so many times longer. */
static const double leave_margin = 1.01;

/* Loads that were not measured are off by what the measured ones are. */
static double load_factor(const struct schedule *self)
{
    double measured = 0;
    double thought = 0;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];

        if (of->load_s > 0 && of->prior_load_s > 0) {
            measured += of->load_s;
            thought += of->prior_load_s;
        }
    }
    return thought > 0 ? measured / thought : 1;
}

static double load_of(const struct schedule *self, size_t model, double factor)
{
    const struct schedule_model_state *of = &self->models[model];

    return of->load_s > 0 ? of->load_s : of->prior_load_s * factor;
}

/* One that works on a model, or will once its slot has come together. */
static void see_worker(struct schedule *self, int at, int64_t now_ms)
{
    const struct slot_state *slot = &self->slots[at];
    const bool gathers = teams_stage(self->teams, at) == TEAM_GATHERS;
    struct target_model *model =
        &self->now[gathers ? teams_model(self->teams, at) : slot->model];
    double left_s = model->load_s;

    model->num_slots++;
    if (!gathers) {
        left_s = slot->loading_ms < 0
                     ? 0
                     : left_s - (double)(now_ms - slot->loading_ms) / 1e3;
    }
    if (left_s > 0)
        model->late_s += left_s;
}

static bool is_free(const struct schedule *self, int at)
{
    const struct slot_state *slot = &self->slots[at];
    const enum team_stage stage = teams_stage(self->teams, at);

    return stage != TEAM_GATHERS
           && (slot->model < 0 || slot->is_idle || stage == TEAM_PARTS);
}

/* Slots: those that are idle are free, whatever they hold; others may have to
 * load yet.  Returns how many are free. */
static size_t see_slots(struct schedule *self, int64_t now_ms)
{
    size_t num_free = 0;

    for (int i = 0; i < (int)self->num_slots; i++) {
        const int lead = schedule_lead(self, i);

        if (lead != TEAMS_NONE && lead != i)
            continue; /* counted with its lead */
        if (!is_free(self, i)) {
            see_worker(self, i, now_ms);
        } else if (self->slots[i].is_alive) {
            num_free += teams_width(self->teams, i);
        }
    }
    return num_free;
}

/* The role with the longest queue of those with so many seconds and so many
 * times their load, shared by the slots on it and one more.  `width`: only of
 * roles that need so many slots; 0 = of any. */
static int role_above(struct schedule *self,
                      size_t width,
                      double least_s,
                      double loads,
                      int64_t now_ms)
{
    double most = 0;
    int best = SCHEDULE_NO_MODEL;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];
        double mark_s;
        double work_s;

        if (!of->is_role || !schedule_has_ready(self, (int)i, now_ms)
            || (width > 0 && of->width != width))
            continue;
        mark_s = fmax(least_s, loads * load_of(self, i, load_factor(self)));
        work_s = pool_ready_seconds(of->pool, speeds_of(self->speeds, i));
        work_s /= (double)(of->num_slots + of->num_called + 1);
        if (work_s > mark_s && work_s > most) {
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
static int role_above_mark(struct schedule *self, size_t width, int64_t now_ms)
{
    return role_above(self, width, role_mark_s, role_mark_loads, now_ms);
}

/* A team is not parted for a role that slots on their own can serve. */
static size_t role_width(const struct schedule *self, int slot)
{
    const size_t width = teams_width(self->teams, slot);

    for (size_t i = 0; width > 1 && i < self->num_slots; i++) {
        if (teams_stage(self->teams, (int)i) == TEAM_ALONE
            && self->slots[i].is_alive)
            return width;
    }
    return 0;
}

/* As long as models have work to hand out, more will be asked of roles: whoever
 * loaded one for what it has now would have to load it again. */
static bool answers_are_ready(const struct schedule *self)
{
    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];

        if (!of->is_role && pool_num_ready(of->pool) > 0)
            return true;
    }
    return false;
}

/* False: there is work whose speed nobody has an idea of. */
static bool see_models(struct schedule *self, int64_t now_ms)
{
    const double factor = load_factor(self);
    const bool roles_wait = answers_are_ready(self);
    bool is_known = true;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];
        const double *pace = speeds_of(self->speeds, i);
        struct target_model *now = &self->now[i];

        pool_wake(of->pool, now_ms);
        *now = (struct target_model){
            .work_s = pool_left_seconds(of->pool, pace),
            .load_s = load_of(self, i, factor),
            .width = of->width,
            .is_closed =
                pool_num_ready(of->pool) == 0 || (of->is_role && roles_wait),
        };
        if (now->work_s <= 0 && pool_num_ready(of->pool) > 0)
            is_known = false;
    }
    return is_known;
}

/* Without any idea of speeds: a model that nobody holds, else the one with most
 * units a slot. */
static int blind_choice(const struct schedule *self, size_t most_width)
{
    double most = 0;
    int best = SCHEDULE_NO_MODEL;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];
        const double holders = (double)(of->num_slots + of->num_called);
        double num = (double)pool_num_ready(of->pool);

        num /= holders > 0 ? 1e6 * holders : 1;
        if (of->width > most_width)
            continue;
        if (num > most) {
            most = num;
            best = (int)i;
        }
    }
    return best;
}

static bool is_fresh(const struct schedule *self, int64_t now_ms)
{
    const struct forecast *last = &self->forecast;
    double age_ms = (double)(now_ms - last->at_ms);

    if (!last->is_there || age_ms < 0)
        return false;
    return age_ms == 0
           || age_ms < fmax(look_ms,
                            look_part * (last->end_ms - (double)last->at_ms));
}

void schedule_look_ahead(struct schedule *self, int64_t now_ms)
{
    struct target target;

    if (is_fresh(self, now_ms))
        return;
    self->forecast = (struct forecast){ true, now_ms, (double)NAN, -1 };
    if (!see_models(self, now_ms)) {
        self->forecast.next = blind_choice(self, SIZE_MAX);
        return;
    }
    target = target_find(self->now, self->num_models, see_slots(self, now_ms));
    self->forecast.end_ms = (double)now_ms + 1e3 * target.end_s;
    self->forecast.next = target.next;
}

int schedule_choose_narrow(struct schedule *self, int held, int64_t now_ms)
{
    bool is_known;
    int next;

    if (schedule_has_ready(self, held, now_ms) && self->models[held].width == 1)
        return held;
    is_known = see_models(self, now_ms);

    for (size_t i = 0; i < self->num_models; i++) {
        if (self->models[i].width > 1) {
            self->now[i].is_closed = true;
            self->now[i].work_s = 0;
        }
    }
    if (!is_known) {
        next = blind_choice(self, 1);
    } else {
        next = target_find(self->now, self->num_models, see_slots(self, now_ms))
                   .next;
    }
    self->forecast.is_there = false; /* `now` is another one */
    return schedule_has_ready(self, next, now_ms) ? next : SCHEDULE_NO_MODEL;
}

static bool role_waits(struct schedule *self,
                       size_t width,
                       int held,
                       int64_t now_ms)
{
    if (held >= 0 && (size_t)held < self->num_models
        && self->models[held].is_role)
        return false;
    return role_above_mark(self, width, now_ms) != SCHEDULE_NO_MODEL;
}

bool schedule_role_waits(struct schedule *self, int held, int64_t now_ms)
{
    return role_waits(self, 0, held, now_ms);
}

/* Whether a slot should go from a model that still has work to `next`. */
static bool should_leave(struct schedule *self, int held, int64_t now_ms)
{
    struct target_model model;
    int next;
    double left_s;

    schedule_look_ahead(self, now_ms);
    next = self->forecast.next;
    left_s = (self->forecast.end_ms - (double)now_ms) / 1e3;
    if (!(left_s > 0) || next < 0 || next == held || self->models[next].is_role
        || self->models[next].width > self->models[held].width)
        return false;
    model = self->now[held];
    model.work_s = leave_margin
                   * pool_left_seconds(self->models[held].pool,
                                       speeds_of(self->speeds, (size_t)held));
    return target_may_leave(&model, left_s)
           && schedule_has_ready(self, next, now_ms);
}

bool schedule_goes_on(struct schedule *self, int slot, int held, int64_t now_ms)
{
    return !schedule_lets_go(self, slot)
           && schedule_has_ready(self, held, now_ms)
           && !role_waits(self, role_width(self, slot), held, now_ms)
           && !should_leave(self, held, now_ms);
}

int schedule_choose(struct schedule *self, int slot, int held, int64_t now_ms)
{
    const size_t width = role_width(self, slot);

    if (role_waits(self, width, held, now_ms))
        return role_above_mark(self, width, now_ms);
    if (schedule_has_ready(self, held, now_ms)
        && !should_leave(self, held, now_ms))
        return held;
    schedule_look_ahead(self, now_ms);
    if (schedule_has_ready(self, self->forecast.next, now_ms))
        return self->forecast.next;
    return role_above(self, width, 0, 0, now_ms); /* nothing better to do */
}
