/* Units that come when others are done: a judge is asked while models still
 * answer, never before there is a reply, and once about each. */
#include "fixture.h"

#include <math.h>

enum { JUDGE = 2, EACH = 200, REPLIES = 2 * EACH, SLOTS = 4 };

/* The judge is asked about every `of`th reply, 0: about none, and loads for 5 s,
 * the models for `model_s`. */
static void simulate(size_t of,
                     double model_s,
                     enum policy policy,
                     struct fixture *world,
                     struct simulate_outcome *out)
{
    fixture_make(world,
                 &(struct fixture_params){ .num_models = JUDGE,
                                           .num_each = EACH,
                                           .num_slots = SLOTS,
                                           .load_s = model_s });
    if (of > 0)
        fixture_add_judge(world, 5, of);
    fixture_run(world, policy, 0, out);
}

static void test_each_is_done_once(void **state)
{
    static const size_t every[] = { 0, 1, 4 };
    struct simulate_outcome out;
    struct fixture world;

    (void)state;
    for (size_t i = 0; i < sizeof every / sizeof *every; i++) {
        const size_t asked = every[i] > 0 ? REPLIES / every[i] : 0;
        const double num = (double)(REPLIES + asked);

        simulate(every[i], 5, POLICY_RESIDENT, &world, &out);
        assert_true(out.work_s > num - 1e-6 && out.work_s < num + 1e-6);
        assert_true(out.makespan_s >= out.whole_bound_s * (1 - 1e-9));
        assert_true(out.makespan_s < 1.2 * out.whole_bound_s);
    }
}

static void test_beside_the_models(void **state)
{
    struct simulate_outcome out;
    struct fixture world;
    double models_s;

    (void)state;
    simulate(1, 5, POLICY_RESIDENT, &world, &out);
    models_s = fmax(world.to_s[0], world.to_s[1]);
    assert_true(world.from_s[JUDGE] > 2 * 5); /* two loads and a reply */
    assert_true(world.from_s[JUDGE] < models_s);
    assert_true(out.makespan_s > models_s);
}

/* A judge that loads fast takes nobody off a model that loads slowly, again and
 * again: the way back costs more than its questions. */
static void test_the_way_back_counts(void **state)
{
    struct simulate_outcome out;
    struct fixture world;

    (void)state;
    simulate(1, 60, POLICY_RESIDENT, &world, &out);
    assert_true(out.num_loads <= 2 * SLOTS + 2);
    assert_true(out.makespan_s < 1.1 * out.whole_bound_s);
}

static void test_simpler_policies_count_them(void **state)
{
    struct simulate_outcome out;
    struct fixture world;

    (void)state;
    for (int p = POLICY_PAIR; p < NUM_POLICIES; p++) {
        simulate(1, 5, (enum policy)p, &world, &out);
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
