#include "schedule/simulate.h"

#include "schedule/simulate_bounds.h"
#include "schedule/simulate_jobs.h"
#include "schedule/simulate_resident.h"

#include <math.h>

bool simulate_is_apart(const struct simulate_world *world, int slot)
{
    return world->believed.places && world->believed.places[slot].is_apart;
}

double simulate_width(const struct simulate_world *world, int model)
{
    const size_t width = world->believed.models[model].width;

    return width > 1 ? (double)width : 1;
}

double simulate_speed(const struct simulate_world *world, int slot, int model)
{
    const double speed =
        slot_types_told_of(world->believed.types, (size_t)slot, (size_t)model);

    return speed > 0 ? speed : 1; /* a model that fits nowhere */
}

void simulate_run(const struct simulate_world *world,
                  enum policy policy,
                  size_t size,
                  struct simulate_outcome *out)
{
    *out =
        (struct simulate_outcome){ .fits = true, .misfit = SCHEDULE_NO_MODEL };
    simulate_bounds(world, out);
    if (policy == POLICY_RESIDENT) {
        simulate_resident(world, out);
    } else {
        simulate_jobs(world, policy, size, out);
        /* its jobs ask a model at once that one slot would ask as fast */
        out->makespan_s = fmax(out->makespan_s, out->single_bound_s);
    }
    out->idle_s =
        (double)(world->believed.num_slots - out->num_apart) * out->makespan_s
        - out->load_s - out->work_s - out->wasted_s;
}
