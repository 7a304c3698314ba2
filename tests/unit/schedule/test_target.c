/* By when all can end, and who moves to make it so. */
#include "base/random.h"
#include "schedule/schedule.h"
#include "schedule/target.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static double lower_bound(const double *work_s,
                          const double *load_s,
                          size_t num,
                          size_t slots)
{
    const struct schedule_demand demand = { work_s, load_s, NULL, num };

    return schedule_parted_bound(&demand, (double)slots);
}

static double whole_bound(const double *work_s,
                          const double *load_s,
                          size_t num,
                          size_t slots)
{
    const struct schedule_demand demand = { work_s, load_s, NULL, num };

    return schedule_whole_bound(&demand, (double)slots);
}

static void assert_near(double got, double want)
{
    if (fabs(got - want) > 2e-4 * want)
        fail_msg("%g is not about %g", got, want);
}

static void test_one_model_is_shared_by_free_slots(void **state)
{
    const struct target_model model = { .work_s = 100, .load_s = 10 };

    (void)state;
    assert_near(target_find(&model, 1, 1).end_s, 110);
    assert_near(target_find(&model, 1, 4).end_s, 35);
    assert_int_equal(target_find(&model, 1, 4).next, 0);
}

static void test_nobody_joins_when_a_load_brings_nothing(void **state)
{
    struct target_model model = { .work_s = 30, .load_s = 40, .num_slots = 1 };

    (void)state;
    assert_near(target_find(&model, 1, 3).end_s, 30);
    assert_int_equal(target_find(&model, 1, 3).next, TARGET_NONE);
    model.work_s = 100;
    assert_near(target_find(&model, 1, 1).end_s, 70);
    assert_int_equal(target_find(&model, 1, 1).next, 0);
}

static void test_what_is_under_way_cannot_be_joined(void **state)
{
    const struct target_model model = { .work_s = 100,
                                        .load_s = 1,
                                        .num_slots = 1,
                                        .is_closed = true };

    (void)state;
    assert_int_equal(target_find(&model, 1, 3).next, TARGET_NONE);
}

static void test_a_load_under_way_counts(void **state)
{
    const struct target_model model = { .work_s = 100,
                                        .load_s = 50,
                                        .late_s = 50,
                                        .num_slots = 1 };

    (void)state;
    assert_near(target_find(&model, 1, 0).end_s, 150);
}

/* Two slots of one model, and one without any: one moves when the other is
 * enough, not before. */
static void test_a_slot_leaves_when_the_others_are_enough(void **state)
{
    struct target_model models[] = {
        { .work_s = 90, .load_s = 10, .num_slots = 2 },
        { .work_s = 40, .load_s = 10 },
    };
    struct target target = target_find(models, 2, 0);

    (void)state;
    /* 130 s of work and one load on two slots */
    assert_near(target.end_s, 70);
    assert_false(target_may_leave(&models[0], target.end_s));
    models[0].work_s -= 40; /* 20 s later */
    target = target_find(models, 2, 0);
    assert_near(target.end_s, 50);
    assert_true(target_may_leave(&models[0], target.end_s * 1.001));
    assert_int_equal(target.next, 1);
}

static void test_two_rests_share_a_slot(void **state)
{
    const struct target_model models[] = {
        { .work_s = 90, .load_s = 10 },
        { .work_s = 40, .load_s = 10 },
        { .work_s = 40, .load_s = 10 },
    };

    (void)state;
    assert_near(target_find(models, 3, 2).end_s, 100);
}

/* No plan is better than the bounds, and none much worse than the wrap-around
 * that cuts at every slot. */
static void test_between_the_bounds(void **state)
{
    uint64_t random = 4;

    (void)state;
    for (int turn = 0; turn < 500; turn++) {
        struct target_model models[12] = { 0 };
        double work_s[12];
        double load_s[12];
        const size_t num = 1 + (size_t)random_below(&random, 12);
        const size_t slots = 1 + (size_t)random_below(&random, 30);
        double longest_s = 0;
        double bound;
        double whole;
        double end_s;

        for (size_t i = 0; i < num; i++) {
            work_s[i] = 1 + 1000 * random_unit(&random);
            load_s[i] = 100 * random_unit(&random);
            models[i].work_s = work_s[i];
            models[i].load_s = load_s[i];
            longest_s = fmax(longest_s, load_s[i]);
        }
        bound = lower_bound(work_s, load_s, num, slots);
        whole = whole_bound(work_s, load_s, num, slots);
        end_s = target_find(models, num, (double)slots).end_s;
        assert_true(whole >= bound * (1 - 1e-9));
        assert_true(end_s >= whole * (1 - 1e-9));
        assert_true(end_s <= whole + 2 * longest_s + 1e-3 * whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_model_is_shared_by_free_slots),
        cmocka_unit_test(test_nobody_joins_when_a_load_brings_nothing),
        cmocka_unit_test(test_what_is_under_way_cannot_be_joined),
        cmocka_unit_test(test_a_load_under_way_counts),
        cmocka_unit_test(test_a_slot_leaves_when_the_others_are_enough),
        cmocka_unit_test(test_two_rests_share_a_slot),
        cmocka_unit_test(test_between_the_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
