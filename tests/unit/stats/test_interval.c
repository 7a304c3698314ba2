/* Intervals in closed form, against printed tables and worked examples. */
#include "stats/interval.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_none(struct interval interval)
{
    assert_true(isnan(interval.low) && isnan(interval.high));
}

/* Newcombe 1998, "Two-sided confidence intervals for the single proportion",
 * table I, method 3: printed with four decimals. */
static void wilson_equals_the_table(void **state)
{
    static const struct {
        uint64_t hits;
        uint64_t num;
        double low;
        double high;
    } rows[] = {
        { 81, 263, 0.2553, 0.3662 },
        { 15, 148, 0.0624, 0.1605 },
        { 0, 20, 0, 0.1611 },
        { 1, 29, 0.0061, 0.1718 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct interval it = interval_wilson(rows[i].hits, rows[i].num);

        assert_true(fabs(it.low - rows[i].low) < 0.00005);
        assert_true(fabs(it.high - rows[i].high) < 0.00005);
    }
}

static void wilson_is_closed_at_the_ends(void **state)
{
    const struct interval none = interval_wilson(0, 7);
    const struct interval all = interval_wilson(7, 7);

    (void)state;
    assert_true(none.low == 0 && all.high == 1);
    assert_true(fabs(none.high + all.low - 1) < 1e-12);
}

/* scipy.stats.t.ppf(0.975, 12) = 2.17881283; the interval worked out from it
 * with numpy. */
static void wilson_of_an_effective_number(void **state)
{
    const double t = interval_quantile(12);
    const struct interval it = interval_wilson_effective(0.3, 24.5, t);
    const struct interval none = interval_wilson_effective(0, 13, t);

    (void)state;
    assert_true(fabs(t - 2.17881283) < 1e-8);
    assert_true(fabs(interval_quantile((double)INFINITY) - 1.95996398) < 1e-8);
    assert_true(fabs(it.low - 0.14500686141) < 1e-9);
    assert_true(fabs(it.high - 0.51991861840) < 1e-9);
    assert_true(none.low == 0);
    assert_true(fabs(none.high - 0.26749112912) < 1e-9);
}

/* 3 and 4 make 5: 0.3 of the interval, 0.4 of the error. */
static void errors_add_in_squares(void **state)
{
    const double sd = 0.4 / interval_quantile((double)INFINITY);
    const struct interval of = { 0.2, 0.8 };
    struct interval it = interval_widen(of, 0.5, sd, -1, 2);

    (void)state;
    assert_true(fabs(it.low - 0) < 1e-12 && fabs(it.high - 1) < 1e-12);
    it = interval_widen(of, 0.5, sd, 0.1, 0.9);
    assert_true(it.low == 0.1 && it.high == 0.9);
    it = interval_widen(of, 0.5, 0, 0, 1);
    assert_true(it.low == of.low && it.high == of.high);
    it = interval_widen((struct interval){ 1.1, 1.3 }, 1.2, sd, 0, 1);
    assert_true(it.low <= 1 && it.high == 1.2);
    assert_none(interval_widen(interval_none(), 0.5, sd, 0, 1));
}

/* r = 0.5 over 103 pairs: z = 0.549306, half = 1.959964 / 10. */
static void fisher_equals_a_worked_example(void **state)
{
    const struct interval it = interval_fisher(0.5, 103);
    const struct interval mirror = interval_fisher(-0.5, 103);

    (void)state;
    assert_true(fabs(it.low - tanh(0.549306144334 - 0.195996398454)) < 1e-9);
    assert_true(fabs(it.high - tanh(0.549306144334 + 0.195996398454)) < 1e-9);
    assert_true(fabs(mirror.low + it.high) < 1e-12);
    assert_true(fabs(mirror.high + it.low) < 1e-12);
}

static void what_has_no_interval(void **state)
{
    (void)state;
    assert_none(interval_none());
    assert_none(interval_wilson(0, 0));
    assert_none(interval_wilson(3, 2));
    assert_none(interval_wilson_effective(0.5, 0, 2));
    assert_none(interval_wilson_effective(0.5, 10, (double)NAN));
    assert_none(interval_wilson_effective((double)NAN, 10, 2));
    assert_true(isnan(interval_quantile(0)));
    assert_none(interval_fisher(0.5, 3));
    assert_none(interval_fisher(1, 100));
    assert_none(interval_fisher(-1, 100));
    assert_none(interval_fisher((double)NAN, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_equals_the_table),
        cmocka_unit_test(wilson_is_closed_at_the_ends),
        cmocka_unit_test(wilson_of_an_effective_number),
        cmocka_unit_test(errors_add_in_squares),
        cmocka_unit_test(fisher_equals_a_worked_example),
        cmocka_unit_test(what_has_no_interval),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
