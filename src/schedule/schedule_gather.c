#include "schedule/schedule_parts.h"

#include <math.h>
#include <stdint.h>

/* What calling a slot away costs, when it must be done: the more, the longer it
 * will be before it comes. */
static const double busy_cost = 1;
static const double loading_cost = 10;

struct caller {
    const struct schedule *schedule;
    int model;
};

static double cost_of(void *context, int slot, int lead)
{
    const struct caller *caller = context;
    const struct schedule *schedule = caller->schedule;
    const struct slot_state *of = &schedule->slots[slot];

    if (!of->is_alive || schedule_speed(schedule, slot, caller->model) <= 0
        || !slot_types_may_mix(schedule->types,
                               slot_types_of(schedule->types, slot),
                               slot_types_of(schedule->types, lead)))
        return -1;
    if (of->model < 0 || of->is_idle)
        return 0;
    return of->loading_ms >= 0 ? loading_cost : busy_cost;
}

static bool is_wide(const struct schedule *self, int model)
{
    return model >= 0 && self->models[model].width > 1;
}

/* The team that a model needs; `caller` outlives it. */
static struct teams_call call_for(struct caller *caller, double most)
{
    const struct schedule_model_state *of =
        &caller->schedule->models[caller->model];

    return (struct teams_call){
        .model = caller->model,
        .width = of->width,
        .may_span = of->may_span,
        .most = most,
        .cost = cost_of,
        .context = caller,
    };
}

/* False: no block of slots can be had for so much. */
static bool call_together(struct schedule *self, int model, double most)
{
    struct schedule_model_state *of = &self->models[model];
    struct caller caller = { self, model };
    const struct teams_call call = call_for(&caller, most);

    if (teams_call(self->teams, &call) == TEAMS_NONE)
        return false;
    of->num_called++;
    schedule_forget(self);
    return true;
}

bool schedule_may_hold(const struct schedule *self, int slot, int model)
{
    return schedule_speed(self, slot, model) > 0;
}

bool schedule_is_apart(const struct schedule *self, int slot)
{
    return slot >= 0 && (size_t)slot < self->num_slots
           && teams_is_apart(self->teams, slot);
}

int schedule_lead(const struct schedule *self, int slot)
{
    return slot >= 0 && (size_t)slot < self->num_slots
               ? teams_lead(self->teams, slot)
               : TEAMS_NONE;
}

bool schedule_lets_go(const struct schedule *self, int slot)
{
    enum team_stage stage;

    if (self->jobs && schedule_has_slot(self, slot))
        return schedule_jobs_lets_go(self, slot);
    if (schedule_lead(self, slot) == TEAMS_NONE)
        return false;
    stage = teams_stage(self->teams, slot);
    return stage == TEAM_GATHERS
           || (stage == TEAM_PARTS && schedule_lead(self, slot) == slot);
}

/* Whether the slots that gathered are all there now. */
static bool is_whole_now(struct schedule *self, int slot)
{
    teams_arrive(self->teams, slot);
    if (teams_stage(self->teams, slot) != TEAM_WHOLE)
        return false;
    self->models[teams_model(self->teams, slot)].num_called--;
    schedule_forget(self);
    return true;
}

/* It went to nobody else meanwhile. */
static bool is_wanted(struct schedule *self, int slot, int64_t now_ms)
{
    return schedule_has_ready(self, teams_model(self->teams, slot), now_ms);
}

/* Some team of that width there is, or will be: the model's turn comes. */
static bool has_team(const struct schedule *self, int model)
{
    const size_t width = self->models[model].width;

    for (size_t i = 0; i < self->num_slots; i++) {
        const int lead = teams_lead(self->teams, (int)i);

        if (lead == (int)i && teams_width(self->teams, lead) == width
            && teams_stage(self->teams, lead) != TEAM_PARTS
            && schedule_team_speed(self, lead, model) > 0
            && (!self->models[model].is_role
                || teams_model(self->teams, lead) == model))
            return true;
    }
    return false;
}

static bool waits(const struct schedule *self, int model)
{
    const struct schedule_model_state *of = &self->models[model];

    /* roles wait for their mark (schedule_choose) */
    return of->width > 1 && !of->is_role && of->num_slots == 0
           && of->num_called == 0 && pool_num_ready(of->pool) > 0
           && !has_team(self, model);
}

/* A model that nobody can drive and nobody is called together for gets slots
 * that are busy. */
static void call_for_waiting(struct schedule *self)
{
    size_t below = SIZE_MAX;

    /* the widest first: they need most room */
    while (below > 1) {
        int widest = SCHEDULE_NO_MODEL;

        for (size_t i = 0; i < self->num_models; i++) {
            if (self->models[i].width < below && waits(self, (int)i)
                && (widest < 0
                    || self->models[i].width > self->models[widest].width))
                widest = (int)i;
        }
        if (widest == SCHEDULE_NO_MODEL)
            return;
        below = self->models[widest].width;
        (void)call_together(self, widest, (double)INFINITY);
    }
}

bool schedule_gather(struct schedule *self,
                     int slot,
                     int held,
                     int64_t now_ms,
                     int *model)
{
    *model = SCHEDULE_NO_MODEL;
    if (!self->has_wide)
        return false;
    call_for_waiting(self);
    switch (teams_stage(self->teams, slot)) {
    case TEAM_ALONE:
        return false;
    case TEAM_GATHERS:
        if (held != SCHEDULE_NO_MODEL)
            return true;
        (void)is_whole_now(self, slot);
        break;
    case TEAM_PARTS:
        if (held != SCHEDULE_NO_MODEL || teams_lead(self->teams, slot) != slot)
            return true;
        teams_end(self->teams, slot);
        schedule_forget(self);
        return false;
    case TEAM_WHOLE:
        break;
    }
    if (teams_stage(self->teams, slot) != TEAM_WHOLE
        || teams_lead(self->teams, slot) != slot)
        return true;
    /* new, it takes what it was called together for */
    if (held == SCHEDULE_NO_MODEL && is_wanted(self, slot, now_ms)
        && schedule_team_speed(self, slot, teams_model(self->teams, slot)) > 0)
        *model = teams_model(self->teams, slot);
    return false;
}

int schedule_stay(struct schedule *self, int slot, int model, int64_t now_ms)
{
    const size_t width = teams_width(self->teams, slot);

    if (teams_lead(self->teams, slot) != slot || width < 2
        || (model != SCHEDULE_NO_MODEL && self->models[model].width == width))
        return model;
    for (size_t i = 0; i < self->num_models; i++) {
        const struct schedule_model_state *of = &self->models[i];

        if (of->width == width && !of->is_role && of->num_slots == 0
            && of->num_called == 0 && schedule_has_ready(self, (int)i, now_ms)
            && schedule_team_speed(self, slot, (int)i) > 0)
            return (int)i;
    }
    return model;
}

bool schedule_may_take(struct schedule *self, int slot, int model)
{
    const bool is_lead = teams_lead(self->teams, slot) == slot;

    if (is_lead && teams_width(self->teams, slot) == self->models[model].width
        && schedule_team_speed(self, slot, model) > 0) {
        teams_turn_to(self->teams, slot, model);
        return true;
    }
    if (is_lead) {
        teams_part(self->teams, slot);
        schedule_forget(self);
        return false;
    }
    if (!is_wide(self, model))
        return true;
    /* of slots that have nothing to do; others are not called away for it, but
     * for a role whose queue is long */
    (void)call_together(self,
                        model,
                        self->models[model].is_role ? (double)INFINITY : 0);
    return false;
}

void schedule_gather_alive(struct schedule *self, int slot, bool is_alive)
{
    if (!is_alive && teams_stage(self->teams, slot) == TEAM_GATHERS)
        self->models[teams_model(self->teams, slot)].num_called--;
    teams_alive(self->teams, slot, is_alive);
}

/* Whether living slots that it may be on could make a team of its width. */
static bool has_room(const struct schedule *self, int model)
{
    struct caller caller = { self, model };
    const struct teams_call call = call_for(&caller, (double)INFINITY);

    return teams_room(self->teams, &call) > 0;
}

/* Whether a slot lives on which it may be. */
static bool has_type(const struct schedule *self, int model)
{
    bool is_any = false;

    for (size_t i = 0; i < self->num_slots; i++) {
        if (self->slots[i].is_alive) {
            is_any = true;
            if (schedule_speed(self, (int)i, model) > 0)
                return true;
        }
    }
    return !is_any;
}

int schedule_stranded(const struct schedule *self)
{
    const bool has_types = slot_types_differ(self->types);

    for (size_t i = 0; (self->has_wide || has_types) && i < self->num_models;
         i++) {
        const struct schedule_model_state *of = &self->models[i];

        if (pool_num_left(of->pool) == 0 || of->num_slots + of->num_called > 0)
            continue;
        if (of->width > 1 && !has_room(self, (int)i))
            return (int)i;
        if (has_types && !has_type(self, (int)i))
            return (int)i;
    }
    return SCHEDULE_NO_MODEL;
}

void schedule_narrow(struct schedule *self, int model)
{
    self->models[model].width = 1;
    slot_types_free(self->types, (size_t)model);
    schedule_forget(self);
}
