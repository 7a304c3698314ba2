/* Cramer's V and its interval, against numpy and scipy 1.17: chi2_contingency
 * without correction, Bergsma's formula, limits by ncx2.cdf and brentq; upper
 * limits from a ratio of Poisson mixtures made in Python. */
#include "stats/association.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g, not %.12g", value, expected);
}

static void cdf_equals_scipy(void **state)
{
    (void)state;
    near(association_cdf(10, 2, 5), 0.76869155, 1e-8);
    near(association_cdf(3, 4, 0.5), 0.3832193, 1e-7);
    near(association_cdf(150, 10, 100), 0.9671979, 1e-7);
    near(association_cdf(3, 2, 0), 1 - exp(-1.5), 1e-12);
    near(association_cdf(0.5, 1, 800), 0, 1e-12);
    assert_true(association_cdf(0, 2, 5) == 0);
}

static void v_and_its_limits_equal_scipy(void **state)
{
    static const struct {
        double counts[6];
        size_t width;
        double v;
        double low;
        double high;
    } rows[] = {
        { { 10, 20, 30, 30, 20, 10 },
          3,
          0.388754349,
          0.216212960,
          0.581032872 },
        { { 52, 48, 47, 50, 49, 51 }, 3, 0, 0, 0.161445875 },
        /* more even than chance makes it */
        { { 50, 50, 50, 50, 50, 50 }, 3, 0, 0, 0.157082956 },
        { { 51, 50, 49, 50, 50, 50 }, 3, 0, 0, 0.157475313 },
        { { 300, 10, 20, 280 }, 2, 0.901875860, 0.823365386, 0.982209097 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct chi_square test =
            chi_square_test(rows[i].counts, 2, rows[i].width);
        const struct association it = association_of(&test, test.total);

        near(it.v, rows[i].v, 1e-8);
        near(it.interval.low, rows[i].low, 1e-8);
        near(it.interval.high, rows[i].high, 1e-8);
    }
}

/* Every entry twice tells no more than once. */
static void doubled_entries_tell_no_more(void **state)
{
    static const double once[] = { 10, 20, 30, 30, 20, 10 };
    static const double twice[] = { 20, 40, 60, 60, 40, 20 };
    const struct chi_square one = chi_square_test(once, 2, 3);
    const struct chi_square two = chi_square_test(twice, 2, 3);
    const struct association a = association_of(&one, 120);
    const struct association b = association_of(&two, 120);

    (void)state;
    near(b.v, a.v, 1e-12);
    near(b.interval.low, a.interval.low, 1e-9);
    near(b.interval.high, a.interval.high, 1e-9);
}

static void what_has_none(void **state)
{
    static const double row[] = { 3, 4, 5, 0, 0, 0 };
    static const double two[] = { 1, 0, 0, 1 };
    const struct chi_square flat = chi_square_test(row, 2, 3);
    const struct chi_square tiny = chi_square_test(two, 2, 2);
    const struct chi_square none = chi_square_test(NULL, 0, 0);

    (void)state;
    assert_true(isnan(association_of(&flat, 12).v));
    assert_true(isnan(association_of(&tiny, 2).v));
    assert_true(isnan(association_of(&none, 0).v));
    assert_true(isnan(association_of(&flat, 12).interval.low));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cdf_equals_scipy),
        cmocka_unit_test(v_and_its_limits_equal_scipy),
        cmocka_unit_test(doubled_entries_tell_no_more),
        cmocka_unit_test(what_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
