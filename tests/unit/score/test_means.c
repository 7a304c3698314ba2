/* Means over groups: value, range, rounding and scale, held against the mean of
 * values in [0, 1] that they are made of. */
#include "score/means.h"
#include "score/sums.h"
#include "tests/unit/score/observing.h"

enum { NUM = 10 };

/* As the sample orders them: two asks of each item, items in groups. */
static const uint32_t groups[NUM] = { 0, 0, 0, 0, 1, 1, 1, 1, 1, 1 };
static const uint32_t items[NUM] = { 0, 0, 1, 1, 2, 2, 3, 3, 4, 4 };
static const uint32_t asks[NUM] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

static void fill(struct sample *sample,
                 const struct metric_params *params,
                 const double *values,
                 double error)
{
    sample_init(sample, params);
    sample_fix_groups(sample, 2);
    for (size_t i = 0; i < NUM; i++) {
        const struct item item = { .task = "a/b", .index = items[i] };
        const struct verdict verdict = { .error = error };
        const struct observation one = { &item, &verdict, (uint32_t)(i % 2) };

        sample_add(sample, groups[i], &one, values[i], 0);
    }
    sample_finish(sample);
}

static struct score score_of(const double *values,
                             double error,
                             const struct means_rule *rule)
{
    const struct metric_params params = { .seed = 1 };
    struct sample sample;
    struct score out = score_none();

    fill(&sample, &params, values, error);
    means_score(&sample, rule, &out);
    sample_release(&sample);
    return out;
}

/* The mean of values that lie in [low, low + width]. */
static struct mean mean_of(const double *values,
                           double low,
                           double width,
                           const struct means_rule *rule)
{
    double shares[NUM];
    const struct mean_input input = {
        .num = NUM,
        .values = shares,
        .groups = groups,
        .items = items,
        .asks = asks,
        .num_groups = 2,
        .num_weights = rule->num_weights,
        .shape = rule->shape,
    };

    for (size_t i = 0; i < NUM; i++)
        shares[i] = (values[i] - low) / width;
    return mean_compute(&input);
}

static void check(const double *values, double low, double width, int *num_told)
{
    static const double scales[] = { 0, 1, 100, 0.5 };
    const struct means_rule plain = { 0 };
    const struct mean want = mean_of(values, low, width, &plain);

    assert_true(want.se_items >= 0 && want.se_sampling > 0);
    *num_told += want.se_items > 0;
    for (size_t i = 0; i < ARRAY_LEN(scales); i++) {
        const double scale = i == 0 ? 1 : scales[i];
        const struct means_rule rule = { .scale = scales[i] };
        const struct score got = score_of(values, 0, &rule);

        observing_near(got.value, scale * (low + width * want.value));
        observing_near(got.low, scale * (low + width * want.interval.low));
        observing_near(got.high, scale * (low + width * want.interval.high));
        observing_near(got.se_items, scale * width * want.se_items);
        observing_near(got.se_sampling, scale * width * want.se_sampling);
        assert_true(got.se_judge == 0);
        assert_true(isnan(got.within_low) && isnan(got.within_high));
        assert_int_equal(got.num, NUM);
    }
}

/* The least whole m that holds all values, or [0, 1]. */
static void the_range_is_that_of_the_values(void **state)
{
    static const struct {
        double values[NUM];
        double low;
        double width;
    } rows[] = {
        { { 0, 1, 1, 1, 0, 0, 1, 0, 0.25, 1 }, 0, 1 },
        { { 0, 0.5, 0.5, 0.75, 0, 0, 0.5, 0, 0.25, 0.5 }, 0, 1 },
        { { 0, 1, 1, 1, -0.5, 0, 1, 0, 0, 1 }, -1, 2 },
        { { -0.5, 1, 1, 1, 0, 0, 1, 0, 0, 1 }, -1, 2 },
        { { 0, 1, 1, 1, 0, 0, 1.5, 0, 0, 1 }, -2, 4 },
        { { 0, 1, 1, 1, 0, 0, 2, 0, 0, 1 }, -2, 4 },
        { { 0, 1, 1, -2.25, 0, 0, 2, 0, 0, 1 }, -3, 6 },
        { { 0, 1, 1, 1, 0, 0, 1, 0, 0, 1.0625 }, -2, 4 },
    };

    int num_told = 0; /* with an error that comes from items */

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(rows[i].values, rows[i].low, rows[i].width, &num_told);
    assert_true(num_told > 0);
}

static const double some[NUM] = { 0, 1, 1, 1, 0, 0, 1, 0, 0, 1 };

/* What judges are off by widens the interval and is cut at the range. */
static void errors_are_scaled_too(void **state)
{
    const struct means_rule rule = { .scale = 100 };
    const struct mean want = mean_of(some, 0, 1, &rule);
    const struct interval wide =
        interval_widen(want.interval, want.value, 0.05, 0, 1);
    const struct score got = score_of(some, 0.05, &rule);
    const struct score far = score_of(some, 1, &rule);

    (void)state;
    observing_near(got.se_judge, 5);
    observing_near(got.low, 100 * wide.low);
    observing_near(got.high, 100 * wide.high);
    assert_true(wide.low > 0 && wide.high < 1);
    observing_near(far.low, 0);
    observing_near(far.high, 100);
}

static double half(double mean)
{
    return mean / 2;
}

static void shape_and_weights_are_passed_on(void **state)
{
    const struct means_rule rule = { .shape = half, .num_weights = 4 };
    const struct mean want = mean_of(some, 0, 1, &rule);
    const struct score got = score_of(some, 0, &rule);

    (void)state;
    observing_near(got.value, (0.75 / 2 + (1.0 / 3) / 2) / 4);
    observing_near(got.low, want.interval.low);
    observing_near(got.high, want.interval.high);
}

/* Each group's mean by itself; the interval still holds the value. */
static void groups_are_rounded(void **state)
{
    const struct means_rule rule = { .is_rounded = true };
    const struct means_rule tenfold = { .is_rounded = true, .scale = 10 };

    (void)state;
    observing_near(score_of(some, 0, &rule).value, (0.75 + 0.333) / 2);
    observing_near(score_of(some, 0, &tenfold).value, (7.5 + 3.33) / 2);
}

/* By the exact binary value, half to even. */
static void rounding_is_pythons(void **state)
{
    static const double rows[][2] = {
        { 0.0625, 0.062 },  { 0.1875, 0.188 },
        { 0.3125, 0.312 },  { 0.0005, 0.001 },
        { 0.0015, 0.002 },  { 0.0025, 0.003 },
        { 2.0 / 3, 0.667 }, { -0.0625, -0.062 },
        { 0.1234, 0.123 },  { 1, 1 },
        { 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_true(means_round(rows[i][0]) == rows[i][1]);
}

static void no_value_where_a_part_is_missing(void **state)
{
    const struct means_rule rule = { .scale = 1 };
    const struct metric_params params = { .seed = 1 };
    struct sample sample;
    struct score out = score_none();

    (void)state;
    fill(&sample, &params, some, 0);
    sample.lacks_part = true;
    means_score(&sample, &rule, &out);
    assert_true(isnan(out.value) && isnan(out.low));
    assert_int_equal(out.num, NUM);
    sample_release(&sample);
}

/* The same values again as sums, of which any may be drawn. */
static void sums_make_the_same_value(void **state)
{
    static const struct {
        struct means_rule rule;
        double value; /* of all entries */
    } rows[] = {
        { { .scale = 0 }, (0.75 + 1.0 / 3) / 2 },
        { { .scale = 10 }, 10 * (0.75 + 1.0 / 3) / 2 },
        { { .scale = 0.5 }, (0.75 + 1.0 / 3) / 4 },
        { { .num_weights = 1 }, 0.75 + 1.0 / 3 },
        { { .num_weights = 5 }, (0.75 + 1.0 / 3) / 5 },
        { { .shape = half }, (0.375 + 1.0 / 6) / 2 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sums sums = { 0 };
        const struct metric_params params = { .seed = 1, .sums = &sums };
        /* count and sum of group 0, of group 1 */
        const double totals[4] = { 4, 3, 6, 2 };
        const double one[4] = { 0, 0, 6, 3 };
        const double none[4] = { 0, 0, 0, 0 };
        double added[4] = { 0 };
        double alone = rows[i].rule.shape ? 0.25 : 0.5;
        struct sample sample;
        struct score out = score_none();

        fill(&sample, &params, some, 0);
        means_score(&sample, &rows[i].rule, &out);
        assert_int_equal(sums.num, NUM);
        assert_int_equal(sums.width, 4);
        assert_int_equal(sums.num_strata, 2);
        assert_null(sums.clusters);
        for (size_t e = 0; e < NUM; e++) {
            assert_int_equal(sums.items[e], items[e]);
            assert_int_equal(sums.strata[e], groups[e]);
            for (size_t k = 0; k < 4; k++)
                added[k] += sums.parts[e * 4 + k];
        }
        for (size_t k = 0; k < 4; k++)
            assert_true(added[k] == totals[k]);
        observing_near(sums_value(&sums, totals), rows[i].value);
        if (rows[i].rule.num_weights > 0)
            alone /= (double)rows[i].rule.num_weights;
        if (rows[i].rule.scale > 0)
            alone *= rows[i].rule.scale;
        observing_near(sums_value(&sums, one), alone);
        assert_true(isnan(sums_value(&sums, none)));
        sums_release(&sums);
        assert_int_equal(sums.num, 0);
        sample.lacks_part = true;
        means_score(&sample, &rows[i].rule, &out);
        assert_int_equal(sums.num, 0);
        assert_true(isnan(sums_value(&sums, totals)));
        sums_release(&sums);
        sample_release(&sample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_range_is_that_of_the_values),
        cmocka_unit_test(errors_are_scaled_too),
        cmocka_unit_test(shape_and_weights_are_passed_on),
        cmocka_unit_test(groups_are_rounded),
        cmocka_unit_test(rounding_is_pythons),
        cmocka_unit_test(no_value_where_a_part_is_missing),
        cmocka_unit_test(sums_make_the_same_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
