#include "base/mem.h"
#include "schedule/schedule_parts.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* What was worked out is good for this part of the time it looks ahead, at least for
 * so long; ms. */
static const double look_part = 0.005;
static const double look_ms = 200;

/* Loads that were not measured are off by what the measured ones are. */
double schedule_load_factor(const struct schedule *self)
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

double schedule_load_of(const struct schedule *self,
                        size_t model,
                        double factor)
{
    const struct schedule_model_state *of = &self->models[model];

    return of->load_s > 0 ? of->load_s : of->prior_load_s * factor;
}

double schedule_load_s(const struct schedule *self, int model)
{
    return schedule_load_of(self, (size_t)model, schedule_load_factor(self));
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
    const double factor = schedule_load_factor(self);
    const bool roles_wait = answers_are_ready(self);
    bool is_known = true;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];
        const double *pace = speeds_of(self->speeds, i);
        const double speed = slot_types_speed(self->types, type, i);
        struct target_model *now = &self->ahead[type].now[i];

        pool_wake(of->pool, now_ms);
        *now = (struct target_model){
            .work_s =
                pool_left_seconds(of->pool, pace) / (speed > 0 ? speed : 1),
            .load_s = schedule_load_of(self, i, factor),
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

/* Without any idea of speeds: a model that nobody holds, which goes before any that
 * somebody does, else the one with most units a slot. */
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

static bool is_fresh(const struct ahead *last, int64_t now_ms)
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
static int choose_picky(struct schedule *self,
                        size_t type,
                        double end_s,
                        int64_t now_ms)
{
    const struct ahead *all = &self->ahead[type];
    struct target_model *few =
        mem_copy(all->now, self->num_models * sizeof *few);
    bool is_any = false;
    int next = SCHEDULE_NO_MODEL;

    for (size_t i = 0; i < self->num_models; i++) {
        if (!slot_types_is_picky(self->types, i))
            few[i] = (struct target_model){ .is_closed = true };
        is_any = is_any || (few[i].work_s > 0 && !few[i].is_closed);
    }
    if (is_any) {
        const struct target target =
            target_find(few,
                        self->num_models,
                        schedule_num_free(self, type, now_ms));

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
        const struct target_model *now = &self->ahead[type].now[i];
        const bool is_held = now->num_slots > 0;

        if (!self->models[i].is_single || now->work_s <= 0
            || slot_types_speed(self->types, type, i) <= 0)
            continue;
        last_s =
            fmax(last_s, now->work_s + (is_held ? now->late_s : now->load_s));
    }
    return last_s;
}

/* What is all under way takes the slots that have it as long as it takes; nobody
 * can shorten that, so it decides nothing but when all has ended. */
static double last_held(const struct schedule *self, size_t type)
{
    double last_s = 0;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct target_model *now = &self->ahead[type].now[i];

        if (now->work_s > 0 && pool_num_ready(self->models[i].pool) == 0
            && slot_types_speed(self->types, type, i) > 0)
            last_s = fmax(last_s, target_held_s(now));
    }
    return last_s;
}

const struct ahead *schedule_look_ahead(struct schedule *self,
                                        size_t type,
                                        int64_t now_ms)
{
    struct ahead *out = &self->ahead[type];
    struct target target;

    if (is_fresh(out, now_ms))
        return out;
    out->is_there = true;
    out->at_ms = now_ms;
    out->end_ms = (double)NAN;
    out->held_end_ms = (double)NAN;
    if (!see_models(self, type, now_ms)) {
        out->next = blind_choice(self, type, SIZE_MAX);
        return out;
    }
    target = target_find(out->now,
                         self->num_models,
                         schedule_see_slots(self, type, now_ms));
    target.end_s = fmax(target.end_s, last_single(self, type));
    out->end_ms = (double)now_ms + 1e3 * target.end_s;
    out->held_end_ms = (double)now_ms + 1e3 * last_held(self, type);
    out->next = target.next;
    if (slot_types_num(self->types) > 1) {
        const int picky = choose_picky(self, type, target.end_s, now_ms);

        out->next = picky == SCHEDULE_NO_MODEL ? target.next : picky;
    }
    return out;
}

int schedule_choose_narrow(struct schedule *self, int slot, int64_t now_ms)
{
    const size_t type = slot_types_of(self->types, slot);
    const int held = self->slots[slot].model;
    struct target_model *now = self->ahead[type].now;
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
        next = target_find(now,
                           self->num_models,
                           schedule_see_slots(self, type, now_ms))
                   .next;
    }
    schedule_forget(self); /* `now` is another one */
    return schedule_has_ready(self, next, now_ms) ? next : SCHEDULE_NO_MODEL;
}
