/* Seconds a token, learned by model and task. */
#include "schedule/speeds.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_within(double got, double want, double part)
{
    if (fabs(got - want) > part * want)
        fail_msg("%g is not %g within %g", got, want, part);
}

static void test_what_is_thought_holds_until_measured(void **state)
{
    struct speeds *speeds = speeds_create(2, 3);

    (void)state;
    assert_true(speeds_of(speeds, 0)[0] == 0);
    speeds_expect(speeds, 0, 100, false);
    assert_within(speeds_of(speeds, 0)[2], 0.01, 1e-9);
    /* nothing is known of the other: as the first */
    assert_within(speeds_of(speeds, 1)[2], 0.01, 1e-9);
    speeds_destroy(speeds);
}

/* Guesses that are 100 times apart are taken for 100^0.2 times. */
static void test_a_guess_is_believed_in_part(void **state)
{
    struct speeds *speeds = speeds_create(2, 1);

    (void)state;
    speeds_expect(speeds, 0, 10, true);
    speeds_expect(speeds, 1, 1000, true);
    assert_within(speeds_of(speeds, 0)[0], 0.01 * pow(10, 0.2), 1e-6);
    assert_within(speeds_of(speeds, 1)[0], 0.01 / pow(10, 0.2), 1e-6);
    assert_true(speeds_is_guess(speeds, 0));
    for (int i = 0; i < 500; i++)
        speeds_observe(speeds, 0, 0, 10, 1);
    assert_within(speeds_of(speeds, 0)[0], 0.1, 0.02);
    assert_false(speeds_is_guess(speeds, 0));
    assert_true(speeds_is_guess(speeds, 1));
    speeds_destroy(speeds);
}

/* Two were measured: as was guessed, or as was guessed of the other. */
static double third_of(bool is_right)
{
    struct speeds *speeds = speeds_create(4, 1);
    double pace;

    for (size_t m = 0; m < 4; m++)
        speeds_expect(speeds, m, m % 2 == 0 ? 10 : 1000, true);
    speeds_observe(speeds, is_right ? 0 : 1, 0, 1000, 100);
    speeds_observe(speeds, is_right ? 1 : 0, 0, 100000, 100);
    pace = speeds_of(speeds, 2)[0];
    speeds_destroy(speeds);
    return pace;
}

static void test_guesses_are_believed_as_those_that_were_measured(void **state)
{
    (void)state;
    assert_true(third_of(true) > 0.01 * pow(10, 0.5));
    assert_true(third_of(false) < 0.01 * pow(10, 0.1));
    assert_true(third_of(false) > 0.01 / pow(10, 0.1));
}

static void test_a_measured_cell_is_believed(void **state)
{
    struct speeds *speeds = speeds_create(1, 2);

    (void)state;
    speeds_expect(speeds, 0, 100, false);
    for (int i = 0; i < 500; i++)
        speeds_observe(speeds, 0, 1, 10, 1);
    assert_within(speeds_of(speeds, 0)[1], 0.1, 0.02);
    speeds_destroy(speeds);
}

/* Speeds that are known, lengths that are not: what three models say of two
 * tasks holds for the fourth, which did neither. */
static void test_a_task_is_learned_for_all_models(void **state)
{
    struct speeds *speeds = speeds_create(4, 3);

    (void)state;
    for (size_t m = 0; m < 4; m++)
        speeds_expect(speeds, m, 100, false);
    for (size_t m = 0; m < 3; m++) {
        speeds_observe(speeds, m, 0, 1000, 40);  /* 4 times as long */
        speeds_observe(speeds, m, 1, 4000, 40);  /* as thought */
        speeds_observe(speeds, m, 2, 16000, 40); /* a quarter */
    }
    assert_within(speeds_of(speeds, 3)[0], 0.04, 0.25);
    assert_within(speeds_of(speeds, 3)[1], 0.01, 0.25);
    assert_within(speeds_of(speeds, 3)[2], 0.0025, 0.25);
    speeds_destroy(speeds);
}

/* A model that is slower than thought is so at tasks it did not do. */
static void test_a_model_is_learned_for_all_tasks(void **state)
{
    struct speeds *speeds = speeds_create(3, 4);

    (void)state;
    for (size_t m = 0; m < 3; m++)
        speeds_expect(speeds, m, 100, false);
    for (size_t t = 0; t < 3; t++) {
        speeds_observe(speeds, 0, t, 4000, 40);
        speeds_observe(speeds, 1, t, 4000, 40);
        speeds_observe(speeds, 2, t, 1000, 40);
    }
    speeds_observe(speeds, 0, 3, 4000, 40);
    assert_within(speeds_of(speeds, 2)[3], 0.04, 0.3);
    speeds_destroy(speeds);
}

static void test_without_any_prior_all_is_measured(void **state)
{
    struct speeds *speeds = speeds_create(2, 1);

    (void)state;
    speeds_observe(speeds, 0, 0, 100, 50);
    assert_within(speeds_of(speeds, 0)[0], 0.5, 0.01);
    assert_within(speeds_of(speeds, 1)[0], 0.5, 0.01);
    speeds_observe(speeds, 0, 0, -1, 5);
    speeds_observe(speeds, 0, 0, 1, (double)NAN);
    assert_within(speeds_of(speeds, 0)[0], 0.5, 0.01);
    speeds_destroy(speeds);
}

/* What was long ago weighs less: a slot that became slow is noticed. */
static void test_old_measurements_fade(void **state)
{
    struct speeds *speeds = speeds_create(1, 1);

    (void)state;
    for (int i = 0; i < 100000; i++)
        speeds_observe(speeds, 0, 0, 100, 1);
    for (int i = 0; i < 3000; i++)
        speeds_observe(speeds, 0, 0, 100, 2);
    assert_true(speeds_of(speeds, 0)[0] > 0.017);
    speeds_destroy(speeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_thought_holds_until_measured),
        cmocka_unit_test(test_a_guess_is_believed_in_part),
        cmocka_unit_test(test_guesses_are_believed_as_those_that_were_measured),
        cmocka_unit_test(test_a_measured_cell_is_believed),
        cmocka_unit_test(test_a_task_is_learned_for_all_models),
        cmocka_unit_test(test_a_model_is_learned_for_all_tasks),
        cmocka_unit_test(test_without_any_prior_all_is_measured),
        cmocka_unit_test(test_old_measurements_fade),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
