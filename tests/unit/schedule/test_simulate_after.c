/* Units that come when others are done: a judge is asked while models still
 * answer, never before there is a reply, and once about each. */
#include "base/mem.h"
#include "schedule/simulate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MODELS = 3, JUDGE = 2, EACH = 200, REPLIES = 2 * EACH, SLOTS = 4 };

struct seen {
    double judge_from_s, models_to_s;
};

static void see(void *context,
                int slot,
                int model,
                enum simulate_doing doing,
                double from_s,
                double to_s)
{
    struct seen *seen = context;

    (void)slot;
    if (doing == SIMULATE_WORKS && model == JUDGE && seen->judge_from_s < 0)
        seen->judge_from_s = from_s;
    if (doing == SIMULATE_WORKS && model != JUDGE && to_s > seen->models_to_s)
        seen->models_to_s = to_s;
}

/* Units of a second; the judge is asked about every `of`th reply and loads for
 * 5 s, the models for `model_s`. */
static void simulate(size_t of,
                     double model_s,
                     enum policy policy,
                     struct seen *seen,
                     struct simulate_outcome *out)
{
    const double load_s[MODELS] = { model_s, model_s, 5 };
    const struct schedule_model models[MODELS] = {
        { .load_s = model_s, .tokens_per_s = 1 },
        { .load_s = model_s, .tokens_per_s = 1 },
        { .load_s = 5, .tokens_per_s = 1, .is_role = true },
    };
    const size_t num_after = of > 0 ? REPLIES / of : 0;
    const size_t num = REPLIES + num_after;
    uint16_t *model_of = mem_alloc(num, sizeof *model_of);
    uint32_t *after = mem_alloc(num_after + 1, sizeof *after);
    float *cost = mem_alloc(num, sizeof *cost);
    struct simulate_world world = {
        .believed = { .models = models,
                      .num_models = MODELS,
                      .num_units = num,
                      .unit_model = model_of,
                      .unit_cost = cost,
                      .num_slots = SLOTS,
                      .lease_s = 8,
                      .max_lease = 64 },
        .unit_s = cost,
        .load_s = load_s,
        .after = after,
        .num_after = num_after,
        .span = see,
        .context = seen,
    };

    *seen = (struct seen){ .judge_from_s = -1 };
    for (size_t i = 0; i < num; i++) {
        cost[i] = 1;
        model_of[i] = (uint16_t)(i < REPLIES ? i / EACH : JUDGE);
    }
    for (size_t i = 0; i < num_after; i++)
        after[i] = (uint32_t)(i * of);
    simulate_run(&world, policy, 0, out);
    free(model_of);
    free(after);
    free(cost);
}

static void test_each_is_done_once(void **state)
{
    static const size_t every[] = { 0, 1, 4 };
    struct simulate_outcome out;
    struct seen seen;

    (void)state;
    for (size_t i = 0; i < sizeof every / sizeof *every; i++) {
        const size_t asked = every[i] > 0 ? REPLIES / every[i] : 0;
        const double num = (double)(REPLIES + asked);

        simulate(every[i], 5, POLICY_RESIDENT, &seen, &out);
        assert_true(out.work_s > num - 1e-6 && out.work_s < num + 1e-6);
        assert_true(out.makespan_s >= out.whole_bound_s * (1 - 1e-9));
        assert_true(out.makespan_s < 1.2 * out.whole_bound_s);
    }
}

static void test_beside_the_models(void **state)
{
    struct simulate_outcome out;
    struct seen seen;

    (void)state;
    simulate(1, 5, POLICY_RESIDENT, &seen, &out);
    assert_true(seen.judge_from_s > 2 * 5); /* two loads and a reply */
    assert_true(seen.judge_from_s < seen.models_to_s);
    assert_true(out.makespan_s > seen.models_to_s);
}

/* A judge that loads fast takes nobody off a model that loads slowly, again and
 * again: the way back costs more than its questions. */
static void test_the_way_back_counts(void **state)
{
    struct simulate_outcome out;
    struct seen seen;

    (void)state;
    simulate(1, 60, POLICY_RESIDENT, &seen, &out);
    assert_true(out.num_loads <= 2 * SLOTS + 2);
    assert_true(out.makespan_s < 1.1 * out.whole_bound_s);
}

static void test_simpler_policies_count_them(void **state)
{
    struct simulate_outcome out;
    struct seen seen;

    (void)state;
    for (int p = POLICY_PAIR; p < NUM_POLICIES; p++) {
        simulate(1, 5, (enum policy)p, &seen, &out);
        assert_true(out.work_s > 2 * REPLIES - 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_is_done_once),
        cmocka_unit_test(test_beside_the_models),
        cmocka_unit_test(test_the_way_back_counts),
        cmocka_unit_test(test_simpler_policies_count_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
