#include "cli/forecast/plan_world.h"

#include "base/mem.h"
#include "cli/forecast/outlook.h"

#include <stdlib.h>

static void take_unit(struct plan_world *self,
                      const struct outlook *outlook,
                      size_t unit)
{
    const struct schedule_params *params = &outlook->params;
    const size_t at = self->world.believed.num_units++;
    const size_t model = params->unit_model[unit];

    self->unit_cost[at] = params->unit_cost[unit];
    self->unit_model[at] = params->unit_model[unit];
    self->unit_task[at] = params->unit_task[unit];
    /* questions of roles have none */
    if (params->unit_bundle && unit < params->num_units - outlook->num_after)
        self->unit_bundle[at] = params->unit_bundle[unit];
    self->unit_s[at] = (float)((double)params->unit_cost[unit]
                               / params->models[model].tokens_per_s);
}

static void take_units(struct plan_world *self, const struct outlook *outlook)
{
    const struct schedule_params *params = &outlook->params;
    const size_t num_first = params->num_units - outlook->num_after;
    uint32_t *place = mem_alloc(params->num_units, sizeof *place);

    self->world.believed.num_units = 0;
    for (size_t i = 0; i < params->num_units; i++) {
        place[i] = (uint32_t)self->world.believed.num_units;
        if (i >= num_first || params->unit_cost[i] > 0)
            take_unit(self, outlook, i);
    }
    for (size_t i = 0; i < outlook->num_after; i++)
        self->after[i] = place[outlook->after[i]];
    free(place);
}

void plan_world_open(struct plan_world *self,
                     const struct outlook *outlook,
                     size_t num_workers)
{
    const struct schedule_params *params = &outlook->params;
    const size_t num_units = params->num_units;

    self->load_s = mem_alloc(params->num_models, sizeof *self->load_s);
    self->unit_s = mem_alloc(num_units, sizeof *self->unit_s);
    self->unit_cost = mem_alloc(num_units, sizeof *self->unit_cost);
    self->unit_model = mem_alloc(num_units, sizeof *self->unit_model);
    self->unit_task = mem_alloc(num_units, sizeof *self->unit_task);
    self->unit_bundle = mem_alloc(num_units, sizeof *self->unit_bundle);
    self->after = mem_alloc(outlook->num_after, sizeof *self->after);
    for (size_t i = 0; i < params->num_models; i++)
        self->load_s[i] = params->models[i].load_s;
    self->world = (struct simulate_world){
        .believed = *params,
        .unit_s = self->unit_s,
        .load_s = self->load_s,
        .after = self->after,
        .num_after = outlook->num_after,
    };
    take_units(self, outlook);
    self->world.believed.unit_cost = self->unit_cost;
    self->world.believed.unit_model = self->unit_model;
    self->world.believed.unit_task = self->unit_task;
    if (params->unit_bundle)
        self->world.believed.unit_bundle = self->unit_bundle;
    self->world.believed.num_slots = num_workers + outlook->num_apart;
    places_of_plan(&self->places,
                   num_workers,
                   outlook->num_apart,
                   outlook->node_workers,
                   outlook->share);
    self->world.believed.places = self->places.places;
    self->world.believed.types = gpu_types_params(&outlook->types);
}

void plan_world_close(struct plan_world *self)
{
    free(self->load_s);
    free(self->unit_s);
    free(self->unit_cost);
    free(self->unit_model);
    free(self->unit_task);
    free(self->unit_bundle);
    free(self->after);
    places_release(&self->places);
}
