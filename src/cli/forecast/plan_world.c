#include "cli/forecast/plan_world.h"

#include "base/mem.h"
#include "cli/forecast/outlook.h"

#include <math.h>
#include <stdlib.h>

enum { WIDEST_TEAMS = 8 }; /* at least that many of the widest model fit */

/* Of the coarse grain, in all and for each worker. */
enum { LEAST_UNITS = 1 << 15, UNITS_EACH = 64 };

struct plan_grain plan_world_coarser(size_t num_workers, size_t num_types)
{
    const size_t wanted = UNITS_EACH * num_workers;
    const size_t least = LEAST_UNITS / (num_types > 0 ? num_types : 1);

    return (struct plan_grain){
        .units = wanted > least ? wanted : least,
        .workers = PLAN_WORKERS,
    };
}

struct plan_grain plan_world_coarse(size_t num_workers)
{
    return plan_world_coarser(num_workers, 1);
}

/* Whether workers without a GPU do it: of those, none is left out. */
static bool is_apart(const struct outlook *outlook, size_t model)
{
    const struct slot_types_params *types = &outlook->types.params;

    return outlook->num_apart > 0 && types->num > 0
           && slot_types_told(types, types->num - 1, model) > 0;
}

/* Who asks it where workers without a GPU do is one of them. */
bool plan_world_is_paced(const struct outlook *outlook,
                         size_t model,
                         size_t num_workers)
{
    const double most = outlook->models[model].account_tokens_per_s;
    const double each = outlook->schedule_models[model].tokens_per_s;
    const double num = is_apart(outlook, model)
                           ? 1
                           : (double)(num_workers > 0 ? num_workers : 1);

    return most > 0 && each * num >= most;
}

static struct schedule_model *take_models(const struct outlook *outlook,
                                          size_t num_workers)
{
    const size_t num = outlook->params.num_models;
    struct schedule_model *models = mem_alloc(num, sizeof *models);

    for (size_t m = 0; m < num; m++) {
        models[m] = outlook->params.models[m];
        if (plan_world_is_paced(outlook, m, num_workers)) {
            models[m].is_single = true;
            models[m].tokens_per_s = outlook->models[m].account_tokens_per_s;
        }
    }
    return models;
}

/* Workers of the widest model, if all its GPUs are shared. */
static size_t widest_of(const struct outlook *outlook)
{
    size_t widest = 1;

    for (size_t i = 0; i < outlook->params.num_models; i++) {
        const int64_t gpus = outlook->models[i].gpus;
        const size_t width = (size_t)(gpus > 0 ? gpus * outlook->share : 1);

        widest = width > widest ? width : widest;
    }
    return widest;
}

/* So many that of each type there are as many as stood there, or enough for several
 * of the widest model. */
static size_t keep_types(const struct outlook *outlook,
                         size_t num_workers,
                         size_t num)
{
    const struct slot_types_params *types = gpu_types_params(&outlook->types);
    const size_t enough = WIDEST_TEAMS * widest_of(outlook);
    size_t *of_type;

    if (!types || num >= num_workers)
        return num;
    of_type = mem_alloc(types->num, sizeof *of_type);
    for (size_t i = 0; i < num_workers; i++)
        of_type[types->of[i]]++;
    for (size_t t = 0; t < types->num; t++) {
        const size_t kept = of_type[t] < enough ? of_type[t] : enough;

        if (of_type[t] > 0 && num * of_type[t] < (kept + 1) * num_workers)
            num = (kept + 1) * num_workers / of_type[t] + 1;
    }
    free(of_type);
    return num;
}

/* So many of the workers are simulated, on whole nodes. */
static size_t choose_workers(const struct outlook *outlook,
                             size_t num_workers,
                             size_t most)
{
    const size_t node = outlook->node_workers > 0 ? outlook->node_workers : 1;
    const size_t least = WIDEST_TEAMS * widest_of(outlook);
    size_t num = least > most ? least : most;

    num = keep_types(outlook, num_workers, num);
    num = (num + node - 1) / node * node;
    return most > 0 && num < num_workers ? num : num_workers;
}

static size_t choose_together(const struct outlook *outlook,
                              double each,
                              size_t most)
{
    const size_t num = outlook->params.num_units - outlook->num_after;
    const size_t by_workers = (size_t)each;
    const size_t by_units = most > 0 ? (num + most - 1) / most : 1;

    return by_workers > by_units ? by_workers : by_units > 0 ? by_units : 1;
}

/* What units are put together for. */
struct block {
    size_t at;     /* the unit that stands for them */
    size_t num;    /* so many in it; 0: there is none */
    size_t parent; /* of questions: the unit they come after */
};

static void add_to(struct plan_world *self,
                   const struct outlook *outlook,
                   size_t at,
                   size_t unit)
{
    const struct schedule_params *params = &outlook->params;
    const size_t model = params->unit_model[unit];
    const bool is_whole =
        is_apart(outlook, model) || self->models[model].is_single;
    const double cost =
        (double)params->unit_cost[unit] / (is_whole ? 1 : self->each);

    self->unit_cost[at] += (float)cost;
    self->unit_s[at] += (float)(cost / self->models[model].tokens_per_s);
    if (is_whole && !is_apart(outlook, model))
        self->single_s += cost / self->models[model].tokens_per_s;
}

/* The unit that stands for it. */
static size_t take_unit(struct plan_world *self,
                        const struct outlook *outlook,
                        size_t unit,
                        size_t parent,
                        struct block *last)
{
    const struct schedule_params *params = &outlook->params;
    const bool is_question = unit >= params->num_units - outlook->num_after;

    if (last->num > 0 && (is_question || last->num < self->together)
        && last->parent == parent
        && self->unit_model[last->at] == params->unit_model[unit]
        && self->unit_task[last->at] == params->unit_task[unit]) {
        last->num++;
        add_to(self, outlook, last->at, unit);
        return last->at;
    }
    *last = (struct block){ self->world.believed.num_units++, 1, parent };
    self->unit_model[last->at] = params->unit_model[unit];
    self->unit_task[last->at] = params->unit_task[unit];
    /* questions of roles have none */
    if (params->unit_bundle && !is_question)
        self->unit_bundle[last->at] = params->unit_bundle[unit];
    add_to(self, outlook, last->at, unit);
    if (is_question)
        self->after[self->world.num_after++] = (uint32_t)parent;
    return last->at;
}

static void take_units(struct plan_world *self, const struct outlook *outlook)
{
    const struct schedule_params *params = &outlook->params;
    const size_t num_first = params->num_units - outlook->num_after;
    uint32_t *place = mem_alloc(num_first, sizeof *place);
    struct block last = { 0 };

    for (size_t i = 0; i < num_first; i++) {
        if (params->unit_cost[i] > 0)
            place[i] = (uint32_t)take_unit(self, outlook, i, 0, &last);
    }
    last.num = 0;
    for (size_t i = num_first; i < params->num_units; i++) {
        const size_t parent = place[outlook->after[i - num_first]];

        (void)take_unit(self, outlook, i, parent, &last);
    }
    free(place);
}

/* Workers of each type in the same parts as there are. */
static void take_types(struct plan_world *self,
                       const struct outlook *outlook,
                       size_t num_workers)
{
    const struct slot_types_params *types = gpu_types_params(&outlook->types);
    const size_t num = self->world.believed.num_slots;
    const size_t here = num - outlook->num_apart;

    if (!types)
        return;
    self->of = mem_alloc(num, sizeof *self->of);
    for (size_t i = 0; i < num; i++) {
        self->of[i] = i < here ? types->of[i * num_workers / here]
                               : types->of[num_workers + i - here];
    }
    self->types = *types;
    self->types.of = self->of;
    self->world.believed.types = &self->types;
}

/* How wide a model is depends on the places: one worker on a GPU has all of it,
 * whatever `share` says. */
static void take_places(struct plan_world *self,
                        const struct outlook *outlook,
                        size_t num_workers)
{
    places_of_plan(&self->places,
                   num_workers,
                   outlook->num_apart,
                   outlook->node_workers,
                   outlook->share,
                   self->of);
    outlook_widen(outlook,
                  &self->places,
                  self->models,
                  outlook->params.num_models);
    self->world.believed.models = self->models;
    self->world.believed.places = self->places.places;
}

void plan_world_open(struct plan_world *self,
                     const struct outlook *outlook,
                     size_t num_workers,
                     struct plan_grain grain)
{
    const struct schedule_params *params = &outlook->params;
    const size_t num_units = params->num_units;
    const size_t here = choose_workers(outlook, num_workers, grain.workers);
    const double each = (double)num_workers / (double)here;

    *self = (struct plan_world){
        .each = each,
        .together = choose_together(outlook, each, grain.units),
        .models = take_models(outlook, num_workers),
        .load_s = mem_alloc(params->num_models, sizeof *self->load_s),
        .unit_s = mem_alloc(num_units, sizeof *self->unit_s),
        .unit_cost = mem_alloc(num_units, sizeof *self->unit_cost),
        .unit_model = mem_alloc(num_units, sizeof *self->unit_model),
        .unit_task = mem_alloc(num_units, sizeof *self->unit_task),
        .unit_bundle = mem_alloc(num_units, sizeof *self->unit_bundle),
        .after = mem_alloc(outlook->num_after, sizeof *self->after),
    };
    for (size_t i = 0; i < params->num_models; i++)
        self->load_s[i] = params->models[i].load_s;
    self->world = (struct simulate_world){
        .believed = *params,
        .unit_s = self->unit_s,
        .load_s = self->load_s,
        .after = self->after,
    };
    self->world.believed.num_units = 0;
    take_units(self, outlook);
    self->world.believed.unit_cost = self->unit_cost;
    self->world.believed.unit_model = self->unit_model;
    self->world.believed.unit_task = self->unit_task;
    if (params->unit_bundle)
        self->world.believed.unit_bundle = self->unit_bundle;
    self->world.believed.num_slots = here + outlook->num_apart;
    self->world.believed.types = NULL;
    take_types(self, outlook, num_workers);
    take_places(self, outlook, here);
}

void plan_world_close(struct plan_world *self)
{
    free(self->models);
    free(self->load_s);
    free(self->unit_s);
    free(self->unit_cost);
    free(self->unit_model);
    free(self->unit_task);
    free(self->unit_bundle);
    free(self->after);
    free(self->of);
    places_release(&self->places);
}

void plan_world_run(const struct plan_world *self, struct simulate_outcome *out)
{
    simulate_run(&self->world, POLICY_RESIDENT, 0, out);
    out->load_s *= self->each;
    out->work_s = out->work_s * self->each - (self->each - 1) * self->single_s;
    out->wasted_s *= self->each;
    out->idle_s = out->idle_s * self->each + (self->each - 1) * self->single_s;
    out->num_loads = (size_t)llround((double)out->num_loads * self->each);
    out->num_leases = (size_t)llround((double)out->num_leases * self->each);
}
