#include "schedule/schedule_parts.h"

#include <stdint.h>

/* One that works on a model, or will once its slot has come together. */
static void see_worker(const struct schedule *self,
                       size_t type,
                       int at,
                       int64_t now_ms)
{
    const struct slot_state *slot = &self->slots[at];
    const bool gathers = teams_stage(self->teams, at) == TEAM_GATHERS;
    const int held = gathers ? teams_model(self->teams, at) : slot->model;
    struct target_model *model = &self->ahead[type].now[held];
    const double here = slot_types_speed(self->types, type, (size_t)held);
    /* in slots of that type */
    const double worth = here > 0
                             ? schedule_team_speed(self, at, held) / here
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

bool schedule_is_free(const struct schedule *self, int at)
{
    const struct slot_state *slot = &self->slots[at];
    const enum team_stage stage = teams_stage(self->teams, at);

    return stage != TEAM_GATHERS
           && (slot->model < 0 || slot->is_idle || stage == TEAM_PARTS);
}

/* All slots, one by one: a team is counted with its lead. */
static double see_teams(const struct schedule *self,
                        size_t type,
                        int64_t now_ms)
{
    double num_free = 0;

    for (int i = 0; i < (int)self->num_slots; i++) {
        const int lead = schedule_lead(self, i);

        if (lead != TEAMS_NONE && lead != i)
            continue; /* counted with its lead */
        if (!schedule_is_free(self, i)) {
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

/* What is left of the load of a slot that works. */
static double load_left_s(const struct schedule *self,
                          const struct slot_state *slot,
                          int64_t now_ms)
{
    double left_s;

    if (slot->loading_ms < 0)
        return 0;
    left_s = self->seen_load_s[slot->model]
             - (double)(now_ms - slot->loading_ms) / 1e3;
    return left_s > 0 ? left_s : 0;
}

/* Whether loads are thought to take as long as when slots were last looked at. */
static bool loads_hold(struct schedule *self)
{
    const double factor = schedule_load_factor(self);
    bool hold = true;

    for (size_t i = 0; i < self->num_models; i++) {
        const double load_s = schedule_load_of(self, i, factor);

        hold = hold && load_s == self->seen_load_s[i];
        self->seen_load_s[i] = load_s;
    }
    return hold;
}

/* Those that have changed; all of them once time has passed. */
static void look(struct schedule *self, int64_t now_ms)
{
    int at;

    if (!loads_hold(self) || self->seen_ms != now_ms)
        slots_seen_change_all(self->seen);
    self->seen_ms = now_ms;
    while ((at = slots_seen_next(self->seen)) != SLOTS_SEEN_NONE) {
        const struct slot_state *slot = &self->slots[at];
        struct slot_seen seen = { .model = SLOTS_SEEN_NONE };

        if (!schedule_is_free(self, at)) {
            seen.model = slot->model;
            seen.left_s = load_left_s(self, slot, now_ms);
        } else {
            seen.is_free = slot->is_alive;
        }
        slots_seen_put(self->seen, at, slot_types_of(self->types, at), seen);
    }
}

/* What slots of one type do, in slots of another. */
static void add_type(const struct schedule *self, size_t of, size_t type)
{
    for (size_t m = 0; m < self->num_models; m++) {
        struct target_model *model = &self->ahead[type].now[m];
        const double here = slot_types_speed(self->types, type, m);
        const double worth = here > 0
                                 ? slot_types_speed(self->types, of, m) / here
                                 : slot_types_worth(self->types, of, type);

        model->num_slots +=
            worth * (double)slots_seen_at_work(self->seen, of, m);
        model->late_s += worth * slots_seen_left_s(self->seen, of, m);
    }
}

double schedule_see_slots(struct schedule *self, size_t type, int64_t now_ms)
{
    double num_free = 0;

    if (self->has_wide)
        return see_teams(self, type, now_ms);
    look(self, now_ms);
    for (size_t of = 0; of < slot_types_num(self->types); of++) {
        add_type(self, of, type);
        num_free += (double)slots_seen_free(self->seen, of)
                    * slot_types_worth(self->types, of, type);
    }
    return num_free;
}

double schedule_num_free(struct schedule *self, size_t type, int64_t now_ms)
{
    double num_free = 0;

    if (!self->has_wide) {
        look(self, now_ms);
        return (double)slots_seen_free(self->seen, type);
    }
    for (int i = 0; i < (int)self->num_slots; i++) {
        num_free += slot_types_of(self->types, i) == type
                    && schedule_is_free(self, i) && self->slots[i].is_alive;
    }
    return num_free;
}
