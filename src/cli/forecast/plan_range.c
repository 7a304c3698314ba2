#include "cli/forecast/plan_range.h"

#include "base/mem.h"
#include "base/random.h"
#include "cli/forecast/plan_world.h"
#include "cli/parts/done.h"

#include <math.h>
#include <stdlib.h>

/* How far off a forecast may be, as spreads of logs: a model's speed, and how
 * long replies to a task are. */
static const double speed_spread = 0.2;
static const double length_spread = 0.3;

enum { DRAWS = 8 };

static double draw(uint64_t *random, double spread)
{
    /* twelve uniform ones: near enough to normal */
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += random_unit(random);
    return exp(spread * sum);
}

/* One draw of what may be otherwise; the schedule goes by what is expected, as it
 * will.  What an account allows in a minute is no guess. */
static void draw_world(const struct plan_world *expected,
                       const struct outlook *outlook,
                       size_t num_workers,
                       uint64_t *random,
                       float *unit_s)
{
    const struct schedule_params *params = &expected->world.believed;
    bool *is_paced = mem_alloc(params->num_models, sizeof *is_paced);
    double *speeds = mem_alloc(params->num_models, sizeof *speeds);
    double *lengths = mem_alloc(params->num_tasks, sizeof *lengths);

    for (size_t m = 0; m < params->num_models; m++) {
        speeds[m] = draw(random, speed_spread);
        is_paced[m] = plan_world_is_paced(outlook, m, num_workers);
    }
    for (size_t t = 0; t < params->num_tasks; t++)
        lengths[t] = draw(random, length_spread);
    for (size_t u = 0; u < params->num_units; u++) {
        const size_t m = params->unit_model[u];
        const double speed = is_paced[m] ? 1 : speeds[m];
        const double length = is_paced[m] && outlook->models[m].is_by_request
                                  ? 1
                                  : lengths[params->unit_task[u]];

        unit_s[u] = (float)((double)expected->unit_s[u] * speed * length);
    }
    free(is_paced);
    free(speeds);
    free(lengths);
}

/* Each draw is set beside what comes out of the same sample as expected: how a
 * sample is off is in both. */
void plan_range_make(struct plan_forecast *out, const struct outlook *outlook)
{
    const struct plan_grain grain = plan_world_coarse(out->num_workers);
    const double expected_s = out->outcomes[POLICY_RESIDENT].makespan_s;
    struct plan_world expected;
    struct simulate_outcome outcome;
    struct simulate_world world;
    struct done done;
    double sample_s;
    float *unit_s;
    uint64_t random = 1;

    done_init(&done, "range");
    plan_world_open(&expected, outlook, out->num_workers, grain);
    plan_world_run(&expected, &outcome);
    sample_s = outcome.makespan_s;
    unit_s = mem_alloc(expected.world.believed.num_units, sizeof *unit_s);
    world = expected.world;
    world.unit_s = unit_s;
    for (int i = 0; i < DRAWS && sample_s > 0; i++) {
        double seconds;

        draw_world(&expected, outlook, out->num_workers, &random, unit_s);
        simulate_run(&world, POLICY_RESIDENT, 0, &outcome);
        seconds = outcome.makespan_s / sample_s * expected_s;
        out->makespan_low_s = fmin(out->makespan_low_s, seconds);
        out->makespan_high_s = fmax(out->makespan_high_s, seconds);
        done_show(&done, (double)(i + 1) / DRAWS);
    }
    done_end(&done);
    free(unit_s);
    plan_world_close(&expected);
}
