#include "draw.h"

#include "base/random.h"
#include "world.h"

bool draw_chance(struct world *world, uint64_t one_in)
{
    return random_below(&world->random, one_in) == 0;
}

int64_t draw_between(struct world *world, int64_t low, int64_t high)
{
    return low + (int64_t)random_below(&world->random, (uint64_t)(high - low));
}

/* Faults that are part of the content come alone: how often the same unit may
 * fail by bad luck besides is a matter of luck. */
void draw_faults(struct world *world)
{
    bool is_content = draw_chance(world, 6);

    toy_faults = (struct faults){
        .lose = draw_chance(world, 3) ? 0.05 : 0,
        .duplicate = draw_chance(world, 2) ? 0.2 : 0,
        .reorder = draw_chance(world, 4) ? 0.3 : 0,
        .max_delay_ms = draw_chance(world, 2) ? 300 : 0,
        .has_slow = draw_chance(world, 6),
    };
    if (is_content) {
        switch (random_below(&world->random, 4)) {
        case 0:
            toy_faults.has_poison = true;
            break;
        case 1:
            toy_faults.has_killer = true;
            break;
        case 2:
            toy_faults.has_bad_model = true;
            break;
        default:
            toy_faults.has_torn_model = true;
            break;
        }
        return;
    }
    toy_faults.num_deaths = (int)random_below(&world->random, 6);
    toy_faults.num_hangs = (int)random_below(&world->random, 4);
    toy_faults.break_backend = draw_chance(world, 4) ? 0.003 : 0;
    toy_faults.hang_backend = draw_chance(world, 8) ? 0.003 : 0;
    toy_faults.garbage = draw_chance(world, 4) ? 0.1 : 0;
    toy_faults.fail_create = draw_chance(world, 5) ? 0.2 : 0;
    toy_faults.fail_unit = draw_chance(world, 5) ? 0.1 : 0;
    toy_faults.bad_rank = draw_chance(world, 6) ? 2 : 0;
}

void draw_plot(struct world *world, bool is_last)
{
    struct plot *plot = &world->plot;

    *plot = (struct plot){
        .size = (int)draw_between(world, 2, MAX_RANKS + 1),
        .has_slow_sync = draw_chance(world, 5),
        .has_stalls = draw_chance(world, 5),
    };
    /* A node on which nothing loads needs another one beside it. */
    if (toy_faults.bad_rank > 0 && plot->size < 4)
        plot->size = 4;
    if (is_last)
        return;
    if (draw_chance(world, 4)) {
        plot->drain_ms = draw_between(world, 100, 30000);
    } else if (draw_chance(world, 5)) {
        plot->has_full_disk = true;
    } else {
        plot->crash_ms = draw_between(world, 1, 30000);
        plot->leaves_orphans = draw_chance(world, 8);
    }
}
