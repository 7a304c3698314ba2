#include "plan/plan.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "trustsweep/error.h"
#include "trustsweep/item.h"

#include <stdlib.h>
#include <string.h>

#define NO_UNIT UINT32_MAX

static struct hash128 unit_id(const struct plan *plan,
                              size_t model,
                              size_t task,
                              const struct item *item,
                              uint32_t repeat)
{
    const struct plan_model *of = &plan->params.models[model];
    const struct sampling *sampling = &of->samplings[task];
    struct hash_stream *stream = hash_stream_create();

    hash_stream_text(stream, "trustsweep unit 1");
    hash_stream_text(stream, plan->params.tasks[task].name);
    hash_stream_u64(stream, item->hash.high);
    hash_stream_u64(stream, item->hash.low);
    hash_stream_u64(stream, item->occurrence);
    hash_stream_text(stream, of->identities[task]);
    hash_stream_text(stream, of->system);
    hash_stream_text(stream, item->prompt);
    hash_stream_u64(stream, (uint64_t)sampling->max_tokens);
    hash_stream_u64(stream, (uint64_t)sampling->thinking_tokens);
    hash_stream_double(stream, sampling->temperature);
    hash_stream_double(stream, sampling->top_p);
    hash_stream_u64(stream, (uint64_t)sampling->top_k);
    hash_stream_double(stream, sampling->repetition_penalty);
    hash_stream_u64(stream, sampling->seed);
    hash_stream_u64(stream, repeat);
    if (of->weighs && of->weighs[task])
        hash_stream_text(stream, "choices"); /* which stand in the item */
    return hash_stream_end(stream);
}

/* A cell's units; cells touch nothing of each other. */
static void add_units(void *context, size_t cell)
{
    struct plan *plan = context;
    const size_t model = cell / plan->params.num_tasks;
    const size_t task = cell % plan->params.num_tasks;
    const struct plan_task *in = &plan->params.tasks[task];
    size_t at = plan_first_unit(plan, model, task);

    for (size_t i = 0; i < in->num_items; i++) {
        for (uint32_t repeat = 0; repeat < plan->params.num_repeats; repeat++) {
            plan->units[at++] = (struct plan_unit){
                .id = unit_id(plan, model, task, &in->items[i], repeat),
                .item = (uint32_t)(plan->first_items[task] + i),
                .model = (uint16_t)model,
                .repeat = (uint16_t)repeat,
            };
        }
    }
}

/* Where an id stands in `by_id`, or the free place where it would. */
static size_t place_of(const struct plan *plan, struct hash128 id)
{
    size_t at = (size_t)id.low & plan->mask; /* an id is a good hash already */

    while (plan->by_id[at] != NO_UNIT
           && !hash_equal(plan->units[plan->by_id[at]].id, id))
        at = (at + 1) & plan->mask;
    return at;
}

static int index_units(struct plan *plan, struct error *err)
{
    size_t room = 1;

    while (room < plan->num_units * 2)
        room *= 2;
    plan->by_id = mem_alloc(room, sizeof *plan->by_id);
    plan->mask = room - 1;
    memset(plan->by_id, 0xFF, room * sizeof *plan->by_id); /* NO_UNIT */
    for (size_t i = 0; i < plan->num_units; i++) {
        const struct plan_model *models = plan->params.models;
        size_t at = place_of(plan, plan->units[i].id);

        if (plan->by_id[at] != NO_UNIT) {
            return error_set(
                err,
                ERR_USAGE,
                "models '%s' and '%s' are the same model with the same "
                "settings: their replies would be equal; leave one out or give "
                "one of them other generation settings",
                models[plan->units[plan->by_id[at]].model].name,
                models[plan->units[i].model].name);
        }
        plan->by_id[at] = (uint32_t)i;
    }
    return 0;
}

static int count_units(struct plan *plan, struct error *err)
{
    const struct plan_params *params = &plan->params;

    plan->first_items =
        mem_alloc(params->num_tasks + 1, sizeof *plan->first_items);
    for (size_t i = 0; i < params->num_tasks; i++) {
        plan->first_items[i + 1] =
            plan->first_items[i] + params->tasks[i].num_items;
    }
    plan->num_items = plan->first_items[params->num_tasks];
    if (plan->num_items == 0 || params->num_models == 0) {
        return error_set(err,
                         ERR_USAGE,
                         "the job has no items or no models; \"only\", "
                         "\"limit\" and \"models\" say which");
    }
    if (params->num_models > UINT16_MAX || params->num_repeats > UINT16_MAX
        || plan->num_items
               > UINT32_MAX / params->num_models / params->num_repeats) {
        return error_set(err,
                         ERR_USAGE,
                         "%zu items x %zu models x %u repeats are more units "
                         "than one run can hold; split the job",
                         plan->num_items,
                         params->num_models,
                         params->num_repeats);
    }
    plan->num_units =
        plan->num_items * params->num_models * params->num_repeats;
    return 0;
}

struct plan *plan_create(const struct plan_params *params, struct error *err)
{
    struct plan *plan = mem_alloc(1, sizeof *plan);

    plan->params = *params;
    if (count_units(plan, err) < 0)
        goto fail;
    plan->units = mem_alloc(plan->num_units, sizeof *plan->units);
    parallel_each(params->num_models * params->num_tasks, add_units, plan);
    if (index_units(plan, err) < 0)
        goto fail;
    return plan;

fail:
    plan_destroy(plan);
    return NULL;
}

void plan_destroy(struct plan *plan)
{
    if (plan) {
        free(plan->units);
        free(plan->first_items);
        free(plan->by_id);
        free(plan);
    }
}

size_t plan_find(const struct plan *plan, struct hash128 id)
{
    uint32_t unit = plan->by_id[place_of(plan, id)];

    return unit == NO_UNIT ? SIZE_MAX : unit;
}

size_t plan_task_of(const struct plan *plan, size_t unit)
{
    size_t item = plan->units[unit].item;
    size_t low = 0;
    size_t high = plan->params.num_tasks;

    /* the last task that begins at or before the item */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (plan->first_items[middle] <= item) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct item *plan_item(const struct plan *plan, size_t unit)
{
    size_t task = plan_task_of(plan, unit);

    return &plan->params.tasks[task]
                .items[plan->units[unit].item - plan->first_items[task]];
}

const struct sampling *plan_sampling(const struct plan *plan, size_t unit)
{
    size_t model = plan->units[unit].model;

    return &plan->params.models[model].samplings[plan_task_of(plan, unit)];
}

size_t plan_first_unit(const struct plan *plan, size_t model, size_t task)
{
    return (model * plan->num_items + plan->first_items[task])
           * plan->params.num_repeats;
}
