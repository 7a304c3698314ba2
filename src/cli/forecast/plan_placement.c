#include "cli/forecast/plan_placement.h"

#include "base/mem.h"
#include "cli/forecast/api_workers.h"
#include "cli/forecast/plan_forecast.h"
#include "cli/forecast/plan_world.h"
#include "cli/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>

struct seen {
    struct plan_placement *out; /* [num_models] */
    bool *has_held;             /* [num_models][num_slots] */
    size_t num_slots;
};

static void see(void *context,
                int slot,
                int model,
                enum simulate_doing doing,
                double from_s,
                double to_s)
{
    struct seen *seen = context;
    struct plan_placement *of = &seen->out[model];
    bool *held =
        &seen->has_held[(size_t)model * seen->num_slots + (size_t)slot];

    of->num_loads += doing == SIMULATE_LOADS;
    of->num_copies += !*held;
    *held = true;
    of->from_s = fmin(of->from_s, from_s); /* of NaN and a number: that */
    of->to_s = fmax(of->to_s, to_s);
}

/* Workers without a GPU stand for themselves, and so does the one that asks as
 * fast as an account allows. */
static void count_all(struct plan_placement *of, double each)
{
    if (of->width == 0)
        return;
    of->num_copies = (size_t)llround((double)of->num_copies * each);
    of->num_loads = (size_t)llround((double)of->num_loads * each);
}

struct plan_placement *plan_placement_make(const struct outlook *outlook,
                                           size_t num_workers)
{
    const size_t num = outlook->params.num_models;
    const size_t num_slots = num_workers + outlook->num_apart;
    struct seen seen = {
        .out = mem_alloc(num, sizeof *seen.out),
        .has_held = mem_alloc(num * num_slots, sizeof *seen.has_held),
        .num_slots = num_slots,
    };
    double each;

    for (size_t i = 0; i < num; i++) {
        const size_t width = outlook->params.models[i].width;
        const size_t num_models = outlook->job->num_models;
        const size_t player =
            i < num_models ? i : num_models + outlook->roles[i - num_models];

        seen.out[i].width = width > 1 ? width : 1;
        seen.out[i].num_nodes = 1;
        if (outlook->node_workers > 0 && width > outlook->node_workers)
            seen.out[i].num_nodes = width / outlook->node_workers;
        if (outlook->num_apart > 0
            && api_workers_may_take(outlook->job, player))
            seen.out[i].width = 0;
        seen.out[i].from_s = (double)NAN;
    }
    each = plan_forecast_watch(outlook, num_workers, see, &seen);
    for (size_t i = 0; i < num; i++) {
        if (!plan_world_is_paced(outlook, i, num_workers))
            count_all(&seen.out[i], each);
    }
    free(seen.has_held);
    return seen.out;
}
