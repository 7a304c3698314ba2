/* Kappa and alpha against numbers from their papers, and by hand. */
#include "stats/agreement.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void kappa_of_a_table(void **state)
{
    /* 20 both yes, 15 both no, 5 and 10 apart: 0.7 observed, 0.5 by chance */
    int labels[50 * 2];
    const struct agreement_input input = { labels, 50, 2, 2 };
    struct agreement it;

    (void)state;
    for (size_t i = 0; i < 50; i++) {
        labels[2 * i] = i < 25;
        labels[2 * i + 1] = i < 20 || i >= 40;
    }
    it = agreement_kappa(&input, 1);
    assert_int_equal(it.num, 50);
    assert_float_equal(it.share, 0.7, 1e-12);
    assert_float_equal(it.value, 0.4, 1e-12);
    assert_true(it.interval.low > 0.1 && it.interval.low < 0.4);
    assert_true(it.interval.high > 0.4 && it.interval.high < 0.7);
    assert_true(it.share_interval.low < 0.7 && it.share_interval.high > 0.7);
}

/* Krippendorff 2011, section C: four observers, twelve units, missing ones. */
static void alpha_of_the_paper(void **state)
{
    enum { N = AGREEMENT_NONE };

    static const int labels[12 * 4] = {
        0, 0, N, 0, 1, 1, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 0, 1, 2, 3,
        3, 3, 3, 3, 0, 0, 1, 0, 1, 1, 1, 1, N, 4, 4, 4, N, N, 0, 0, N, N, 2, N,
    };
    const struct agreement_input input = { labels, 12, 4, 5 };
    const struct agreement it = agreement_alpha(&input, 1);

    (void)state;
    assert_int_equal(it.num, 11);
    assert_float_equal(it.value, 0.743, 0.0005);
    assert_true(it.interval.low < it.value && it.value < it.interval.high);
}

static void what_cannot_be_told(void **state)
{
    static const int same[] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    static const int alone[] = { 1, AGREEMENT_NONE, AGREEMENT_NONE, 0 };
    struct agreement_input input = { same, 4, 2, 2 };
    struct agreement it = agreement_kappa(&input, 1);

    (void)state;
    assert_float_equal(it.share, 1, 0);
    assert_true(isnan(it.value) && isnan(it.interval.low));
    input = (struct agreement_input){ alone, 2, 2, 2 };
    it = agreement_alpha(&input, 1);
    assert_int_equal(it.num, 0);
    assert_true(isnan(it.share) && isnan(it.value));
}

static void a_seed_is_enough(void **state)
{
    static const int labels[] = { 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0 };
    const struct agreement_input input = { labels, 6, 2, 2 };

    (void)state;
    assert_float_equal(agreement_alpha(&input, 7).interval.low,
                       agreement_alpha(&input, 7).interval.low,
                       0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kappa_of_a_table),
        cmocka_unit_test(alpha_of_the_paper),
        cmocka_unit_test(what_cannot_be_told),
        cmocka_unit_test(a_seed_is_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
