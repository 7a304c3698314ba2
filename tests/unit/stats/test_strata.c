/* Strata that lie mixed are the strata that lie in order. */
#include "stats/bootstrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static double mean(const size_t *picks, size_t num, const void *context)
{
    const double *x = context;
    double sum = 0;

    for (size_t i = 0; i < num; i++)
        sum += x[picks[i]];
    return sum / (double)num;
}

static void order_of_strata_does_not_matter(void **state)
{
    static const double mixed[] = { 1, 5, 2, 6, 3, 9 };
    static const uint32_t mixed_strata[] = { 0, 1, 0, 1, 0, 1 };
    static const double sorted[] = { 1, 2, 3, 5, 6, 9 };
    static const uint32_t sorted_strata[] = { 0, 0, 0, 1, 1, 1 };
    struct bootstrap input = { .num = 6, .strata = mixed_strata, .seed = 5 };
    const struct interval a = bootstrap_interval(&input, mean, mixed);
    struct interval b;

    (void)state;
    input.strata = sorted_strata;
    b = bootstrap_interval(&input, mean, sorted);
    assert_true(a.low < a.high);
    assert_true(a.low == b.low && a.high == b.high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_strata_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
