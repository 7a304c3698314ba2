/* Pearson's r. */
#include "stats/correlation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Products of the deviations sum to 3, squares to 5 and 5. */
static void equals_a_worked_example(void **state)
{
    static const double x[] = { 1, 2, 3, 4 };
    static const double y[] = { 2, 1, 4, 3 };
    static const double down[] = { -2, -1, -4, -3 };

    (void)state;
    assert_true(fabs(correlation_pearson(x, y, 4) - 0.6) < 1e-12);
    assert_true(fabs(correlation_pearson(x, down, 4) + 0.6) < 1e-12);
}

static void stays_within_one(void **state)
{
    double x[50];
    double y[50];
    double r;

    (void)state;
    for (int i = 0; i < 50; i++) {
        x[i] = 0.1 * i;
        y[i] = 0.3 * x[i] + 7;
    }
    r = correlation_pearson(x, y, 50);
    assert_true(r <= 1 && r > 1 - 1e-12);
    for (int i = 0; i < 50; i++)
        y[i] = -y[i];
    r = correlation_pearson(x, y, 50);
    assert_true(r >= -1 && r < -1 + 1e-12);
}

static void what_has_none(void **state)
{
    static const double x[] = { 1, 2, 3 };
    static const double same[] = { 0.1, 0.1, 0.1 };

    (void)state;
    assert_true(isnan(correlation_pearson(x, same, 3)));
    assert_true(isnan(correlation_pearson(same, x, 3)));
    assert_true(isnan(correlation_pearson(x, x, 1)));
    assert_true(isnan(correlation_pearson(x, x, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_a_worked_example),
        cmocka_unit_test(stays_within_one),
        cmocka_unit_test(what_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
