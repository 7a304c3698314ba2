/*
 * The schedule in virtual time over made-up sweeps: all is done once, the
 * seconds add up, and the end is near the lower bound whatever was believed of
 * speeds.  tests/bench/schedule_sweeps.c prints the whole table.
 */
#include "schedule/simulate.h"
#include "tests/bench/sweeps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct seen {
    double load_s;
    double work_s;
    double last_s[64]; /* where the last span of a slot ended */
    size_t num_overlaps;
};

static void see(void *context,
                int slot,
                int model,
                enum simulate_doing doing,
                double from_s,
                double to_s)
{
    struct seen *seen = context;

    (void)model;
    *(doing == SIMULATE_LOADS ? &seen->load_s : &seen->work_s) += to_s - from_s;
    seen->num_overlaps += from_s < seen->last_s[slot] - 1e-6;
    seen->last_s[slot] = to_s;
}

static double ratio_of(struct sweep *sweep,
                       enum policy policy,
                       size_t num_slots)
{
    struct simulate_outcome out;
    struct seen seen = { 0 };
    double work_s = 0;

    sweep->world.believed.num_slots = num_slots;
    sweep->world.span = see;
    sweep->world.context = &seen;
    simulate_run(&sweep->world, policy, 0, &out);
    for (size_t i = 0; i < sweep->world.believed.num_units; i++)
        work_s += (double)sweep->unit_s[i];
    assert_true(fabs(out.work_s - work_s) < 1e-6 * work_s);
    /* what is run twice in the tail is seen, and counted as waste */
    assert_true(seen.work_s > work_s * (1 - 1e-6));
    assert_true(out.wasted_s < 0.01 * work_s);
    assert_true(fabs(seen.load_s - out.load_s) < 1e-6 * work_s);
    assert_int_equal(seen.num_overlaps, 0);
    assert_true(out.idle_s > -1e-3);
    assert_true(out.whole_bound_s >= out.parted_bound_s * (1 - 1e-9));
    assert_true(out.makespan_s >= out.whole_bound_s * (1 - 1e-9));
    return out.makespan_s / out.parted_bound_s;
}

static void test_the_draws_are_those_of_python(void **state)
{
    struct sweep *sweep = sweep_synthetic(1);

    (void)state;
    /* random.seed(1); random.random() twice, for the first model */
    assert_true(fabs(1000 / sweep->models[0].tokens_per_s
                     - 60 * (0.6 + 1.9 * 0.13436424411240122))
                < 1e-9);
    assert_true(fabs(sweep->load_s[0] - (40 + 160 * 0.8474337369372327))
                < 1e-9);
    assert_int_equal(sweep->world.believed.num_units, 571392);
    sweep_destroy(sweep);
}

static void test_near_the_bound_and_before_the_others(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct sweep *sweep = sweep_synthetic(seed);
        double ours = ratio_of(sweep, POLICY_RESIDENT, 32);

        assert_true(ours < 1.04);
        assert_true(ratio_of(sweep, POLICY_PAIR, 32) > 1.3 * ours);
        assert_true(ratio_of(sweep, POLICY_CHUNK, 32) > 1.3 * ours);
        assert_true(ratio_of(sweep, POLICY_STATIC, 32) > 1.3 * ours);
        sweep_destroy(sweep);
    }
}

/* Who came to a judge's long queue stays until it is empty: else the queue is as
 * long, and slots come and go, each time with two loads. */
static void test_a_judge_with_much_to_do(void **state)
{
    static const struct sweep_judge small = { 30, 0.4, 0.05 };
    static const struct sweep_judge large = { 300, 0.4, 0.5 };
    struct sweep *sweep = sweep_judged(sweep_synthetic(5), 5, &small);

    (void)state;
    assert_true(ratio_of(sweep, POLICY_RESIDENT, 32) < 1.06);
    sweep_destroy(sweep);
    sweep = sweep_judged(sweep_synthetic(1), 1, &large);
    assert_true(ratio_of(sweep, POLICY_RESIDENT, 16) < 1.1);
    assert_true(ratio_of(sweep, POLICY_STATIC, 16) > 1.15);
    sweep_destroy(sweep);
}

static void test_the_grid(void **state)
{
    struct sweep *sweep = sweep_grid(2);

    (void)state;
    assert_int_equal(sweep->world.believed.num_units, 16 * 16441);
    assert_true(ratio_of(sweep, POLICY_RESIDENT, 32) < 1.11);
    assert_true(ratio_of(sweep, POLICY_RESIDENT, 64) < 1.13);
    sweep_destroy(sweep);
}

/* Every second model is thought four times too fast, the others too slow. */
static void test_wrong_speeds_cost_little(void **state)
{
    struct sweep *sweep = sweep_synthetic(4);
    double right;

    (void)state;
    right = ratio_of(sweep, POLICY_RESIDENT, 32);
    for (size_t i = 0; i < SWEEP_MODELS; i++)
        sweep->models[i].tokens_per_s *= i % 2 ? 4 : 0.25;
    assert_true(ratio_of(sweep, POLICY_RESIDENT, 32) < 1.1 * right);
    for (size_t i = 0; i < SWEEP_MODELS; i++)
        sweep->models[i].tokens_per_s = 0;
    assert_true(ratio_of(sweep, POLICY_RESIDENT, 32) < 1.1 * right);
    sweep_destroy(sweep);
}

/* The same on the grid, where loads weigh more: guesses are believed in part, and
 * each model begins at once. */
static void test_wrong_guesses_on_the_grid(void **state)
{
    struct sweep *sweep = sweep_grid(2);
    double right;

    (void)state;
    for (size_t i = 0; i < SWEEP_MODELS; i++)
        sweep->models[i].is_guessed = true;
    right = ratio_of(sweep, POLICY_RESIDENT, 32);
    for (size_t i = 0; i < SWEEP_MODELS; i++)
        sweep->models[i].tokens_per_s *= i % 2 ? 4 : 0.25;
    assert_true(ratio_of(sweep, POLICY_RESIDENT, 16) < 1.15);
    assert_true(ratio_of(sweep, POLICY_RESIDENT, 32) < 1.1 * right);
    for (size_t i = 0; i < SWEEP_MODELS; i++)
        sweep->models[i].is_guessed = false;
    assert_true(ratio_of(sweep, POLICY_RESIDENT, 32) > 1.1 * right);
    sweep_destroy(sweep);
}

static void test_more_slots_than_units(void **state)
{
    struct sweep *sweep = sweep_many(40);

    (void)state;
    for (int policy = 0; policy < NUM_POLICIES; policy++)
        (void)ratio_of(sweep, (enum policy)policy, 64);
    sweep_destroy(sweep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_draws_are_those_of_python),
        cmocka_unit_test(test_near_the_bound_and_before_the_others),
        cmocka_unit_test(test_a_judge_with_much_to_do),
        cmocka_unit_test(test_the_grid),
        cmocka_unit_test(test_wrong_speeds_cost_little),
        cmocka_unit_test(test_wrong_guesses_on_the_grid),
        cmocka_unit_test(test_more_slots_than_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
