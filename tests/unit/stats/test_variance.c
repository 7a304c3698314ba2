/* Variances that can be worked out on paper, and components that are known
 * because the data were made with them. */
#include "base/mem.h"
#include "stats/variance.h"

#include <gsl/gsl_randist.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g, not %.12g", value, expected);
}

/* Units 1, 2, 6: mean 3, squares 4 + 1 + 9 = 14, times 3/2. */
static void units_are_summed_first(void **state)
{
    static const double parts[] = { 1, 0.5, 1.5, 2, 4 };
    static const uint32_t units[] = { 0, 1, 1, 2, 2 };
    const struct variance it = variance_of_sum(parts, units, NULL, 5);

    (void)state;
    near(it.value, 21, 1e-12);
    near(it.freedom, 2, 0);
    assert_int_equal(it.num_units, 3);
}

/* 1, 3 and 10, 14: 2 * 2 and 2 * 8. */
static void strata_have_their_own_mean(void **state)
{
    static const double parts[] = { 1, 10, 3, 14 };
    static const uint32_t units[] = { 0, 1, 2, 3 };
    static const uint32_t strata[] = { 0, 1, 0, 1 };
    const struct variance it = variance_of_sum(parts, units, strata, 4);

    (void)state;
    near(it.value, 20, 1e-12);
    near(it.freedom, 2, 0);
}

/* Strata of one: together 1 and 3; a lone one goes with another stratum. */
static void single_units_are_joined(void **state)
{
    static const double parts[] = { 1, 3, 10, 14 };
    static const uint32_t units[] = { 0, 1, 2, 3 };
    static const uint32_t pairs[] = { 0, 1, 2, 2 };
    static const uint32_t lone[] = { 0, 1, 1, 1 };
    struct variance it = variance_of_sum(parts, units, pairs, 4);

    (void)state;
    near(it.value, 4 + 16, 1e-12);
    near(it.freedom, 2, 0);
    it = variance_of_sum(parts, units, lone, 4);
    near(it.value, (36 + 16 + 9 + 49) * 4.0 / 3, 1e-12);
    near(it.freedom, 3, 0);
}

static void what_has_none(void **state)
{
    static const double parts[] = { 1, 3 };
    static const uint32_t one[] = { 0, 0 };
    static const uint32_t two[] = { 0, 1 };

    (void)state;
    assert_true(isnan(variance_of_sum(parts, one, NULL, 2).value));
    assert_true(isnan(variance_of_sum(NULL, NULL, NULL, 0).value));
    assert_true(isnan(variance_of_sampling(parts, two, two, 2)));
    assert_true(isnan(variance_of_sampling(NULL, NULL, NULL, 0)));
}

/* Two items, each asked twice: 1, 3 and 6, 6.  Within: 2 over 2 degrees, times
 * four asks.  An ask of two entries counts with their sum. */
static void sampling_is_what_differs_within_items(void **state)
{
    static const double parts[] = { 1, 3, 6, 4, 2 };
    static const uint32_t items[] = { 0, 0, 1, 1, 1 };
    static const uint32_t asks[] = { 0, 1, 2, 3, 3 };

    (void)state;
    near(variance_of_sampling(parts, items, asks, 5), 4, 1e-12);
}

enum { ITEMS = 200, REPEATS = 4, RUNS = 400 };

/* Items vary with deviation 2, replies around them with 1: the mean over 200
 * items of 4 repeats has variance 4 / 200 + 1 / 800. */
static void known_components_are_found(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double *parts = mem_alloc((size_t)ITEMS * REPEATS, sizeof *parts);
    uint32_t items[ITEMS * REPEATS];
    uint32_t asks[ITEMS * REPEATS];
    double all = 0;
    double sampling = 0;

    (void)state;
    for (int run = 0; run < RUNS; run++) {
        for (uint32_t i = 0; i < ITEMS * REPEATS; i++) {
            static double item;

            if (i % REPEATS == 0)
                item = gsl_ran_gaussian(rng, 2);
            items[i] = i / REPEATS;
            asks[i] = i;
            parts[i] = (item + gsl_ran_gaussian(rng, 1)) / (ITEMS * REPEATS);
        }
        all += variance_of_sum(parts, items, NULL, ITEMS * REPEATS).value;
        sampling += variance_of_sampling(parts, items, asks, ITEMS * REPEATS);
    }
    near(all / RUNS, 4.0 / ITEMS + 1.0 / (ITEMS * REPEATS), 0.0003);
    near(sampling / RUNS, 1.0 / (ITEMS * REPEATS), 0.00001);
    gsl_rng_free(rng);
    free(parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_are_summed_first),
        cmocka_unit_test(strata_have_their_own_mean),
        cmocka_unit_test(single_units_are_joined),
        cmocka_unit_test(what_has_none),
        cmocka_unit_test(sampling_is_what_differs_within_items),
        cmocka_unit_test(known_components_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
