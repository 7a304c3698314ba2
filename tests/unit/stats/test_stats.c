/* Intervals and tests against figures worked out elsewhere. */
#include "base/mem.h"
#include "stats/bootstrap.h"
#include "stats/chi_square.h"
#include "stats/correlation.h"
#include "stats/interval.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_near(double a, double b, double limit)
{
    if (!(fabs(a - b) <= limit))
        fail_msg("%.12g is not %.12g", a, b);
}

static void test_wilson(void **state)
{
    struct interval i = interval_wilson(8, 10);

    (void)state;
    /* p = 0.8, n = 10: the textbook's 0.490 to 0.943 */
    assert_near(i.low, 0.490162, 1e-6);
    assert_near(i.high, 0.943318, 1e-6);
    i = interval_wilson(0, 10);
    assert_near(i.low, 0, 0);
    assert_near(i.high, 0.277533, 1e-6);
    i = interval_wilson(10, 10);
    assert_near(i.low, 1 - 0.277533, 1e-6);
    assert_near(i.high, 1, 0);
    assert_true(isnan(interval_wilson(0, 0).low));
    assert_true(isnan(interval_wilson(3, 2).high));
}

static void test_fisher(void **state)
{
    const struct interval i = interval_fisher(0.5, 28);

    (void)state;
    /* atanh 0.5 = 0.549306; 1.959964 / 5 = 0.391993 */
    assert_near(i.low, tanh(0.549306 - 0.391993), 1e-6);
    assert_near(i.high, tanh(0.549306 + 0.391993), 1e-6);
    assert_true(isnan(interval_fisher(0.5, 3).low));
    assert_true(isnan(interval_fisher(1, 30).low));
    assert_true(isnan(interval_fisher((double)NAN, 30).low));
}

static void test_pearson(void **state)
{
    const double x[] = { 1, 2, 3, 4 };
    const double y[] = { 2, 4, 6, 8 };
    const double z[] = { 4, 1, 3, 2 };
    const double same[] = { 0.1, 0.1, 0.1, 0.1 };

    (void)state;
    assert_near(correlation_pearson(x, y, 4), 1, 1e-12);
    assert_near(correlation_pearson(x, z, 4), -0.4, 1e-12);
    assert_true(isnan(correlation_pearson(x, same, 4)));
    assert_true(isnan(correlation_pearson(x, y, 1)));
    assert_true(isnan(correlation_pearson(x, y, 0)));
}

static void test_chi_square(void **state)
{
    const double two[] = { 10, 20, 30, 5 };
    const double empty_column[] = { 10, 0, 20, 30, 0, 5 };
    const double three[] = { 10, 10, 20, 20, 20, 20 };
    const double one_row[] = { 3, 4 };
    const double none[] = { 0, 0, 0, 0 };
    const double close[] = { 10, 10, 10, 11 };
    struct chi_square t = chi_square_test(two, 2, 2);

    (void)state;
    /* n (|ad - bc| - n/2)^2 / (row and column sums) */
    assert_int_equal(t.freedom, 1);
    assert_near(t.statistic,
                65 * pow(550 - 32.5, 2) / (30.0 * 35 * 40 * 25),
                1e-9);
    assert_near(t.p, erfc(sqrt(t.statistic / 2)), 1e-12);
    assert_near(t.v, 550 / sqrt(30.0 * 35 * 40 * 25), 1e-12);

    assert_near(chi_square_test(empty_column, 2, 3).p, t.p, 1e-15);

    t = chi_square_test(three, 2, 3); /* expected 12, 12, 16 / 18, 18, 24 */
    assert_int_equal(t.freedom, 2);
    assert_near(t.statistic,
                4 / 12.0 * 2 + 16 / 16.0 + 4 / 18.0 * 2 + 16 / 24.0,
                1e-12);
    assert_near(t.p, exp(-t.statistic / 2), 1e-12);

    t = chi_square_test(one_row, 1, 2);
    assert_near(t.p, 1, 0);
    assert_true(isnan(t.v));
    assert_true(isnan(chi_square_test(none, 2, 2).p));
    assert_true(isnan(chi_square_test(NULL, 0, 0).p));
    /* the correction never goes past no difference */
    assert_near(chi_square_test(close, 2, 2).statistic, 0, 0);
}

struct values {
    const double *x;
};

static double mean(const size_t *picks, size_t num, const void *context)
{
    const struct values *values = context;
    double sum = 0;

    for (size_t i = 0; i < num; i++)
        sum += values->x[picks[i]];
    return num ? sum / (double)num : (double)NAN;
}

static void test_bootstrap_is_seeded(void **state)
{
    double x[100];
    const struct values values = { x };
    struct bootstrap input = { .num = 100, .seed = 7 };
    struct interval a;
    struct interval b;

    (void)state;
    for (int i = 0; i < 100; i++)
        x[i] = i < 50;
    a = bootstrap_interval(&input, mean, &values);
    b = bootstrap_interval(&input, mean, &values);
    assert_near(a.low, b.low, 0);
    assert_near(a.high, b.high, 0);
    /* about 0.5 +- 1.96 * 0.05 */
    assert_near(a.low, 0.402, 0.02);
    assert_near(a.high, 0.598, 0.02);
    input.seed = 8;
    b = bootstrap_interval(&input, mean, &values);
    assert_true(a.low != b.low || a.high != b.high);
}

/* Each stratum is constant, so nothing can vary. */
static void test_bootstrap_keeps_strata(void **state)
{
    const double x[] = { 0, 1, 0, 1, 0, 1 };
    const uint32_t strata[] = { 4, 9, 4, 9, 4, 9 };
    const struct values values = { x };
    const struct bootstrap input = { .num = 6, .strata = strata, .seed = 1 };
    const struct interval i = bootstrap_interval(&input, mean, &values);

    (void)state;
    assert_near(i.low, 0.5, 1e-12);
    assert_near(i.high, 0.5, 1e-12);
}

/* Ten equal repeats of an item say no more than one. */
static void test_bootstrap_clusters(void **state)
{
    double x[400];
    uint64_t clusters[400];
    const struct values values = { x };
    struct bootstrap input = { .num = 400, .seed = 3 };
    struct interval alone;
    struct interval together;

    (void)state;
    for (size_t i = 0; i < 400; i++) {
        clusters[i] = i / 10;
        x[i] = (double)(i / 10 % 2);
    }
    alone = bootstrap_interval(&input, mean, &values);
    input.clusters = clusters;
    together = bootstrap_interval(&input, mean, &values);
    assert_near((together.high - together.low) / (alone.high - alone.low),
                sqrt(10),
                0.5);
}

static double never(const size_t *picks, size_t num, const void *context)
{
    (void)picks;
    (void)num;
    (void)context;
    return (double)NAN;
}

static void test_bootstrap_without_answer(void **state)
{
    const double x[] = { 1, 2 };
    const struct values values = { x };
    struct bootstrap input = { .num = 2, .seed = 3 };

    (void)state;
    assert_true(isnan(bootstrap_interval(&input, never, NULL).low));
    input.num = 1;
    assert_true(isnan(bootstrap_interval(&input, mean, &values).low));
    input.num = 0;
    assert_true(isnan(bootstrap_interval(&input, mean, &values).low));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wilson),
        cmocka_unit_test(test_fisher),
        cmocka_unit_test(test_pearson),
        cmocka_unit_test(test_chi_square),
        cmocka_unit_test(test_bootstrap_is_seeded),
        cmocka_unit_test(test_bootstrap_keeps_strata),
        cmocka_unit_test(test_bootstrap_clusters),
        cmocka_unit_test(test_bootstrap_without_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
