/* Sign flips, permutations and BCa intervals: how often they are wrong, and
 * input that is no input.  Exact values are in tests/golden/stats. */
#include "base/mem.h"
#include "stats/bca.h"
#include "stats/permutation.h"
#include "stats/shift.h"
#include "stats/sign_flip.h"
#include "stats/trend.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROUNDS = 2000 };

/* Shares of rounds in which models that are alike are told apart at 5 %. */
static double false_alarms(size_t num_units, double share_equal)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double *parts = mem_alloc(num_units, sizeof *parts);
    int hits = 0;

    gsl_rng_set(rng, 11);
    for (int r = 0; r < ROUNDS; r++) {
        for (size_t u = 0; u < num_units; u++) {
            /* two answers, right or wrong, equal with that chance */
            parts[u] = gsl_rng_uniform(rng) < share_equal
                           ? 0
                           : (gsl_rng_uniform(rng) < 0.5 ? 1.0 : -1.0);
        }
        hits += sign_flip_test(parts, num_units).p <= 0.05;
    }
    gsl_rng_free(rng);
    free(parts);
    return hits / (double)ROUNDS;
}

static void test_equal_models_are_rarely_told_apart(void **state)
{
    (void)state;
    /* few clusters, few items that differ, many */
    assert_true(false_alarms(13, 0) <= 0.06);
    assert_true(false_alarms(200, 0.95) <= 0.06);
    assert_true(false_alarms(400, 0.5) <= 0.065);
    assert_true(false_alarms(400, 0.5) >= 0.03);
}

static void test_sign_flips_of_nothing(void **state)
{
    const double zeros[] = { 0, 0, 0 };
    const double one[] = { 0, 5 };
    const double same[] = { 1, 1, 1, 1, 1, 1 };

    (void)state;
    assert_true(sign_flip_test(NULL, 0).p == 1);
    assert_true(sign_flip_test(zeros, 3).p == 1);
    assert_true(sign_flip_test(one, 2).p == 1);
    assert_int_equal(sign_flip_test(one, 2).num_moving, 1);
    assert_true(fabs(sign_flip_test(same, 6).p - 2 / 64.0) < 1e-12);
}

/* scipy.stats.t.sf */
static void test_students_t(void **state)
{
    (void)state;
    assert_true(fabs(sign_flip_t(2, 1, 10) - 0.07338803477074037) < 1e-12);
    assert_true(sign_flip_t(-2, 1, 10) == sign_flip_t(2, 1, 10));
    assert_true(sign_flip_t(0, 0, 10) == 1);
    assert_true(sign_flip_t(1, 0, 10) == 0);
    assert_true(isnan(sign_flip_t(1, 1, 0)));
    assert_true(isnan(sign_flip_t((double)NAN, 1, 10)));
    assert_true(isnan(sign_flip_t(1, (double)NAN, 10)));
}

static double mean_of(const size_t *chosen, size_t num, const void *context)
{
    const double *values = context;
    double sum = 0;

    for (size_t i = 0; i < num; i++)
        sum += values[chosen[i]] / (double)num;
    return num > 0 ? sum : (double)NAN;
}

static void test_bca_of_little(void **state)
{
    const double values[] = { 1, 2, 3, 4, 10 };
    const double equal[] = { 2, 2, 2 };
    const uint32_t families[] = { 0, 0, 1, 1, 2 };
    struct interval it = bca_interval(mean_of, values, 5, NULL, 1);
    const struct interval again = bca_interval(mean_of, values, 5, NULL, 1);

    (void)state;
    assert_true(it.low < 4 && 4 < it.high);
    assert_true(it.low == again.low && it.high == again.high);
    it = bca_interval(mean_of, values, 5, families, 1);
    assert_true(it.low < 4 && 4 < it.high);
    assert_true(isnan(bca_interval(mean_of, values, 2, NULL, 1).low));
    assert_true(isnan(bca_interval(mean_of, values, 0, NULL, 1).low));
    it = bca_interval(mean_of, equal, 3, NULL, 1);
    assert_true(it.low == 2 && it.high == 2);
}

/* BCa of a mean of 15 values with a long tail: not exact, but near. */
static void test_bca_covers(void **state)
{
    enum { NUM = 15, TRIES = 200 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int covered = 0;

    (void)state;
    gsl_rng_set(rng, 5);
    for (int t = 0; t < TRIES; t++) {
        double values[NUM];
        struct interval it;

        for (size_t i = 0; i < NUM; i++)
            values[i] = gsl_ran_exponential(rng, 1);
        it = bca_interval(mean_of, values, NUM, NULL, (uint64_t)t);
        covered += it.low <= 1 && 1 <= it.high;
    }
    gsl_rng_free(rng);
    assert_true(covered >= 0.86 * TRIES);
}

static void test_groups_of_families(void **state)
{
    /* two families of two against one of two: 3 choices */
    const double values[] = { 1, 1, 2, 2, 9, 9 };
    const bool is_first[] = { false, false, false, false, true, true };
    const uint32_t families[] = { 0, 0, 1, 1, 2, 2 };
    const struct permutation it =
        permutation_groups(values, is_first, families, 6, 1);

    (void)state;
    assert_true(it.is_exact);
    assert_true(fabs(it.p - 1 / 3.0) < 1e-12);
    assert_true(isnan(permutation_groups(values, is_first, NULL, 4, 1).p));
    assert_true(isnan(permutation_groups(values, is_first, NULL, 0, 1).p));
}

/* A number that is none is no reason to tell two groups apart. */
static void test_groups_without_a_value(void **state)
{
    const double values[] = { 1, (double)NAN, 2, 3 };
    const bool is_first[] = { true, true, false, false };

    (void)state;
    assert_true(isnan(permutation_groups(values, is_first, NULL, 4, 1).p));
}

/* Checkpoints of one model against a single other one: by counting, as the
 * normal law would leave out less than nothing. */
static void test_a_shift_of_many_and_one(void **state)
{
    enum { MANY = 60 };
    const double one[] = { 30.5 };
    double many[MANY];
    struct shift it;
    struct shift back;

    (void)state;
    for (int i = 0; i < MANY; i++)
        many[i] = i + 1;
    it = shift_hodges_lehmann(many, MANY, one, 1);
    back = shift_hodges_lehmann(one, 1, many, MANY);
    assert_true(it.value == 0);
    assert_true(it.interval.low == 1 - one[0]);
    assert_true(it.interval.high == MANY - one[0]);
    assert_true(fabs(it.level - (1 - 2 / (MANY + 1.0))) < 1e-12);
    assert_true(back.interval.low == -it.interval.high);
    assert_true(back.level == it.level);
}

static void test_cliff_at_its_ends(void **state)
{
    const double low[] = { 1, 2, 3 };
    const double high[] = { 4, 5, 6, 7 };
    const struct delta it = shift_cliff(high, 4, low, 3);
    const struct delta back = shift_cliff(low, 3, high, 4);

    (void)state;
    assert_true(it.value == 1 && it.interval.high == 1);
    assert_true(it.interval.low < 1 && it.interval.low > -1);
    assert_true(back.value == -1 && back.interval.low == -1);
    assert_true(fabs(back.interval.high + it.interval.low) < 1e-12);
    assert_true(isnan(shift_cliff(low, 0, high, 4).value));
    assert_true(isnan(shift_cliff(low, 1, high, 4).interval.low));
}

static void test_changes(void **state)
{
    const double step[] = { 1, 1.1, 0.9, 1, 5, 5.1, 4.9, 5 };
    const double flat[] = { 2, 2, 2, 2, 2 };
    const struct change it = trend_change(step, 8, 1);

    (void)state;
    assert_int_equal(it.at, 4);
    assert_true(fabs(it.before - 1) < 1e-12 && fabs(it.after - 5) < 1e-12);
    /* 2 of the 70 ways to choose four of eight */
    assert_true(fabs(it.p - 2 / 70.0) < 0.01);
    assert_int_equal(trend_change(flat, 5, 1).at, 0);
    assert_true(trend_change(flat, 5, 1).p == 1);
    assert_true(isnan(trend_change(step, 3, 1).p));
    assert_true(isnan(trend_change(step, 0, 1).p));
}

/* What is called detectable is found about 4 times of 5 by the test it is said
 * of, in groups as small as those of proprietary models. */
static void test_detectable_is_found(void **state)
{
    static const struct {
        size_t m, n;
        double quantiles; /* of t, .975 and .8, from printed tables */
    } cases[] = { { 4, 12, 2.14479 + 0.86805 }, { 3, 4, 2.57058 + 0.91954 } };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const size_t m = cases[c].m;
        const size_t num = m + cases[c].n;
        const double by = shift_detectable(1, m, cases[c].n);
        const double width = sqrt(1 / (double)m + 1 / (double)cases[c].n);
        double values[16];
        bool is_first[16];
        int hits = 0;

        assert_true(fabs(by - cases[c].quantiles * width) < 1e-4);
        for (int round = 0; round < ROUNDS / 4; round++) {
            for (size_t i = 0; i < num; i++) {
                is_first[i] = i < m;
                values[i] = gsl_ran_gaussian(rng, 1) + (is_first[i] ? by : 0);
            }
            hits +=
                permutation_groups(values, is_first, NULL, num, 1).p <= 0.05;
        }
        /* 7 units give few different p: 3 of 5 */
        assert_in_range(hits * 100 / (ROUNDS / 4), c == 0 ? 76 : 54, 85);
    }
    assert_true(isnan(shift_detectable(1, 1, 1)));
    assert_true(isnan(shift_detectable(1, 0, 9)));
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_models_are_rarely_told_apart),
        cmocka_unit_test(test_sign_flips_of_nothing),
        cmocka_unit_test(test_students_t),
        cmocka_unit_test(test_bca_of_little),
        cmocka_unit_test(test_bca_covers),
        cmocka_unit_test(test_groups_of_families),
        cmocka_unit_test(test_groups_without_a_value),
        cmocka_unit_test(test_a_shift_of_many_and_one),
        cmocka_unit_test(test_cliff_at_its_ends),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_detectable_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
