/* A slot that is slow at the end: its units are run a second time by those that
 * have nothing to do, and what that costs is counted. */
#include "fixture.h"

enum { UNITS = 400, SLOTS = 4 };

/* One model, units of so many seconds; the last slot takes `slow` times as
 * long. */
static void simulate(double unit_s, double slow, struct simulate_outcome *out)
{
    const double slot_slow[SLOTS] = { 1, 1, 1, slow };
    struct fixture world;

    fixture_make(&world,
                 &(struct fixture_params){ .num_models = 1,
                                           .num_each = UNITS,
                                           .num_slots = SLOTS,
                                           .load_s = 5 });
    world.world.slot_slow = slot_slow;
    for (size_t i = 0; i < UNITS; i++)
        fixture_set_unit(&world, i, unit_s);
    fixture_run(&world, POLICY_RESIDENT, 0, out);
}

static void test_nobody_is_late(void **state)
{
    struct simulate_outcome out;

    (void)state;
    simulate(1, 1, &out);
    assert_true(out.makespan_s < 5 + UNITS / SLOTS + 3);
    assert_true(out.wasted_s == 0);
    assert_true(out.work_s == UNITS);
}

static void test_late_units_run_twice(void **state)
{
    struct simulate_outcome out;

    (void)state;
    simulate(1, 300, &out);
    /* it holds two leases, and waiting for them would take 300 s a unit */
    assert_true(out.makespan_s < 300);
    assert_true(out.makespan_s > 5 + UNITS / SLOTS);
    assert_true(out.work_s >= UNITS);
    /* its first unit, from its load to the end */
    assert_true(out.wasted_s >= out.makespan_s - 5 - 1e-6);
    assert_true(out.work_s + out.load_s + out.wasted_s + out.idle_s
                <= SLOTS * out.makespan_s * (1 + 1e-9));
}

/* Slots wait for a second run that is not worth it: they ask now and then, not
 * twice a second for years, so this ends within the test's limit. */
static void test_years_end(void **state)
{
    struct simulate_outcome out;

    (void)state;
    simulate(1e9, 1, &out);
    assert_true(out.makespan_s >= 1e9 * UNITS / SLOTS);
    assert_true(out.makespan_s < 1.1e9 * UNITS / SLOTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_is_late),
        cmocka_unit_test(test_late_units_run_twice),
        cmocka_unit_test(test_years_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
