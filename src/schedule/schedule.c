#include "schedule/schedule.h"

#include "base/mem.h"
#include "schedule/pool.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Older measurements fade: a model's speed changes with the kind of task. */
static const double fade = 0.98;
/* Below this much measured time a rate says nothing. */
static const double min_measured_s = 0.05;

/* A role's queue is served out of turn once it holds this many seconds of work,
 * and this many times what loading it costs. */
static const double role_mark_s = 10;
static const double role_mark_loads = 2;

struct model {
    struct pool *pool;
    bool is_role;
    double load_s;
    double prior;  /* tokens per second, 0 = unknown */
    double tokens; /* measured, fading */
    double seconds;
    size_t num_slots; /* that hold it */
};

struct slot_state {
    int model; /* that it holds or is about to load */
    bool is_alive;
};

struct schedule {
    struct model *models; /* [num_models] */
    size_t num_models;
    struct slot_state *slots; /* [num_slots] */
    size_t num_slots;
    uint16_t *unit_model;    /* [num_units] */
    struct pool_units units; /* [num_units], shared with the pools */
    size_t num_units;
    size_t caps[3];
    size_t num_done;
    double lease_s;
    size_t max_lease;
};

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
}

struct schedule *schedule_create(const struct schedule_params *params)
{
    struct schedule *self = mem_alloc(1, sizeof *self);
    size_t num = params->num_units;

    self->num_models = params->num_models;
    self->num_slots = params->num_slots;
    self->num_units = num;
    self->lease_s = params->lease_s;
    self->max_lease = params->max_lease > 0 ? params->max_lease : 1;
    reserve_units(self, num);
    if (num > 0) {
        memcpy(self->unit_model,
               params->unit_model,
               num * sizeof *self->unit_model);
        memcpy(self->units.costs,
               params->unit_cost,
               num * sizeof *self->units.costs);
        memset(self->units.states, POOL_READY, num);
    }
    self->models = mem_alloc(params->num_models, sizeof *self->models);
    self->slots = mem_alloc(params->num_slots, sizeof *self->slots);
    for (size_t i = 0; i < self->num_models; i++) {
        self->models[i].is_role = params->models[i].is_role;
        self->models[i].load_s = params->models[i].load_s;
        self->models[i].prior = params->models[i].tokens_per_s;
        self->models[i].pool = pool_create(&self->units);
    }
    for (size_t i = 0; i < num; i++)
        pool_add(self->models[self->unit_model[i]].pool, i);
    for (size_t i = 0; i < self->num_models; i++)
        pool_order(self->models[i].pool);
    for (size_t i = 0; i < self->num_slots; i++)
        self->slots[i] = (struct slot_state){ SCHEDULE_NO_MODEL, true };
    return self;
}

void schedule_destroy(struct schedule *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->num_models; i++)
        pool_destroy(self->models[i].pool);
    free(self->models);
    free(self->slots);
    free(self->unit_model);
    free(self->units.costs);
    free(self->units.states);
    free(self);
}

static bool is_model(const struct schedule *self, int model)
{
    return model >= 0 && (size_t)model < self->num_models;
}

size_t schedule_add(struct schedule *self, int model, double tokens)
{
    const size_t unit = self->num_units;

    if (!is_model(self, model))
        BUG("a unit of model %d", model);
    reserve_units(self, unit + 1);
    self->unit_model[unit] = (uint16_t)model;
    self->units.costs[unit] = (float)tokens;
    self->units.states[unit] = POOL_READY;
    self->num_units++;
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
    self->num_done++;
}

void schedule_return(struct schedule *self, size_t unit, int64_t not_before_ms)
{
    if (unit < self->num_units && self->units.states[unit] == POOL_LEASED)
        pool_return(pool_of(self, unit), unit, not_before_ms);
}

static bool is_slot(const struct schedule *self, int slot)
{
    return slot >= 0 && (size_t)slot < self->num_slots;
}

static void hold(struct schedule *self, int slot, int model)
{
    int *held = &self->slots[slot].model;

    if (is_model(self, *held))
        self->models[*held].num_slots--;
    if (is_model(self, model))
        self->models[model].num_slots++;
    *held = model;
}

void schedule_loaded(struct schedule *self, int slot, int model, double load_s)
{
    struct model *of;

    if (!is_slot(self, slot) || !is_model(self, model))
        return;
    hold(self, slot, model);
    if (!(load_s >= 0))
        return;
    of = &self->models[model];
    of->load_s = of->load_s > 0 ? (of->load_s + load_s) / 2 : load_s;
}

void schedule_observe(struct schedule *self,
                      int model,
                      double tokens,
                      double seconds)
{
    struct model *of;

    if (!is_model(self, model) || !(tokens >= 0) || !(seconds >= 0))
        return;
    of = &self->models[model];
    of->tokens = of->tokens * fade + tokens;
    of->seconds = of->seconds * fade + seconds;
}

static double rate(const struct model *model)
{
    if (model->seconds >= min_measured_s && model->tokens > 0)
        return model->tokens / model->seconds;
    return model->prior;
}

/* Where a model's own rate is unknown, the mean of the others; 0 = no idea. */
static double rate_or_mean(const struct schedule *self, size_t model)
{
    double own = rate(&self->models[model]);
    double sum = 0;
    size_t num = 0;

    if (own > 0)
        return own;
    for (size_t i = 0; i < self->num_models; i++) {
        double other = rate(&self->models[i]);

        if (other > 0) {
            sum += other;
            num++;
        }
    }
    return num > 0 ? sum / (double)num : 0;
}

static size_t slots_on(const struct schedule *self, int model, int but)
{
    size_t num = self->models[model].num_slots;

    if (but >= 0 && self->slots[but].model == model)
        num--;
    return num;
}

/*
 * How long this model will take if `slot` stays away; -1 when joining would not
 * end it sooner.  With n slots on it and W seconds of work, it ends at W / n;
 * with one more that first loads for L seconds, at (W + L) / (n + 1): sooner
 * only when W / n > L.
 */
static double urgency(const struct schedule *self, size_t model, int slot)
{
    const struct model *of = &self->models[model];
    double tokens = pool_ready_cost(of->pool);
    double speed = rate_or_mean(self, model);
    double work_s = speed > 0 ? tokens / speed : tokens;
    size_t num = slots_on(self, (int)model, slot);

    if (num == 0)
        return work_s + of->load_s;
    work_s /= (double)num;
    return work_s > of->load_s ? work_s : -1;
}

/*
 * The role whose queue stands above its high mark: seconds enough to be worth a
 * load, and more than the slots on it work off in that time.  Judging comes
 * first then, though the held model has work left: else it would be a phase of
 * its own at the end.  The low mark is an empty queue.
 */
static int role_above_mark(struct schedule *self, int64_t now_ms)
{
    double most = 0;
    int best = SCHEDULE_NO_MODEL;

    for (size_t i = 0; i < self->num_models; i++) {
        const struct model *of = &self->models[i];
        double mark_s = fmax(role_mark_s, role_mark_loads * of->load_s);
        double speed = rate_or_mean(self, i);
        double work_s;

        if (!of->is_role || speed <= 0
            || !schedule_has_ready(self, (int)i, now_ms))
            continue;
        work_s = pool_ready_cost(of->pool) / speed;
        work_s /= (double)(of->num_slots + 1);
        if (work_s > mark_s && work_s > most) {
            most = work_s;
            best = (int)i;
        }
    }
    return best;
}

bool schedule_role_waits(struct schedule *self, int held, int64_t now_ms)
{
    if (is_model(self, held) && self->models[held].is_role)
        return false;
    return role_above_mark(self, now_ms) != SCHEDULE_NO_MODEL;
}

static int choose(struct schedule *self, int slot, int held, int64_t now_ms)
{
    double most = -1;
    int best = SCHEDULE_NO_MODEL;

    if (schedule_role_waits(self, held, now_ms))
        return role_above_mark(self, now_ms);
    if (schedule_has_ready(self, held, now_ms))
        return held;
    for (size_t i = 0; i < self->num_models; i++) {
        double urgent;

        if (!schedule_has_ready(self, (int)i, now_ms))
            continue;
        urgent = urgency(self, i, slot);
        if (urgent > most) {
            most = urgent;
            best = (int)i;
        }
    }
    return best;
}

/* Tokens aimed at in one lease: `lease_s` of work, and less in the tail, where
 * all slots of this model are to end together. */
static double lease_tokens(const struct schedule *self, int model, bool *tail)
{
    const struct model *of = &self->models[model];
    double share =
        pool_ready_cost(of->pool) / (2.0 * (double)slots_on(self, model, -1));
    double tokens = rate(of) * self->lease_s;

    *tail = tokens <= 0 || share <= tokens;
    return *tail ? share : tokens;
}

size_t schedule_lease(struct schedule *self,
                      int slot,
                      int held,
                      int64_t now_ms,
                      int *model,
                      size_t *out)
{
    struct pool_want want = { .max = self->max_lease };
    int chosen;

    if (!is_slot(self, slot) || !self->slots[slot].is_alive)
        return 0;
    hold(self, slot, is_model(self, held) ? held : SCHEDULE_NO_MODEL);
    chosen = choose(self, slot, held, now_ms);
    if (chosen == SCHEDULE_NO_MODEL)
        return 0;
    hold(self, slot, chosen);
    if (rate(&self->models[chosen]) <= 0 && want.max > POOL_BUNDLE)
        want.max = POOL_BUNDLE; /* nothing is known: try a bundle first */
    want.cost = lease_tokens(self, chosen, &want.may_split);
    *model = chosen;
    return pool_take(self->models[chosen].pool, &want, out);
}

bool schedule_has_ready(struct schedule *self, int model, int64_t now_ms)
{
    if (!is_model(self, model))
        return false;
    pool_wake(self->models[model].pool, now_ms);
    return pool_num_ready(self->models[model].pool) > 0;
}

double schedule_cost(const struct schedule *self, size_t unit)
{
    return unit < self->num_units ? (double)self->units.costs[unit] : 0;
}

void schedule_slot_alive(struct schedule *self, int slot, bool is_alive)
{
    if (!is_slot(self, slot))
        return;
    self->slots[slot].is_alive = is_alive;
    if (!is_alive)
        hold(self, slot, SCHEDULE_NO_MODEL);
}

size_t schedule_max_lease(const struct schedule *self)
{
    return self->max_lease;
}

size_t schedule_left(const struct schedule *self)
{
    return self->num_units - self->num_done;
}

static size_t slots_alive(const struct schedule *self)
{
    size_t num = 0;

    for (size_t i = 0; i < self->num_slots; i++)
        num += self->slots[i].is_alive;
    return num;
}

double schedule_eta(const struct schedule *self, int64_t now_ms)
{
    double *work_s = mem_alloc(self->num_models, sizeof *work_s);
    double *load_s = mem_alloc(self->num_models, sizeof *load_s);
    size_t num_slots = slots_alive(self);
    double eta = num_slots > 0 || schedule_left(self) == 0 ? 0 : (double)NAN;

    (void)now_ms; /* what waits for a retry is short against the rest */
    for (size_t i = 0; i < self->num_models; i++) {
        double left = pool_left_cost(self->models[i].pool);
        double speed = rate_or_mean(self, i);

        if (left <= 0)
            continue;
        if (speed <= 0) {
            eta = (double)NAN;
        } else {
            work_s[i] = left / speed;
        }
        if (slots_on(self, (int)i, -1) == 0)
            load_s[i] = self->models[i].load_s;
    }
    if (!isnan(eta))
        eta = schedule_lower_bound(work_s, load_s, self->num_models, num_slots);
    free(work_s);
    free(load_s);
    return eta;
}
