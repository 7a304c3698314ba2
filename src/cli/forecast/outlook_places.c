/*
 * Where the workers of an outlook are: how many of a node, of which GPUs, which
 * without one.
 */
#include "cli/forecast/api_workers.h"
#include "cli/forecast/outlook.h"
#include "cli/forecast/places.h"
#include "cli/sweep/sweep.h"

void outlook_widen(const struct outlook *self,
                   const struct places *places,
                   struct schedule_model *out,
                   size_t num)
{
    for (size_t i = 0; i < num; i++)
        out[i].width = places_workers_for(places, self->models[i].gpus);
}

void outlook_place(struct outlook *self,
                   size_t num_workers,
                   size_t node_workers)
{
    struct places places;

    self->node_workers = node_workers;
    places_of_plan(&places,
                   num_workers,
                   0,
                   node_workers,
                   self->share,
                   self->types.of);
    outlook_widen(self,
                  &places,
                  self->schedule_models,
                  self->job->num_models + self->num_roles);
    places_release(&places);
}

void outlook_add_apart(struct outlook *self,
                       const struct sweep *sweep,
                       size_t num_workers)
{
    self->num_apart = (size_t)api_workers_wanted(sweep->job);
    gpu_types_add_apart(&self->types, sweep, num_workers, self->num_apart);
    for (size_t m = 0; m < sweep->job->num_models; m++) {
        self->schedule_models[m].is_single =
            self->num_apart > 0 && api_workers_is_single(sweep->job, m);
    }
    for (size_t i = 0; i < self->num_roles; i++) {
        const size_t num = sweep->job->num_models;

        self->schedule_models[num + i].is_single =
            self->num_apart > 0
            && api_workers_is_single(sweep->job, num + self->roles[i]);
    }
}

static size_t whole_gpus(const struct outlook *self, size_t num_workers)
{
    const size_t share = (size_t)self->share;

    return (num_workers + share - 1) / share;
}

double outlook_gpus(const struct outlook *self, size_t num_workers)
{
    const size_t node = self->node_workers;
    size_t full = 0;

    if (node > 0) {
        full = num_workers / node * whole_gpus(self, node);
        num_workers %= node;
    }
    return (double)(full + whole_gpus(self, num_workers));
}

double outlook_price_h(const struct outlook *self, size_t type)
{
    return self->job->num_gpu_types > 0 ? self->job->gpu_types[type].price_h
                                        : 0;
}
