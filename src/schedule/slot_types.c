#include "schedule/slot_types.h"

#include "base/mem.h"

#include <stdlib.h>

struct slot_types {
    size_t num;
    size_t num_models;
    uint16_t *of;    /* [num_slots] */
    double *speed;   /* [num_models][num] */
    uint16_t *group; /* [num]; NULL: all may mix */
    int *group_of;   /* [num_models] as slot_types_params.begun */
    bool is_begun;   /* some of them */
    bool *is_free;   /* [num_models] */
    double *worth;   /* [num][num] */
};

/* Mean over models of what a slot of one type does beside one of another. */
static double find_worth(const struct slot_types *self,
                         size_t other,
                         size_t type)
{
    double sum = 0;
    size_t num = 0;

    for (size_t m = 0; m < self->num_models; m++) {
        const double *speed = &self->speed[m * self->num];

        if (!(speed[type] > 0) || !(speed[other] > 0))
            continue;
        sum += speed[other] / speed[type];
        num++;
    }
    return num > 0 ? sum / (double)num : 0;
}

struct slot_types *slot_types_create(const struct slot_types_params *params,
                                     size_t num_models,
                                     size_t num_slots)
{
    struct slot_types *self = mem_alloc(1, sizeof *self);

    self->num = params ? params->num : 1;
    self->num_models = num_models;
    self->of = mem_alloc(num_slots, sizeof *self->of);
    self->speed = mem_alloc(num_models * self->num, sizeof *self->speed);
    self->group_of = mem_alloc(num_models, sizeof *self->group_of);
    self->is_free = mem_alloc(num_models, sizeof *self->is_free);
    self->worth = mem_alloc(self->num * self->num, sizeof *self->worth);
    for (size_t i = 0; params && i < num_slots; i++)
        self->of[i] = params->of[i];
    for (size_t i = 0; i < num_models * self->num; i++)
        self->speed[i] = params ? params->speed[i] : 1;
    for (size_t m = 0; m < num_models; m++) {
        self->group_of[m] =
            params && params->begun ? params->begun[m] : SLOT_TYPES_ANYWHERE;
        self->is_begun |= self->group_of[m] != SLOT_TYPES_ANYWHERE;
    }
    if (params && params->group) {
        self->group =
            mem_copy(params->group, params->num * sizeof *params->group);
    }
    for (size_t a = 0; a < self->num; a++) {
        for (size_t b = 0; b < self->num; b++)
            self->worth[a * self->num + b] = find_worth(self, a, b);
    }
    return self;
}

void slot_types_destroy(struct slot_types *self)
{
    if (!self)
        return;
    free(self->of);
    free(self->speed);
    free(self->group);
    free(self->group_of);
    free(self->is_free);
    free(self->worth);
    free(self);
}

size_t slot_types_num(const struct slot_types *self)
{
    return self->num;
}

bool slot_types_differ(const struct slot_types *self)
{
    return self->num > 1 || self->is_begun;
}

size_t slot_types_of(const struct slot_types *self, int slot)
{
    return self->of[slot];
}

double slot_types_speed(const struct slot_types *self,
                        size_t type,
                        size_t model)
{
    const double speed = self->speed[model * self->num + type];

    if (self->is_free[model])
        return speed > 0 ? speed : 1;
    if (self->group && self->group_of[model] != SLOT_TYPES_ANYWHERE
        && self->group[type] != self->group_of[model])
        return 0;
    return speed;
}

bool slot_types_may_mix(const struct slot_types *self, size_t one, size_t other)
{
    return !self->group || self->group[one] == self->group[other];
}

double slot_types_worth(const struct slot_types *self,
                        size_t other,
                        size_t type)
{
    return self->worth[other * self->num + type];
}

bool slot_types_is_picky(const struct slot_types *self, size_t model)
{
    for (size_t t = 0; t < self->num; t++) {
        if (slot_types_speed(self, t, model) > 0)
            continue;
        for (size_t on = 0; on < self->num; on++) {
            if (slot_types_speed(self, on, model) > 0
                && slot_types_worth(self, t, on) > 0)
                return true;
        }
    }
    return false;
}

void slot_types_take(struct slot_types *self, size_t type, size_t model)
{
    if (self->group && self->group_of[model] == SLOT_TYPES_ANYWHERE)
        self->group_of[model] = self->group[type];
}

void slot_types_free(struct slot_types *self, size_t model)
{
    self->is_free[model] = true;
}
