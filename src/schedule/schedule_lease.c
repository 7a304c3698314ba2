#include "schedule/cell.h"
#include "schedule/schedule_parts.h"

#include <math.h>

/* A lease is for no more than this part of the time that is left, */
static const double part_of_rest = 0.1;

/* nor than this part of an even share of what is ready of its model: so leases shrink,
 * and all slots of a model end together. */
static const double part_of_share = 0.5;

/* What is left of a model is run a second time when it is so many times as late
 * as expected, and at least so much, s. */
static const double late_factor = 3;
static const double late_least_s = 5;

/* Seconds aimed at in one lease: `lease_s`, less where the end is near, and in
 * the tail, where all slots of this model are to end together. */
static void want_lease(const struct schedule *self,
                       int slot,
                       int64_t now_ms,
                       struct pool_want *want)
{
    const size_t type = slot_types_of(self->types, slot);
    const int model = self->slots[slot].model;
    const struct schedule_model_state *of = &self->models[model];
    const double speed = schedule_team_speed(self, slot, model);
    double share_s = part_of_share * pool_ready_seconds(of->pool, want->pace)
                     / (double)of->num_slots;
    double left_s = (self->ahead[type].end_ms - (double)now_ms) / 1e3;
    double most_s = self->lease_s;

    if (share_s <= 0) { /* nothing is known: try a bundle first */
        want->seconds = (double)INFINITY;
        want->max = want->max < CELL_BUNDLE ? want->max : CELL_BUNDLE;
        return;
    }
    if (left_s > 0)
        most_s = fmin(most_s, part_of_rest * left_s);
    want->may_split = share_s <= most_s;
    want->seconds = fmin(share_s, most_s * (speed > 0 ? speed : 1));
}

/* What a slot takes, where no team has said so (SCHEDULE_NO_MODEL). */
static int settle_on(struct schedule *self,
                     int slot,
                     int chosen,
                     int64_t now_ms)
{
    if (chosen == SCHEDULE_NO_MODEL)
        chosen = schedule_choose(self, slot, self->slots[slot].model, now_ms);
    chosen = schedule_stay(self, slot, chosen, now_ms);
    if (chosen == SCHEDULE_NO_MODEL || schedule_may_take(self, slot, chosen))
        return chosen;
    return schedule_lead(self, slot) != TEAMS_NONE
               ? SCHEDULE_NO_MODEL
               : schedule_choose_narrow(self, slot, now_ms);
}

/* When what was leased last is begun: behind the load, if the slot loads. */
static void note_leased(struct schedule *self, int slot, int64_t now_ms)
{
    const struct slot_state *to = &self->slots[slot];
    struct schedule_model_state *of = &self->models[to->model];
    int64_t from_ms = now_ms;

    if (to->loading_ms >= 0) {
        const double load_s =
            fmin(schedule_load_s(self, to->model), SCHEDULE_LONGEST_LOAD_S);

        from_ms = to->loading_ms + (int64_t)(1e3 * load_s);
    }
    from_ms = from_ms > now_ms ? from_ms : now_ms;
    of->leased_ms = of->leased_ms > from_ms ? of->leased_ms : from_ms;
}

size_t schedule_lease(struct schedule *self,
                      int slot,
                      int held,
                      int64_t now_ms,
                      int *model,
                      size_t *out)
{
    struct pool_want want = { .max = self->max_lease,
                              .is_probed = self->is_probed };
    int chosen;
    size_t num;

    if (!schedule_has_slot(self, slot) || !self->slots[slot].is_alive)
        return 0;
    schedule_hold(self,
                  slot,
                  schedule_has_model(self, held) ? held : SCHEDULE_NO_MODEL);
    if (self->jobs)
        return schedule_jobs_lease(self, slot, held, now_ms, model, out);
    if (schedule_gather(self, slot, held, now_ms, &chosen))
        return 0;
    if (!schedule_has_ready(self, held, now_ms) && !self->slots[slot].is_idle) {
        schedule_set_loading(self, slot, -1); /* it asks, so it is through */
        self->slots[slot].is_idle = true;
        slots_seen_change(self->seen, slot);
        schedule_forget(self);
    }
    chosen = settle_on(self, slot, chosen, now_ms);
    if (chosen == SCHEDULE_NO_MODEL)
        return 0;
    if (chosen != self->slots[slot].model) {
        schedule_hold(self, slot, chosen);
        schedule_set_loading(self, slot, now_ms);
        schedule_forget(self);
    }
    self->slots[slot].is_idle = false;
    slots_seen_change(self->seen, slot);
    slot_types_take(self->types,
                    slot_types_of(self->types, slot),
                    (size_t)chosen);
    want.pace = speeds_of(self->speeds, (size_t)chosen);
    want_lease(self, slot, now_ms, &want);
    *model = chosen;
    num = pool_take(self->models[chosen].pool, &want, out);
    for (size_t i = 0; i < num; i++)
        self->is_probed[self->units.tasks[out[i]]] = true;
    note_leased(self, slot, now_ms);
    if (pool_num_ready(self->models[chosen].pool) == 0)
        schedule_forget(self);
    return num;
}

/* Slots that hold a model and have nothing to do. */
static size_t count_idle(const struct schedule *self, int model)
{
    size_t num = 0;

    for (size_t i = 0; i < self->num_slots; i++) {
        const struct slot_state *slot = &self->slots[i];

        num += slot->is_alive && slot->is_idle && slot->model == model;
    }
    return num;
}

size_t schedule_again(struct schedule *self,
                      int slot,
                      int64_t now_ms,
                      int *model,
                      size_t *out)
{
    struct schedule_model_state *of;
    struct slot_state *by;
    int64_t from_ms;
    double wait_s;
    size_t num_idle;
    size_t num;

    if (self->jobs || !schedule_has_slot(self, slot)
        || !self->slots[slot].is_alive
        || !schedule_has_model(self, self->slots[slot].model))
        return 0;
    by = &self->slots[slot];
    of = &self->models[by->model];
    /* the load that it was leased behind has ended sooner than was thought */
    if (of->num_loading == 0 && of->leased_ms > now_ms)
        of->leased_ms = now_ms;
    num = pool_num_left(of->pool);
    if (num == 0 || pool_num_ready(of->pool) > 0)
        return 0;
    /* as if one slot had all that is left: later than need be, never too soon */
    wait_s = late_factor
             * pool_left_seconds(of->pool,
                                 speeds_of(self->speeds, (size_t)by->model));
    from_ms = of->leased_ms > by->again_ms ? of->leased_ms : by->again_ms;
    if ((double)(now_ms - from_ms) / 1e3 < fmax(wait_s, late_least_s))
        return 0;
    by->again_ms = now_ms;
    *model = by->model;
    /* shared with the others that are idle, and with whoever is late */
    num_idle = count_idle(self, by->model);
    num_idle = num_idle > 1 ? num_idle : 1;
    num = (num + num_idle) / (num_idle + 1);
    return pool_again(of->pool,
                      num < self->max_lease ? num : self->max_lease,
                      out);
}
