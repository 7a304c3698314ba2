#include "base/mem.h"
#include "schedule/schedule_parts.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

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

double schedule_load_s(const struct schedule *self, int model)
{
    return load_of(self, (size_t)model, load_factor(self));
}

/* One that works on a model, or will once its slot has come together. */
static void see_worker(const struct schedule *self,
                       size_t type,
                       int at,
                       int64_t now_ms)
{
    const struct slot_state *slot = &self->slots[at];
    const bool gathers = teams_stage(self->teams, at) == TEAM_GATHERS;
    const int held = gathers ? teams_model(self->teams, at) : slot->model;
    struct target_model *model = &self->forecasts[type].now[held];
    const double here = slot_types_speed(self->types, type, (size_t)held);
    /* in slots of that type */
    const double worth = here > 0
                             ? schedule_speed(self, at, held) / here
                             : slot_types_worth(self->types,
                                                slot_types_of(self->types, at),
                                                type);
    double left_s = model->load_s;

    model->num_slots += worth;
    if (!gathers) {
        left_s = slot->loading_ms < 0
                     ? 0
                     : left_s - (double)(now_ms - slot->loading_ms) / 1e3;
    }
    if (left_s > 0)
        model->late_s += worth * left_s;
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
static double see_slots(const struct schedule *self,
                        size_t type,
                        int64_t now_ms)
{
    double num_free = 0;

    for (int i = 0; i < (int)self->num_slots; i++) {
        const int lead = schedule_lead(self, i);

        if (lead != TEAMS_NONE && lead != i)
            continue; /* counted with its lead */
        if (!is_free(self, i)) {
            see_worker(self, type, i, now_ms);
        } else if (self->slots[i].is_alive) {
            num_free += (double)teams_width(self->teams, i)
                        * slot_types_worth(self->types,
                                           slot_types_of(self->types, i),
                                           type);
        }
    }
    return num_free;
}

/* Who looks for a role. */
struct seeker {
    size_t width; /* only roles that need so many slots; 0 = of any */
    int slot;     /* that may take it, or any one: -1 */
};

/* The role with the longest queue of those with so many seconds and so many
 * times their load, shared by the slots on it and one more. */
static int role_above(struct schedule *self,
                      struct seeker seeker,
                      double least_s,
                      double loads,
                      int64_t now_ms)
{
    const double factor = load_factor(self);
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
        mark_s = fmax(least_s, loads * load_of(self, i, factor));
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
static int role_above_mark(struct schedule *self,
                           struct seeker seeker,
                           int64_t now_ms)
{
    return role_above(self, seeker, role_mark_s, role_mark_loads, now_ms);
}

/* A team is not parted for a role that slots on their own can serve. */
static struct seeker seeker_of(const struct schedule *self, int slot)
{
    const size_t width = teams_width(self->teams, slot);

    for (size_t i = 0; width > 1 && i < self->num_slots; i++) {
        if (teams_stage(self->teams, (int)i) == TEAM_ALONE
            && self->slots[i].is_alive
            && slot_types_worth(self->types,
                                slot_types_of(self->types, (int)i),
                                slot_types_of(self->types, slot))
                   > 0)
            return (struct seeker){ width, slot };
    }
    return (struct seeker){ 0, slot };
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
static bool see_models(struct schedule *self, size_t type, int64_t now_ms)
{
    const double factor = load_factor(self);
    const bool roles_wait = answers_are_ready(self);
    bool is_known = true;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];
        const double *pace = speeds_of(self->speeds, i);
        const double speed = slot_types_speed(self->types, type, i);
        struct target_model *now = &self->forecasts[type].now[i];

        pool_wake(of->pool, now_ms);
        *now = (struct target_model){
            .work_s =
                pool_left_seconds(of->pool, pace) / (speed > 0 ? speed : 1),
            .load_s = load_of(self, i, factor),
            .width = of->width,
            .is_closed = pool_num_ready(of->pool) == 0
                         || (of->is_role && roles_wait) || speed <= 0
                         || !schedule_may_join(self, (int)i),
        };
        if (now->work_s <= 0 && pool_num_ready(of->pool) > 0)
            is_known = false;
    }
    return is_known;
}

/* Without any idea of speeds: a model that nobody holds, else the one with most
 * units a slot. */
static int blind_choice(const struct schedule *self,
                        size_t type,
                        size_t most_width)
{
    double most = 0;
    int best = SCHEDULE_NO_MODEL;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];
        const double holders = (double)(of->num_slots + of->num_called);
        double num = (double)pool_num_ready(of->pool);

        num /= holders > 0 ? 1e6 * holders : 1;
        if (of->width > most_width || !schedule_may_join(self, (int)i)
            || slot_types_speed(self->types, type, i) <= 0)
            continue;
        if (num > most) {
            most = num;
            best = (int)i;
        }
    }
    return best;
}

static bool is_fresh(const struct forecast *last, int64_t now_ms)
{
    double age_ms = (double)(now_ms - last->at_ms);

    if (!last->is_there || age_ms < 0)
        return false;
    return age_ms == 0
           || age_ms < fmax(look_ms,
                            look_part * (last->end_ms - (double)last->at_ms));
}

/* Models that may not be on all types come first where they can be: what others
 * could take elsewhere must not lock them out.  The one of them that needs a
 * slot of this type to end in time, or SCHEDULE_NO_MODEL. */
static int choose_picky(const struct schedule *self, size_t type, double end_s)
{
    const struct forecast *all = &self->forecasts[type];
    struct target_model *few =
        mem_copy(all->now, self->num_models * sizeof *few);
    double num_free = 0;
    bool is_any = false;
    int next = SCHEDULE_NO_MODEL;

    for (size_t i = 0; i < self->num_models; i++) {
        if (!slot_types_is_picky(self->types, i))
            few[i] = (struct target_model){ .is_closed = true };
        is_any = is_any || (few[i].work_s > 0 && !few[i].is_closed);
    }
    for (int i = 0; i < (int)self->num_slots; i++) {
        if (slot_types_of(self->types, i) == type && is_free(self, i)
            && self->slots[i].is_alive)
            num_free++;
    }
    if (is_any) {
        const struct target target =
            target_find(few, self->num_models, num_free);

        if (target.next != TARGET_NONE
            && !target_is_enough(&few[target.next], end_s))
            next = target.next;
    }
    free(few);
    return next;
}

/* Models that one slot must do by itself may end later than what could be
 * shared out. */
static double last_single(const struct schedule *self, size_t type)
{
    double last_s = 0;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct target_model *now = &self->forecasts[type].now[i];
        const bool is_held = now->num_slots > 0;

        if (!self->models[i].is_single || now->work_s <= 0
            || slot_types_speed(self->types, type, i) <= 0)
            continue;
        last_s =
            fmax(last_s, now->work_s + (is_held ? now->late_s : now->load_s));
    }
    return last_s;
}

const struct forecast *schedule_look_ahead(struct schedule *self,
                                           size_t type,
                                           int64_t now_ms)
{
    struct forecast *out = &self->forecasts[type];
    struct target target;

    if (is_fresh(out, now_ms))
        return out;
    out->is_there = true;
    out->at_ms = now_ms;
    out->end_ms = (double)NAN;
    if (!see_models(self, type, now_ms)) {
        out->next = blind_choice(self, type, SIZE_MAX);
        return out;
    }
    target =
        target_find(out->now, self->num_models, see_slots(self, type, now_ms));
    target.end_s = fmax(target.end_s, last_single(self, type));
    out->end_ms = (double)now_ms + 1e3 * target.end_s;
    out->next = target.next;
    if (slot_types_num(self->types) > 1) {
        const int picky = choose_picky(self, type, target.end_s);

        out->next = picky == SCHEDULE_NO_MODEL ? target.next : picky;
    }
    return out;
}

int schedule_choose_narrow(struct schedule *self, int slot, int64_t now_ms)
{
    const size_t type = slot_types_of(self->types, slot);
    const int held = self->slots[slot].model;
    struct target_model *now = self->forecasts[type].now;
    bool is_known;
    int next;

    if (schedule_has_ready(self, held, now_ms) && self->models[held].width == 1)
        return held;
    is_known = see_models(self, type, now_ms);

    for (size_t i = 0; i < self->num_models; i++) {
        if (self->models[i].width > 1) {
            now[i].is_closed = true;
            now[i].work_s = 0;
        }
    }
    if (!is_known) {
        next = blind_choice(self, type, 1);
    } else {
        next = target_find(now, self->num_models, see_slots(self, type, now_ms))
                   .next;
    }
    schedule_forget(self); /* `now` is another one */
    return schedule_has_ready(self, next, now_ms) ? next : SCHEDULE_NO_MODEL;
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
    return role_waits(self, (struct seeker){ 0, -1 }, held, now_ms);
}

/* Whether a slot should go from a model that still has work to `next`. */
static bool should_leave(struct schedule *self,
                         int slot,
                         int held,
                         int64_t now_ms)
{
    const size_t type = slot_types_of(self->types, slot);
    const struct forecast *forecast = schedule_look_ahead(self, type, now_ms);
    const double speed = slot_types_speed(self->types, type, (size_t)held);
    const int next = forecast->next;
    const double left_s = (forecast->end_ms - (double)now_ms) / 1e3;
    struct target_model model;

    if (!(left_s > 0) || next < 0 || next == held || self->models[next].is_role
        || self->models[next].width > self->models[held].width)
        return false;
    model = forecast->now[held];
    model.work_s = leave_margin
                   * pool_left_seconds(self->models[held].pool,
                                       speeds_of(self->speeds, (size_t)held))
                   / (speed > 0 ? speed : 1);
    return target_may_leave(&model, left_s)
           && schedule_has_ready(self, next, now_ms);
}

bool schedule_goes_on(struct schedule *self, int slot, int held, int64_t now_ms)
{
    return !schedule_lets_go(self, slot)
           && schedule_has_ready(self, held, now_ms)
           && !role_waits(self, seeker_of(self, slot), held, now_ms)
           && !should_leave(self, slot, held, now_ms);
}

/*
 * Models whose speed is a guess begin at once where slots are enough for each:
 * what nobody holds cannot be learned, and what loads longest is known last.  The
 * one of them that loads longest, or SCHEDULE_NO_MODEL.
 */
static int choose_unknown(struct schedule *self, int slot, int64_t now_ms)
{
    const double factor = load_factor(self);
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
            || load_of(self, i, factor) > load_of(self, (size_t)best, factor))
            best = (int)i;
    }
    for (int i = 0; best >= 0 && i < (int)self->num_slots; i++) {
        num_free += self->slots[i].is_alive && is_free(self, i)
                    && schedule_speed(self, i, best) > 0;
    }
    return num_free >= num_unknown ? best : SCHEDULE_NO_MODEL;
}

int schedule_choose(struct schedule *self, int slot, int held, int64_t now_ms)
{
    const struct seeker seeker = seeker_of(self, slot);
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
