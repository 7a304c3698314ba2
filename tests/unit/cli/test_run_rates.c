/* Items per second of a run and its models, from looks at their counts. */
#include "cli/run/run_rates.h"
#include "dispatch/coordinator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What two workers have done of model 0, and one of them of model 1; a worker
 * without a model has a row as well. */
static void note(struct run_rates *rates,
                 int64_t ms,
                 uint64_t first,
                 uint64_t second)
{
    const struct ledger_row rows[] = {
        { .rank = 1, .model = 0, .spent.units = first / 2 },
        { .rank = 2, .model = 0, .spent.units = first - first / 2 },
        { .rank = 2, .model = 1, .spent.units = second },
        { .rank = 2, .model = -1, .spent.units = 0 },
    };
    const struct ledger_view view = { .rows = rows, .num_rows = 4 };

    run_rates_note(rates, &view, ms);
}

static void near(double got, double want)
{
    assert_true(fabs(got - want) < 1e-9);
}

static void test_now_and_mean(void **state)
{
    struct run_rates *rates = run_rates_create(2);

    (void)state;
    assert_true(isnan(run_rates_now(rates)));
    note(rates, 1000, 0, 0);
    assert_true(isnan(run_rates_now(rates)));
    assert_true(isnan(run_rates_model_mean(rates, 0)));
    note(rates, 11000, 20, 0);
    near(run_rates_now(rates), 2);
    near(run_rates_model_now(rates, 0), 2);
    near(run_rates_model_now(rates, 1), 0);
    near(run_rates_model_mean(rates, 0), 2);
    /* the second one is measured since it began */
    note(rates, 21000, 20, 50);
    near(run_rates_now(rates), 3.5);
    near(run_rates_model_mean(rates, 0), 1);
    near(run_rates_model_mean(rates, 1), 5);
    run_rates_free(rates);
}

/* What is longer ago than half a minute counts in the mean alone, however often
 * one looks. */
static void test_window(void **state)
{
    struct run_rates *rates = run_rates_create(2);

    (void)state;
    for (int64_t s = 0; s <= 100; s++)
        note(rates, 1000 * s, (uint64_t)(s < 50 ? 10 * s : 500 + (s - 50)), 0);
    near(run_rates_now(rates), 1);
    near(run_rates_model_mean(rates, 0), 5.5);
    for (int64_t s = 101; s <= 140; s++)
        note(rates, 1000 * s, 550, 0);
    near(run_rates_now(rates), 0);
    run_rates_free(rates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_now_and_mean),
        cmocka_unit_test(test_window),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
