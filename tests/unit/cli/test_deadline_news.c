/* What is said of a deadline while the ETA moves: nothing by its first looks, and
 * what was said is taken back. */
#include "cli/run/deadline_news.h"
#include "dispatch/coordinator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOW_S = 1000000, DUE_S = NOW_S + 3600 };

static struct deadline_news deadline;
static struct coordinator_view view;

static int begin(void **state)
{
    (void)state;
    deadline = (struct deadline_news){ .at_s = DUE_S };
    /* 20 more items, of which one is a twentieth */
    view = (struct coordinator_view){ .num_units = 120,
                                      .num_before = 100,
                                      .num_done = 101 };
    return 0;
}

/* What is new so many seconds after the start, with such an ETA. */
static enum deadline_news_kind look(int64_t at_s, double eta_s)
{
    view.eta_s = eta_s;
    return deadline_news_judge(&deadline, &view, (NOW_S + at_s) * 1000);
}

static void test_foreseen_once_it_held(void **state)
{
    (void)state;
    assert_int_equal(look(0, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(29, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(30, 9000), DEADLINE_FORESEEN);
    assert_int_equal(look(90, 9000), DEADLINE_NO_NEWS);
}

static void test_a_first_eta_that_is_mended(void **state)
{
    (void)state;
    assert_int_equal(look(0, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(20, 100), DEADLINE_NO_NEWS);
    assert_int_equal(look(40, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(69, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(70, 9000), DEADLINE_FORESEEN);
}

static void test_few_answers_take_longer(void **state)
{
    (void)state;
    view.num_units = 121;
    assert_int_equal(look(0, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(179, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(180, 9000), DEADLINE_FORESEEN);
}

static void test_taken_back(void **state)
{
    (void)state;
    (void)look(0, 9000);
    assert_int_equal(look(30, 9000), DEADLINE_FORESEEN);
    assert_int_equal(look(40, 100), DEADLINE_NO_NEWS);
    assert_int_equal(look(70, 100), DEADLINE_NO_LONGER);
    assert_int_equal(look(120, 100), DEADLINE_NO_NEWS);
    assert_int_equal(look(130, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(160, 9000), DEADLINE_FORESEEN);
}

static void test_guesses_foresee_nothing(void **state)
{
    (void)state;
    view.is_eta_guess = true;
    assert_int_equal(look(0, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(600, 9000), DEADLINE_NO_NEWS);
    view.is_eta_guess = false;
    assert_int_equal(look(700, (double)NAN), DEADLINE_NO_NEWS);
    assert_int_equal(look(800, 9000), DEADLINE_NO_NEWS);
    assert_int_equal(look(830, 9000), DEADLINE_FORESEEN);
}

static void test_passes_once(void **state)
{
    (void)state;
    assert_int_equal(look(3599, 1), DEADLINE_NO_NEWS);
    assert_int_equal(look(3600, (double)NAN), DEADLINE_PASSED);
    assert_int_equal(look(3700, 9000), DEADLINE_NO_NEWS);
}

static void test_nothing_is_left(void **state)
{
    (void)state;
    view.num_done = view.num_units;
    assert_int_equal(look(3600, 0), DEADLINE_NO_NEWS);
    view.num_done = 101;
    deadline.at_s = 0;
    assert_int_equal(look(3600, 9000), DEADLINE_NO_NEWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_foreseen_once_it_held, begin),
        cmocka_unit_test_setup(test_a_first_eta_that_is_mended, begin),
        cmocka_unit_test_setup(test_few_answers_take_longer, begin),
        cmocka_unit_test_setup(test_taken_back, begin),
        cmocka_unit_test_setup(test_guesses_foresee_nothing, begin),
        cmocka_unit_test_setup(test_passes_once, begin),
        cmocka_unit_test_setup(test_nothing_is_left, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
