#include "schedule/schedule.h"

#include "base/mem.h"
#include "schedule/cell.h"
#include "schedule/schedule_parts.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void reserve_units(struct schedule *self, size_t num)
{
    self->unit_model = mem_reserve(self->unit_model,
                                   &self->caps[0],
                                   num,
                                   sizeof *self->unit_model);
    self->units.costs = mem_reserve(self->units.costs,
                                    &self->caps[1],
                                    num,
                                    sizeof *self->units.costs);
    self->units.states = mem_reserve(self->units.states,
                                     &self->caps[2],
                                     num,
                                     sizeof *self->units.states);
    self->units.tasks = mem_reserve(self->units.tasks,
                                    &self->caps[3],
                                    num,
                                    sizeof *self->units.tasks);
}

static void copy_units(struct schedule *self,
                       const struct schedule_params *params)
{
    const size_t num = params->num_units;

    self->num_units = num;
    reserve_units(self, num);
    if (num == 0)
        return;
    memcpy(self->unit_model,
           params->unit_model,
           num * sizeof *self->unit_model);
    memcpy(self->units.costs,
           params->unit_cost,
           num * sizeof *self->units.costs);
    memset(self->units.states, POOL_READY, num);
    if (params->unit_task) {
        memcpy(self->units.tasks,
               params->unit_task,
               num * sizeof *self->units.tasks);
    } else {
        memset(self->units.tasks, 0, num * sizeof *self->units.tasks);
    }
}

struct schedule *schedule_create(const struct schedule_params *params)
{
    struct schedule *self = mem_alloc(1, sizeof *self);

    self->num_models = params->num_models;
    self->num_slots = params->num_slots;
    self->num_tasks = params->num_tasks > 0 ? params->num_tasks : 1;
    self->lease_s = params->lease_s;
    self->max_lease = params->max_lease > 0 ? params->max_lease : 1;
    self->jobs = schedule_jobs_create(params->policy,
                                      params->policy_size,
                                      params->num_slots);
    copy_units(self, params);
    self->models = mem_alloc(params->num_models, sizeof *self->models);
    self->slots = mem_alloc(params->num_slots, sizeof *self->slots);
    self->teams = teams_create(params->places, params->num_slots);
    self->types =
        slot_types_create(params->types, params->num_models, params->num_slots);
    self->ahead = mem_alloc(slot_types_num(self->types), sizeof *self->ahead);
    for (size_t i = 0; i < slot_types_num(self->types); i++) {
        self->ahead[i].now =
            mem_alloc(params->num_models, sizeof *self->ahead[i].now);
    }
    self->seen = slots_seen_create(params->num_slots,
                                   slot_types_num(self->types),
                                   params->num_models);
    self->seen_load_s =
        mem_alloc(params->num_models, sizeof *self->seen_load_s);
    self->is_probed = mem_alloc(self->num_tasks, sizeof *self->is_probed);
    self->speeds = speeds_create(self->num_models, self->num_tasks);
    for (size_t i = 0; i < self->num_models; i++) {
        self->models[i].is_role = params->models[i].is_role;
        self->models[i].may_span = params->models[i].may_span;
        self->models[i].is_single = params->models[i].is_single;
        self->models[i].width =
            params->models[i].width > 1 ? params->models[i].width : 1;
        self->has_wide = self->has_wide || params->models[i].width > 1;
        self->models[i].prior_load_s = params->models[i].load_s;
        self->models[i].pool = pool_create(&self->units, self->num_tasks);
        speeds_expect(self->speeds,
                      i,
                      params->models[i].tokens_per_s,
                      params->models[i].is_guessed);
    }
    for (size_t i = 0; i < self->num_units; i++)
        pool_add(self->models[self->unit_model[i]].pool, i);
    for (size_t i = 0; i < self->num_models; i++)
        pool_order(self->models[i].pool, params->unit_bundle);
    for (size_t i = 0; i < self->num_slots; i++) {
        self->slots[i] = (struct slot_state){
            .model = SCHEDULE_NO_MODEL,
            .is_alive = true,
            .loading_ms = -1,
        };
    }
    return self;
}

void schedule_destroy(struct schedule *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num_models; i++)
        pool_destroy(self->models[i].pool);
    schedule_jobs_destroy(self->jobs);
    speeds_destroy(self->speeds);
    teams_destroy(self->teams);
    for (size_t i = 0; i < slot_types_num(self->types); i++)
        free(self->ahead[i].now);
    free(self->ahead);
    slots_seen_destroy(self->seen);
    free(self->seen_load_s);
    slot_types_destroy(self->types);
    free(self->models);
    free(self->slots);
    free(self->is_probed);
    free(self->unit_model);
    free(self->units.costs);
    free(self->units.tasks);
    free(self->units.states);
    free(self);
}

bool schedule_has_model(const struct schedule *self, int model)
{
    return model >= 0 && (size_t)model < self->num_models;
}

size_t schedule_add(struct schedule *self,
                    int model,
                    size_t task,
                    double tokens)
{
    const size_t unit = self->num_units;

    if (!schedule_has_model(self, model) || task >= self->num_tasks)
        BUG("a unit of model %d, task %zu", model, task);
    reserve_units(self, unit + 1);
    self->unit_model[unit] = (uint16_t)model;
    self->units.costs[unit] = (float)tokens;
    self->units.tasks[unit] = (uint16_t)task;
    self->units.states[unit] = POOL_READY;
    self->num_units++;
    if (pool_num_ready(self->models[model].pool) == 0)
        schedule_forget(self);
    pool_append(self->models[model].pool, unit);
    return unit;
}

static struct pool *pool_of(struct schedule *self, size_t unit)
{
    return self->models[self->unit_model[unit]].pool;
}

void schedule_done(struct schedule *self, size_t unit)
{
    if (unit >= self->num_units || self->units.states[unit] == POOL_DONE)
        return;
    pool_done(pool_of(self, unit), unit);
    if (pool_num_left(pool_of(self, unit)) == 0)
        schedule_forget(self);
    self->num_done++;
}

void schedule_return(struct schedule *self, size_t unit, int64_t not_before_ms)
{
    if (unit >= self->num_units
        || (self->units.states[unit] != POOL_LEASED
            && self->units.states[unit] != POOL_TWICE))
        return;
    pool_return(pool_of(self, unit), unit, not_before_ms);
    if (self->jobs)
        schedule_jobs_returned(self, unit);
    schedule_forget(self);
}

void schedule_forget(struct schedule *self)
{
    for (size_t i = 0; i < slot_types_num(self->types); i++)
        self->ahead[i].is_there = false;
}

bool schedule_has_slot(const struct schedule *self, int slot)
{
    return slot >= 0 && (size_t)slot < self->num_slots;
}

void schedule_hold(struct schedule *self, int slot, int model)
{
    struct slot_state *of = &self->slots[slot];

    if (of->model == model)
        return;
    schedule_set_loading(self, slot, -1);
    if (schedule_has_model(self, of->model))
        self->models[of->model].num_slots--;
    if (schedule_has_model(self, model))
        self->models[model].num_slots++;
    of->model = model;
    of->is_idle = false;
    slots_seen_change(self->seen, slot);
}

void schedule_set_loading(struct schedule *self, int slot, int64_t since_ms)
{
    struct slot_state *of = &self->slots[slot];

    if (schedule_has_model(self, of->model)) {
        struct schedule_model_state *model = &self->models[of->model];

        if (of->loading_ms >= 0) {
            model->num_loading--;
            model->loading_sum_ms -= (double)of->loading_ms;
        }
        if (since_ms >= 0) {
            model->num_loading++;
            model->loading_sum_ms += (double)since_ms;
        }
    }
    of->loading_ms = since_ms;
    slots_seen_change(self->seen, slot);
}

void schedule_loaded(struct schedule *self, int slot, int model, double load_s)
{
    struct schedule_model_state *of;

    if (!schedule_has_slot(self, slot) || !schedule_has_model(self, model))
        return;
    schedule_hold(self, slot, model);
    schedule_set_loading(self, slot, -1);
    if (!(load_s >= 0) || isinf(load_s)) /* a worker may say anything */
        return;
    load_s = fmin(load_s, SCHEDULE_LONGEST_LOAD_S);
    of = &self->models[model];
    of->load_s = of->load_s > 0 ? (of->load_s + load_s) / 2 : load_s;
}

bool schedule_may_join(const struct schedule *self, int model)
{
    const struct schedule_model_state *of = &self->models[model];

    return !of->is_single || of->num_slots == 0;
}

double schedule_speed(const struct schedule *self, int slot, int model)
{
    return slot_types_speed(self->types,
                            slot_types_of(self->types, slot),
                            (size_t)model);
}

double schedule_team_speed(const struct schedule *self, int slot, int model)
{
    const size_t type = slot_types_of(self->types, slot);
    double least = schedule_speed(self, slot, model);

    if (teams_lead(self->teams, slot) != slot)
        return least;
    for (size_t i = 1; i < teams_width(self->teams, slot); i++) {
        const int member = teams_member(self->teams, slot, i);

        least = fmin(least, schedule_speed(self, member, model));
        if (!slot_types_may_mix(self->types,
                                type,
                                slot_types_of(self->types, member)))
            return 0;
    }
    return least;
}

void schedule_observe(struct schedule *self,
                      int slot,
                      size_t unit,
                      double seconds)
{
    double speed = 1;

    if (unit >= self->num_units)
        return;
    if (schedule_has_slot(self, slot))
        speed = schedule_team_speed(self, slot, self->unit_model[unit]);
    speeds_observe(self->speeds,
                   self->unit_model[unit],
                   self->units.tasks[unit],
                   (double)self->units.costs[unit],
                   speed > 0 ? seconds * speed : seconds);
}

bool schedule_has_ready(struct schedule *self, int model, int64_t now_ms)
{
    if (!schedule_has_model(self, model))
        return false;
    pool_wake(self->models[model].pool, now_ms);
    return pool_num_ready(self->models[model].pool) > 0;
}

double schedule_cost(const struct schedule *self, size_t unit)
{
    return unit < self->num_units ? (double)self->units.costs[unit] : 0;
}

int schedule_model_of(const struct schedule *self, size_t unit)
{
    return self->unit_model[unit];
}

size_t schedule_task_of(const struct schedule *self, size_t unit)
{
    return self->units.tasks[unit];
}

size_t schedule_num_tasks(const struct schedule *self)
{
    return self->num_tasks;
}

size_t schedule_num_models(const struct schedule *self)
{
    return self->num_models;
}

void schedule_slot_alive(struct schedule *self, int slot, bool is_alive)
{
    if (!schedule_has_slot(self, slot))
        return;
    self->slots[slot].is_alive = is_alive;
    slots_seen_change(self->seen, slot);
    schedule_gather_alive(self, slot, is_alive);
    if (!is_alive)
        schedule_hold(self, slot, SCHEDULE_NO_MODEL);
    if (!is_alive && self->jobs)
        schedule_jobs_lost(self, slot);
    schedule_forget(self);
}

size_t schedule_max_lease(const struct schedule *self)
{
    return self->max_lease;
}

size_t schedule_left(const struct schedule *self)
{
    return self->num_units - self->num_done;
}

double schedule_eta(struct schedule *self, int64_t now_ms)
{
    double last_s = 0;

    if (self->jobs)
        return schedule_jobs_eta(self);
    for (size_t i = 0; i < slot_types_num(self->types); i++) {
        const struct ahead *ahead = schedule_look_ahead(self, i, now_ms);
        const double left_s = (ahead->end_ms - (double)now_ms) / 1e3;

        if (isnan(left_s))
            return left_s;
        last_s = fmax(last_s, left_s);
        last_s = fmax(last_s, (ahead->held_end_ms - (double)now_ms) / 1e3);
    }
    return last_s;
}
