#include "schedule/simulate_bounds.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* Slots with a GPU, each by the model that it is fastest with. */
static double count_slots(const struct simulate_world *world)
{
    const struct schedule_params *believed = &world->believed;
    double sum = 0;

    for (size_t i = 0; i < believed->num_slots; i++) {
        double most = believed->types ? 0 : 1;

        if (simulate_is_apart(world, (int)i))
            continue;
        for (size_t m = 0; believed->types && m < believed->num_models; m++)
            most = fmax(most, slot_types_told_of(believed->types, i, m));
        sum += most;
    }
    return sum;
}

/* Of a model, on the type that suits it best; types: NULL, all are alike. */
static double most_speed(const struct slot_types_params *types, size_t model)
{
    double most = 0;

    for (size_t t = 0; types && t < types->num; t++)
        most = fmax(most, slot_types_told(types, t, model));
    return most > 0 ? most : 1;
}

/* Whether it may be on a slot with a GPU; else it is taken out of the demand on
 * those. */
static bool is_for_gpus(const struct simulate_world *world, size_t model)
{
    const struct slot_types_params *types = world->believed.types;
    bool is_any = false;

    for (size_t i = 0; types && i < world->believed.num_slots; i++) {
        const double speed = slot_types_told_of(types, i, model);

        if (speed > 0 && !simulate_is_apart(world, (int)i))
            return true;
        is_any = is_any || speed > 0;
    }
    return !is_any;
}

static void find_longest(const struct simulate_world *world,
                         struct simulate_outcome *out)
{
    const struct schedule_params *believed = &world->believed;
    double *longest_s = mem_alloc(believed->num_models, sizeof *longest_s);

    /* questions about one reply are one unit here, and need not be one */
    for (size_t i = 0; i < believed->num_units - world->num_after; i++) {
        double *of = &longest_s[believed->unit_model[i]];

        *of = fmax(*of, (double)world->unit_s[i]);
    }
    for (size_t m = 0; m < believed->num_models; m++) {
        const double all_s =
            world->load_s[m] + longest_s[m] / most_speed(believed->types, m);

        if (longest_s[m] > 0 && all_s > out->longest_s) {
            out->longest_s = all_s;
            out->longest_model = (int)m;
        }
    }
    free(longest_s);
}

/* The type of all slots that may have it; `num`: they are of several. */
static size_t only_type(const struct simulate_world *world,
                        const size_t *num_slots,
                        size_t model)
{
    const struct slot_types_params *types = world->believed.types;
    size_t only = types->num;

    for (size_t t = 0; t < types->num; t++) {
        if (num_slots[t] == 0 || slot_types_told(types, t, model) <= 0)
            continue;
        if (only < types->num)
            return types->num;
        only = t;
    }
    return only;
}

/* Models that only that type of slots may have, on its slots.
 *
 * all        without those that slots apart do
 * num_slots  by type
 */
static void find_kept_to(const struct simulate_world *world,
                         const struct schedule_demand *all,
                         const size_t *num_slots,
                         size_t type,
                         struct simulate_outcome *out)
{
    const struct slot_types_params *types = world->believed.types;
    double *work_s = mem_alloc(all->num, sizeof *work_s);
    struct schedule_demand here = *all;
    size_t most = 0;
    double bound_s;

    here.work_s = work_s;
    for (size_t m = 0; m < all->num; m++) {
        if (only_type(world, num_slots, m) == type)
            work_s[m] = all->work_s[m] / slot_types_told(types, type, m);
        most = work_s[m] > work_s[most] ? m : most;
    }
    bound_s = schedule_whole_bound(&here, (double)num_slots[type]);
    if (bound_s > out->kept_s) {
        out->kept_s = bound_s;
        out->kept_type = type;
        out->kept_model = (int)most;
    }
    free(work_s);
}

/* Type by type, where there are several. */
static void find_kept(const struct simulate_world *world,
                      const struct schedule_demand *all,
                      struct simulate_outcome *out)
{
    const struct schedule_params *believed = &world->believed;
    const struct slot_types_params *types = believed->types;
    size_t *num_slots = mem_alloc(types->num, sizeof *num_slots);
    size_t num_types = 0;

    for (size_t i = 0; i < believed->num_slots; i++) {
        if (!simulate_is_apart(world, (int)i))
            num_types += num_slots[types->of[i]]++ == 0;
    }
    for (size_t t = 0; t < types->num && num_types > 1; t++) {
        if (num_slots[t] > 0)
            find_kept_to(world, all, num_slots, t, out);
    }
    free(num_slots);
}

/* Models that slots apart do: each by one of them at a time. */
static void set_apart(const struct simulate_world *world,
                      double *work_s,
                      struct simulate_outcome *out)
{
    double sum_s = 0;

    for (size_t i = 0; i < world->believed.num_slots; i++)
        out->num_apart += simulate_is_apart(world, (int)i);
    for (size_t m = 0; out->num_apart > 0 && m < world->believed.num_models;
         m++) {
        const double all_s = work_s[m] > 0 ? work_s[m] + world->load_s[m] : 0;

        if (is_for_gpus(world, m))
            continue;
        sum_s += all_s;
        if (world->believed.models[m].is_single)
            out->apart_bound_s = fmax(out->apart_bound_s, all_s);
        work_s[m] = 0;
    }
    if (out->num_apart > 0) {
        out->apart_bound_s =
            fmax(out->apart_bound_s, sum_s / (double)out->num_apart);
    }
}

/* Of models that one slot does by itself: the longest. */
static double single_bound(const struct simulate_world *world,
                           const double *work_s)
{
    const struct slot_types_params *types = world->believed.types;
    double longest_s = 0;

    for (size_t m = 0; m < world->believed.num_models; m++) {
        if (world->believed.models[m].is_single && work_s[m] > 0) {
            longest_s =
                fmax(longest_s,
                     work_s[m] / most_speed(types, m) + world->load_s[m]);
        }
    }
    return longest_s;
}

void simulate_bounds(const struct simulate_world *world,
                     struct simulate_outcome *out)
{
    const struct schedule_params *believed = &world->believed;
    double *work_s = mem_alloc(believed->num_models, sizeof *work_s);
    size_t *width = mem_alloc(believed->num_models, sizeof *width);
    const struct schedule_demand demand = {
        .work_s = work_s,
        .load_s = world->load_s,
        .width = width,
        .num = believed->num_models,
    };

    for (size_t i = 0; i < believed->num_models; i++)
        width[i] = believed->models[i].width;
    for (size_t i = 0; i < believed->num_units; i++)
        work_s[believed->unit_model[i]] += (double)world->unit_s[i];
    out->single_bound_s = single_bound(world, work_s);
    set_apart(world, work_s, out);
    out->parted_bound_s =
        fmax(schedule_parted_bound(&demand, count_slots(world)),
             fmax(out->apart_bound_s, out->single_bound_s));
    find_longest(world, out);
    if (believed->types)
        find_kept(world, &demand, out);
    for (size_t i = 0; i < believed->num_models; i++)
        work_s[i] /= most_speed(believed->types, i);
    out->whole_bound_s =
        schedule_whole_bound(&demand,
                             (double)(believed->num_slots - out->num_apart));
    out->whole_bound_s = fmax(fmax(out->whole_bound_s, out->parted_bound_s),
                              fmax(out->longest_s, out->kept_s));
    free(width);
    free(work_s);
}
