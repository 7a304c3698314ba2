/* How a sweep in virtual time begins and ends: what is long goes to as many slots
 * as there are, nothing reaches past the end, a role with little to do is loaded
 * once, and simpler policies are given the size that suits them. */
#include "fixture.h"

enum { JUDGE = 2, EACH = 144 };

/* So many units of one model, on so many slots. */
struct few {
    size_t num;
    double unit_s;
    double load_s;
    size_t num_slots;
};

static void simulate(struct few few,
                     enum policy policy,
                     size_t size,
                     struct simulate_outcome *out)
{
    struct fixture world;

    fixture_make(&world,
                 &(struct fixture_params){ .num_models = 1,
                                           .num_each = few.num,
                                           .num_slots = few.num_slots,
                                           .load_s = few.load_s });
    for (size_t i = 0; i < few.num; i++)
        fixture_set_unit(&world, i, few.unit_s);
    fixture_run(&world, policy, size, out);
}

static void test_each_slot_gets_one_before_any_gets_two(void **state)
{
    struct simulate_outcome out;

    (void)state;
    simulate((struct few){ 24, 500, 10, 32 }, POLICY_RESIDENT, 0, &out);
    assert_int_equal(out.num_loads, 24);
    assert_true(out.makespan_s < 511);
    simulate((struct few){ 33, 500, 10, 32 }, POLICY_RESIDENT, 0, &out);
    assert_true(out.makespan_s < 1011);
}

/* Two models of short units, one that loads for 300 s, as does the judge. */
static void simulate_short(struct fixture *world, struct simulate_outcome *out)
{
    fixture_make(world,
                 &(struct fixture_params){ .num_models = 2,
                                           .num_each = EACH,
                                           .num_slots = 8,
                                           .load_s = 300 });
    fixture_set_load(world, 1, 1);
    fixture_add_judge(world, 300, 4);
    for (size_t i = 0; i < world->world.believed.num_units; i++) {
        static const double seconds[] = { 0.0275, 0.165, [JUDGE] = 0.055 };

        fixture_set_unit(world, i, seconds[world->unit_model[i]]);
    }
    fixture_run(world, POLICY_RESIDENT, 0, out);
}

static void test_nothing_reaches_past_the_end(void **state)
{
    struct simulate_outcome out;
    struct fixture world;

    (void)state;
    simulate_short(&world, &out);
    assert_true(world.last_s <= out.makespan_s);
    assert_true(out.idle_s >= -1e-6);
    assert_true(out.load_s > world.loading_s - 1e-6);
    assert_true(out.load_s < world.loading_s + 1e-6);
}

static void test_a_role_with_little_to_do_is_loaded_once(void **state)
{
    struct simulate_outcome out;
    struct fixture world;
    size_t num_loads = 0;

    (void)state;
    simulate_short(&world, &out);
    for (size_t i = 0; i < FIXTURE_SLOTS; i++)
        num_loads += world.num_loads[JUDGE][i];
    assert_int_equal(num_loads, 1);
}

/* Many slots want small chunks and many shards. */
static void test_simpler_policies_at_their_best(void **state)
{
    static const size_t sizes[] = { 8, 16, 40, 64, 80, 160, 500 };

    (void)state;
    for (int policy = POLICY_CHUNK; policy <= POLICY_STATIC; policy++) {
        struct simulate_outcome best;

        simulate((struct few){ 5100, 2, 30, 64 },
                 (enum policy)policy,
                 0,
                 &best);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct simulate_outcome out;

            simulate((struct few){ 5100, 2, 30, 64 },
                     (enum policy)policy,
                     sizes[i],
                     &out);
            assert_true(best.makespan_s <= 1.1 * out.makespan_s);
        }
    }
}

static void test_nothing_ends_before_the_longest_unit(void **state)
{
    struct simulate_outcome out;

    (void)state;
    simulate((struct few){ 1, 60, 10, 8 }, POLICY_RESIDENT, 0, &out);
    assert_true(out.whole_bound_s > 70 - 1e-6);
    assert_true(out.whole_bound_s < 70 + 1e-6);
    assert_true(out.parted_bound_s < 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_slot_gets_one_before_any_gets_two),
        cmocka_unit_test(test_nothing_reaches_past_the_end),
        cmocka_unit_test(test_a_role_with_little_to_do_is_loaded_once),
        cmocka_unit_test(test_simpler_policies_at_their_best),
        cmocka_unit_test(test_nothing_ends_before_the_longest_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
