/*
 * fixture.h - a small sweep in virtual time: models with equally many units of a
 * second each, and what each slot was seen to do.  A test changes what it is about
 * before it runs it.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "schedule/simulate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    FIXTURE_MODELS = 8,
    FIXTURE_UNITS = 8192,
    FIXTURE_SLOTS = 64,
    FIXTURE_TYPES = 2,
    FIXTURE_TOKENS = 10, /* of a unit, and a second of a slot */
};

struct fixture_params {
    size_t num_models;
    size_t num_each; /* units of each */
    size_t num_slots;
    double load_s; /* of each */
    /* [num_slots] below FIXTURE_TYPES, each type as fast as the other; NULL: all
     * slots are alike */
    const uint16_t *type_of;
};

struct fixture {
    struct schedule_model models[FIXTURE_MODELS];
    double load_s[FIXTURE_MODELS];
    uint16_t unit_model[FIXTURE_UNITS];
    float unit_cost[FIXTURE_UNITS], unit_s[FIXTURE_UNITS];
    uint32_t after[FIXTURE_UNITS];
    double speed[FIXTURE_MODELS][FIXTURE_TYPES];
    struct slot_types_params types;
    struct simulate_world world;
    /* seen */
    double work_s[FIXTURE_MODELS][FIXTURE_SLOTS]; /* by who drives the model */
    size_t num_loads[FIXTURE_MODELS][FIXTURE_SLOTS];
    double loading_s;
    double from_s[FIXTURE_MODELS]; /* of its work: the first begins */
    double to_s[FIXTURE_MODELS];   /* the last ends */
    bool overlaps[FIXTURE_MODELS]; /* two slots worked on it at once */
    double last_s;                 /* anything ends */
};

static inline void fixture_see(void *context,
                               int slot,
                               int model,
                               enum simulate_doing doing,
                               double from_s,
                               double to_s)
{
    struct fixture *self = context;

    assert_true(to_s >= from_s);
    self->last_s = to_s > self->last_s ? to_s : self->last_s;
    if (doing == SIMULATE_LOADS) {
        self->num_loads[model][slot]++;
        self->loading_s += to_s - from_s;
        return;
    }
    if (self->to_s[model] <= 0)
        self->from_s[model] = from_s;
    self->overlaps[model] =
        self->overlaps[model] || from_s < self->to_s[model] - 1e-6;
    self->to_s[model] = to_s > self->to_s[model] ? to_s : self->to_s[model];
    self->work_s[model][slot] += to_s - from_s;
}

static inline void fixture_set_load(struct fixture *self,
                                    size_t model,
                                    double load_s)
{
    self->load_s[model] = self->models[model].load_s = load_s;
}

/* As long as all thought, and so long. */
static inline void fixture_set_unit(struct fixture *self,
                                    size_t unit,
                                    double seconds)
{
    self->unit_cost[unit] = (float)(seconds * FIXTURE_TOKENS);
    self->unit_s[unit] = (float)seconds;
}

static inline void fixture_make(struct fixture *self,
                                const struct fixture_params *params)
{
    const size_t num_units = params->num_models * params->num_each;

    assert_true(params->num_models <= FIXTURE_MODELS);
    assert_true(params->num_slots <= FIXTURE_SLOTS);
    assert_true(num_units <= FIXTURE_UNITS);
    *self = (struct fixture){
        .types = { .num = FIXTURE_TYPES,
                   .of = params->type_of,
                   .speed = self->speed[0] },
        .world = { .believed = { .models = self->models,
                                 .num_models = params->num_models,
                                 .num_units = num_units,
                                 .unit_model = self->unit_model,
                                 .unit_cost = self->unit_cost,
                                 .num_slots = params->num_slots,
                                 .types = params->type_of ? &self->types : NULL,
                                 .lease_s = 8,
                                 .max_lease = 256 },
                   .unit_s = self->unit_s,
                   .load_s = self->load_s,
                   .after = self->after,
                   .span = fixture_see,
                   .context = self },
    };
    for (size_t m = 0; m < params->num_models; m++) {
        self->models[m].tokens_per_s = FIXTURE_TOKENS;
        fixture_set_load(self, m, params->load_s);
        for (size_t t = 0; t < FIXTURE_TYPES; t++)
            self->speed[m][t] = 1;
        for (size_t i = 0; i < params->num_each; i++) {
            self->unit_model[m * params->num_each + i] = (uint16_t)m;
            fixture_set_unit(self, m * params->num_each + i, 1);
        }
    }
}

/* One more model, a role: it is asked about every `of`th unit that there is, a
 * second each. */
static inline void fixture_add_judge(struct fixture *self,
                                     double load_s,
                                     size_t of)
{
    struct schedule_params *believed = &self->world.believed;
    const size_t model = believed->num_models++;
    const size_t num = believed->num_units;
    const size_t num_after = num / of;

    assert_true(model < FIXTURE_MODELS && num + num_after <= FIXTURE_UNITS);
    self->models[model] =
        (struct schedule_model){ .tokens_per_s = FIXTURE_TOKENS,
                                 .is_role = true };
    fixture_set_load(self, model, load_s);
    believed->num_units += num_after;
    self->world.num_after = num_after;
    for (size_t i = 0; i < num_after; i++) {
        self->after[i] = (uint32_t)(i * of);
        self->unit_model[num + i] = (uint16_t)model;
        fixture_set_unit(self, num + i, 1);
    }
}

static inline void fixture_run(struct fixture *self,
                               enum policy policy,
                               size_t size,
                               struct simulate_outcome *out)
{
    simulate_run(&self->world, policy, size, out);
    /* what finds no place is taken as if it were smaller */
    assert_true(!out->fits
                || out->makespan_s >= out->parted_bound_s * (1 - 1e-9));
}

#endif
