/* Tables small enough to work out by hand. */
#include "stats/chi_square.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12 + 1e-9 * fabs(expected)))
        fail_msg("%.12g, not %.12g", value, expected);
}

/* Each cell is 5 off its 15: 4 * 25/15 plain, 4 * 4.5^2/15 with Yates. */
static void two_by_two_is_corrected(void **state)
{
    static const double counts[] = { 10, 20, 20, 10 };
    const struct chi_square it = chi_square_test(counts, 2, 2);

    (void)state;
    assert_int_equal(it.freedom, 1);
    assert_near(it.statistic, 5.4);
    assert_near(it.p, erfc(sqrt(5.4 / 2))); /* one degree: a squared normal */
    assert_near(it.v, 1.0 / 3);
}

/* Four of six cells are 10 off their 20. */
static void two_by_three_is_not(void **state)
{
    static const double counts[] = { 10, 20, 30, 30, 20, 10 };
    const struct chi_square it = chi_square_test(counts, 2, 3);

    (void)state;
    assert_int_equal(it.freedom, 2);
    assert_near(it.statistic, 20);
    assert_near(it.p, exp(-10)); /* two degrees: an exponential */
    assert_near(it.v, sqrt(1.0 / 6));
}

static void empty_rows_and_columns_do_not_count(void **state)
{
    static const double counts[] = {
        0, 10, 20, 30, /* the first column and the middle row are empty */
        0, 0,  0,  0,  0, 30, 20, 10,
    };
    const struct chi_square it = chi_square_test(counts, 3, 4);

    (void)state;
    assert_int_equal(it.freedom, 2);
    assert_near(it.statistic, 20);
    assert_near(it.v, sqrt(1.0 / 6));
}

/* All differences are 2/7: less than the half that Yates takes off. */
static void yates_does_not_pass_zero(void **state)
{
    static const double counts[] = { 1, 2, 2, 2 };
    const struct chi_square it = chi_square_test(counts, 2, 2);

    (void)state;
    assert_near(it.statistic, 0);
    assert_near(it.p, 1);
    assert_near(it.v, 1.0 / 6);
}

static void a_full_dependence_has_v_one(void **state)
{
    static const double counts[] = { 9, 0, 0, 0, 5, 0, 0, 0, 3 };

    (void)state;
    assert_near(chi_square_test(counts, 3, 3).v, 1);
}

static void what_cannot_be_tested(void **state)
{
    static const double row[] = { 3, 4, 5, 0, 0, 0 };
    static const double zeros[] = { 0, 0, 0, 0 };
    const struct chi_square one = chi_square_test(row, 2, 3);
    const struct chi_square none = chi_square_test(zeros, 2, 2);
    const struct chi_square nothing = chi_square_test(NULL, 0, 0);

    (void)state;
    assert_int_equal(one.freedom, 0);
    assert_near(one.p, 1);
    assert_true(isnan(one.v));
    assert_true(isnan(none.statistic) && isnan(none.p) && isnan(none.v));
    assert_true(isnan(nothing.statistic) && isnan(nothing.p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_by_two_is_corrected),
        cmocka_unit_test(two_by_three_is_not),
        cmocka_unit_test(empty_rows_and_columns_do_not_count),
        cmocka_unit_test(yates_does_not_pass_zero),
        cmocka_unit_test(a_full_dependence_has_v_one),
        cmocka_unit_test(what_cannot_be_tested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
