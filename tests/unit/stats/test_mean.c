/* A mean of group means: what its intervals follow. */
#include "stats/mean.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NUM = 24 };

static const uint32_t zeros[NUM] = { 0 };
static const uint32_t each[NUM] = { 0,  1,  2,  3,  4,  5,  6,  7,
                                    8,  9,  10, 11, 12, 13, 14, 15,
                                    16, 17, 18, 19, 20, 21, 22, 23 };

static void near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12))
        fail_msg("%.15g, not %.15g", value, expected);
}

/* Independent right and wrong answers, one group. */
static struct mean_input plain(const double *values)
{
    return (struct mean_input){ .num = NUM,
                                .values = values,
                                .groups = zeros,
                                .items = each,
                                .asks = each,
                                .num_groups = 1 };
}

static double twice(double mean)
{
    return 2 * mean / (1 + mean);
}

static void one_group_is_wilson(void **state)
{
    static const double values[NUM] = { 1, 1, 1, 1, 1 };
    struct mean_input input = plain(values);
    const struct interval wilson = interval_wilson(5, NUM);
    struct mean it = mean_compute(&input);

    (void)state;
    near(it.value, 5.0 / NUM);
    near(it.interval.low, wilson.low);
    near(it.interval.high, wilson.high);
    assert_true(isnan(it.within.low) && isnan(it.se_items));
    input.shape = twice;
    it = mean_compute(&input);
    near(it.value, twice(5.0 / NUM));
    near(it.interval.low, twice(wilson.low));
    near(it.interval.high, twice(wilson.high));
}

/* Wilson's intervals of 5 of 12 and 2 of 12, combined by square and add. */
static void groups_square_and_add(void **state)
{
    static const double values[NUM] = { 1, 1, 1, 1, 1, [12] = 1, [13] = 1 };
    uint32_t groups[NUM];
    struct mean_input input = plain(values);
    const struct interval a = interval_wilson(5, 12);
    const struct interval b = interval_wilson(2, 12);
    struct mean it;

    (void)state;
    for (size_t i = 0; i < NUM; i++)
        groups[i] = i >= 12;
    input.groups = groups;
    input.num_groups = 2;
    it = mean_compute(&input);
    near(it.value, 7.0 / NUM);
    near(it.interval.low,
         it.value - hypot(5.0 / 12 - a.low, 2.0 / 12 - b.low) / 2);
    near(it.interval.high,
         it.value + hypot(a.high - 5.0 / 12, b.high - 2.0 / 12) / 2);
    input.num_weights = 8;
    near(mean_compute(&input).value, 7.0 / 12 / 8);
}

/* Six clusters of four alike answers are worth six answers; each cluster by
 * itself says the same of any of its items. */
static void alike_answers_are_worth_one(void **state)
{
    double values[NUM] = { 0 };
    uint32_t clusters[NUM];
    struct mean_input input = plain(values);
    struct mean it;
    struct mean alone;

    (void)state;
    for (size_t i = 0; i < NUM; i++) {
        clusters[i] = (uint32_t)(i / 4);
        values[i] = i < NUM / 2;
    }
    alone = mean_compute(&input);
    input.clusters = clusters;
    it = mean_compute(&input);
    assert_true(it.interval.low < 0.14 && it.interval.high > 0.86);
    assert_true(alone.interval.low > 0.3 && alone.interval.high < 0.7);
    assert_true(it.within.low > 0.3 && it.within.high < 0.7);
    assert_true(it.within.low < 0.5 && it.within.high > 0.5);
}

/* The bound is that of as many answers as there are clusters, and of items
 * where clusters stay. */
static void constant_answers_have_a_width(void **state)
{
    static const double values[NUM] = { 0 };
    uint32_t clusters[NUM];
    struct mean_input input = plain(values);
    struct interval bound =
        interval_wilson_effective(0, 6, interval_quantile(5));
    struct mean it;

    (void)state;
    for (size_t i = 0; i < NUM; i++)
        clusters[i] = (uint32_t)(i / 4);
    input.clusters = clusters;
    it = mean_compute(&input);
    assert_true(it.interval.low == 0 && it.within.low == 0);
    near(it.interval.high, bound.high);
    bound = interval_wilson_effective(0, NUM, interval_quantile(NUM - 6));
    near(it.within.high, bound.high);
}

/* Groups that are clusters vary as groups do, not as answers do. */
static void groups_may_be_the_clusters(void **state)
{
    double values[NUM] = { 0 };
    uint32_t groups[NUM];
    struct mean_input input = plain(values);
    struct mean fixed;
    struct mean drawn;

    (void)state;
    for (size_t i = 0; i < NUM; i++) {
        groups[i] = (uint32_t)(i / 4);
        values[i] = i % 4 < (i < NUM / 2 ? 3 : 1);
    }
    input.groups = groups;
    input.num_groups = 6;
    fixed = mean_compute(&input);
    input.clusters = groups;
    drawn = mean_compute(&input);
    near(drawn.value, fixed.value);
    assert_true(drawn.interval.low < fixed.interval.low - 0.05);
    assert_true(drawn.interval.high > fixed.interval.high + 0.05);
    near(drawn.within.high - drawn.within.low > 0, 1);
}

/* A person who is asked in both groups and answers them alike: twelve
 * persons, not 24 answers. */
static void clusters_may_lie_across_groups(void **state)
{
    double values[NUM] = { 0 };
    uint32_t groups[NUM];
    uint32_t persons[NUM];
    struct mean_input input = plain(values);
    struct mean apart;
    struct mean across;

    (void)state;
    for (size_t i = 0; i < NUM; i++) {
        groups[i] = i >= 12;
        persons[i] = (uint32_t)(i % 12);
        values[i] = i % 12 < 6;
    }
    input.groups = groups;
    input.num_groups = 2;
    apart = mean_compute(&input);
    input.clusters = persons;
    across = mean_compute(&input);
    assert_true(across.interval.low < apart.interval.low - 0.04);
    assert_true(across.interval.high > apart.interval.high + 0.04);
}

/* Persons 0 to 11 in one group, 6 to 17 in the other, those of both right.
 * An answer moves the value by u = 1/48: six persons by -u, six by 2u, six by
 * -u; all are one stratum of 18. */
static void clusters_may_lie_partly_across(void **state)
{
    double values[NUM] = { 0 };
    uint32_t groups[NUM];
    uint32_t persons[NUM];
    struct mean_input input = plain(values);
    const double variance = 36.0 / 48 / 48 * 18 / 17;
    const double reference = 2 * 0.25 * 0.25 / 12;
    const double effect = (12 * variance / reference + NUM / 18.0) / 13;
    const struct interval group =
        interval_wilson_effective(0.5, 12 / effect, interval_quantile(17));
    struct mean it;

    (void)state;
    for (uint32_t i = 0; i < NUM; i++) {
        groups[i] = i >= 12;
        persons[i] = i < 12 ? i : i - 6;
        values[i] = persons[i] >= 6 && persons[i] < 12;
    }
    input.groups = groups;
    input.num_groups = 2;
    input.clusters = persons;
    it = mean_compute(&input);
    near(it.value, 0.5);
    near(it.interval.low, 0.5 - (0.5 - group.low) / sqrt(2));
    near(it.interval.high, 0.5 + (group.high - 0.5) / sqrt(2));
}

/* Twelve items asked twice.  Replies that never differ leave all to the items;
 * items that never differ leave nothing. */
static void repeats_part_items_from_sampling(void **state)
{
    double values[NUM] = { 0 };
    uint32_t items[NUM];
    struct mean_input input = plain(values);
    struct mean it;

    (void)state;
    for (size_t i = 0; i < NUM; i++) {
        items[i] = (uint32_t)(i / 2);
        values[i] = i < NUM / 2;
    }
    input.items = items;
    it = mean_compute(&input);
    near(it.se_sampling, 0);
    near(it.se_items, sqrt(0.25 / 11));
    for (size_t i = 0; i < NUM; i++)
        values[i] = (double)(i % 2);
    it = mean_compute(&input);
    near(it.se_sampling, sqrt(0.5 / NUM));
    near(it.se_items, 0);
}

static void one_and_none(void **state)
{
    static const double values[NUM] = { 1 };
    struct mean_input input = plain(values);
    const struct interval wilson = interval_wilson(1, 1);
    struct mean it;

    (void)state;
    input.num = 1;
    it = mean_compute(&input);
    near(it.value, 1);
    near(it.interval.low, wilson.low);
    input.clusters = zeros; /* worth one answer as well */
    it = mean_compute(&input);
    near(it.interval.low, wilson.low);
    near(it.within.low, wilson.low);
    input.num = 0;
    it = mean_compute(&input);
    assert_true(isnan(it.value) && isnan(it.interval.low));
}

/* What a classifier says of one reply, of one asked three times, and of one
 * cluster: none is worth more than one answer. */
static void one_unit_is_one_answer(void **state)
{
    static const double leaning[NUM] = { 0.85 };
    static const double repeated[NUM] = { 0.85, 0.8, 0.9 };
    static const uint32_t asks[NUM] = { 0, 1, 2 };
    const struct interval want =
        interval_wilson_effective(0.85, 1, interval_quantile((double)INFINITY));
    struct mean_input input = plain(leaning);
    struct mean it;

    (void)state;
    input.num = 1;
    it = mean_compute(&input);
    near(it.interval.low, want.low);
    near(it.interval.high, want.high);
    input = plain(repeated);
    input.num = 3;
    input.items = zeros;
    input.asks = asks;
    it = mean_compute(&input);
    near(it.interval.low, want.low);
    near(it.interval.high, want.high);
    input = plain(repeated);
    input.num = 3;
    input.clusters = zeros;
    it = mean_compute(&input);
    near(it.interval.low, want.low);
    assert_true(it.within.low < 0.85 && it.within.high > 0.85);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_group_is_wilson),
        cmocka_unit_test(groups_square_and_add),
        cmocka_unit_test(alike_answers_are_worth_one),
        cmocka_unit_test(constant_answers_have_a_width),
        cmocka_unit_test(groups_may_be_the_clusters),
        cmocka_unit_test(clusters_may_lie_across_groups),
        cmocka_unit_test(clusters_may_lie_partly_across),
        cmocka_unit_test(repeats_part_items_from_sampling),
        cmocka_unit_test(one_and_none),
        cmocka_unit_test(one_unit_is_one_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
