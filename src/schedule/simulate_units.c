#include "schedule/simulate_units.h"

#include "base/mem.h"

#include <stdlib.h>

struct schedule_params simulate_units_open(struct simulate_units *self,
                                           const struct simulate_world *world)
{
    struct schedule_params there = world->believed;
    const size_t num = there.num_units;

    there.num_units -= world->num_after;
    *self = (struct simulate_units){
        .world = world,
        .index = mem_alloc(num, sizeof *self->index),
        .num = there.num_units,
        .first = mem_alloc(num, sizeof *self->first),
        .next = mem_alloc(num, sizeof *self->next),
    };
    for (size_t i = 0; i < there.num_units; i++)
        self->index[i] = (uint32_t)i;
    for (size_t i = world->num_after; i > 0; i--) {
        const size_t unit = there.num_units + i - 1;

        self->next[unit] = self->first[world->after[i - 1]];
        self->first[world->after[i - 1]] = (uint32_t)unit;
    }
    return there;
}

void simulate_units_close(struct simulate_units *self)
{
    free(self->index);
    free(self->first);
    free(self->next);
}

void simulate_units_follow(struct simulate_units *self,
                           size_t done,
                           struct schedule *schedule)
{
    const struct schedule_params *of = &self->world->believed;

    for (uint32_t unit = self->first[self->index[done]]; unit > 0;
         unit = self->next[unit]) {
        (void)schedule_add(schedule,
                           of->unit_model[unit],
                           of->unit_task ? of->unit_task[unit] : 0,
                           (double)of->unit_cost[unit]);
        self->index[self->num++] = unit;
    }
}
