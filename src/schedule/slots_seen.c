#include "schedule/slots_seen.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Slots of a type on a model. */
struct sum {
    size_t num;
    size_t num_late;
    double left_s;
};

struct slots_seen {
    size_t num_slots;
    size_t num_types;
    size_t num_models;
    struct slot_seen *slots; /* [num_slots] as they are in the sums */
    size_t *type;            /* [num_slots] likewise */
    bool *is_changed;        /* [num_slots] */
    int *changed;            /* [num_slots], in the order of change */
    size_t num_changed;
    size_t num_taken; /* of these */
    size_t *num_free; /* [num_types] */
    struct sum *sums; /* [num_types][num_models] */
};

struct slots_seen *slots_seen_create(size_t num_slots,
                                     size_t num_types,
                                     size_t num_models)
{
    struct slots_seen *self = mem_alloc(1, sizeof *self);

    *self = (struct slots_seen){
        .num_slots = num_slots,
        .num_types = num_types,
        .num_models = num_models,
        .slots = mem_alloc(num_slots, sizeof *self->slots),
        .type = mem_alloc(num_slots, sizeof *self->type),
        .is_changed = mem_alloc(num_slots, sizeof *self->is_changed),
        .changed = mem_alloc(num_slots, sizeof *self->changed),
        .num_free = mem_alloc(num_types, sizeof *self->num_free),
        .sums = mem_alloc(num_types * num_models, sizeof *self->sums),
    };
    slots_seen_change_all(self);
    return self;
}

void slots_seen_destroy(struct slots_seen *self)
{
    if (!self)
        return;
    free(self->slots);
    free(self->type);
    free(self->is_changed);
    free(self->changed);
    free(self->num_free);
    free(self->sums);
    free(self);
}

void slots_seen_change(struct slots_seen *self, int slot)
{
    if (self->is_changed[slot])
        return;
    self->is_changed[slot] = true;
    self->changed[self->num_changed++] = slot;
}

/* From nothing, so that no sum drifts by what was added and taken away. */
void slots_seen_change_all(struct slots_seen *self)
{
    self->num_changed = 0;
    self->num_taken = 0;
    for (size_t i = 0; i < self->num_slots; i++) {
        self->slots[i] = (struct slot_seen){ .model = SLOTS_SEEN_NONE };
        self->is_changed[i] = false;
        slots_seen_change(self, (int)i);
    }
    memset(self->num_free, 0, self->num_types * sizeof *self->num_free);
    memset(self->sums,
           0,
           self->num_types * self->num_models * sizeof *self->sums);
}

int slots_seen_next(struct slots_seen *self)
{
    if (self->num_taken < self->num_changed)
        return self->changed[self->num_taken++];
    self->num_changed = 0;
    self->num_taken = 0;
    return SLOTS_SEEN_NONE;
}

static struct sum *sum_of(const struct slots_seen *self,
                          size_t type,
                          size_t model)
{
    return &self->sums[type * self->num_models + model];
}

static void take_away(struct slots_seen *self, int slot)
{
    const struct slot_seen *was = &self->slots[slot];
    const size_t type = self->type[slot];
    struct sum *sum;

    self->num_free[type] -= was->is_free;
    if (was->model == SLOTS_SEEN_NONE)
        return;
    sum = sum_of(self, type, (size_t)was->model);
    sum->num--;
    if (!(was->left_s > 0))
        return;
    sum->num_late--;
    sum->left_s = sum->num_late > 0 ? sum->left_s - was->left_s : 0;
}

void slots_seen_put(struct slots_seen *self,
                    int slot,
                    size_t type,
                    struct slot_seen what)
{
    struct sum *sum;

    take_away(self, slot);
    self->is_changed[slot] = false;
    self->slots[slot] = what;
    self->type[slot] = type;
    self->num_free[type] += what.is_free;
    if (what.model == SLOTS_SEEN_NONE)
        return;
    sum = sum_of(self, type, (size_t)what.model);
    sum->num++;
    if (!(what.left_s > 0))
        return;
    sum->num_late++;
    sum->left_s += what.left_s;
}

size_t slots_seen_free(const struct slots_seen *self, size_t type)
{
    return self->num_free[type];
}

size_t slots_seen_at_work(const struct slots_seen *self,
                          size_t type,
                          size_t model)
{
    return sum_of(self, type, model)->num;
}

double slots_seen_left_s(const struct slots_seen *self,
                         size_t type,
                         size_t model)
{
    return sum_of(self, type, model)->left_s;
}
