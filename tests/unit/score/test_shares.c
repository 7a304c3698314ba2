/* Metrics that are means of values with a twist. */
#include "tests/unit/score/observing.h"

static const char *const yes_no[] = { "", "yes", "no", NULL };

static void no_by_yes_and_no(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{}", 1, 0),
        ROW("{}", 2, 1),
        ROW("{}", 1, 0),
        ROW("{}", 0, OBSERVING_NONE),
    };
    struct metric_params params = { .labels = yes_no, .seed = 1 };
    struct score it =
        observing_score("ratio_no", rows, ARRAY_LEN(rows), &params);

    (void)state;
    observing_near(it.value, 0.333); /* published to 3 decimals */
    assert_int_equal(it.num, 3);
    assert_int_equal(it.num_skipped, 1);
    params.profile = PROFILE_CORRECTED;
    it = observing_score("ratio_no", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, 1.0 / 3);
    assert_true(it.low > 0 && it.low < 1.0 / 3 && it.high < 1);
}

static void f1_of_a_constant_prediction(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{\"source\":\"x\"}", 1, 1),
        ROW("{\"source\":\"x\"}", 1, 0),
        ROW("{\"source\":\"y\"}", 1, 1),
        ROW("{\"source\":\"y\"}", 1, 1),
    };
    struct metric_params params = { .by = "source", .seed = 1 };

    (void)state;
    /* 2 * 0.5 / 1.5 and 1 */
    observing_near(
        observing_score("f1_of_accuracy", rows, ARRAY_LEN(rows), &params).value,
        (2.0 / 3 + 1) / 2);
    params.profile = PROFILE_CORRECTED;
    observing_near(
        observing_score("f1_of_accuracy", rows, ARRAY_LEN(rows), &params).value,
        0.75);
}

static void parts_are_rounded_in_profile_paper_only(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{\"source\":\"x\"}", 1, 1),
        ROW("{\"source\":\"x\"}", 1, 0),
        ROW("{\"source\":\"x\"}", 1, 0),
        ROW("{\"source\":\"y\"}", 1, 1),
    };
    struct metric_params params = { .by = "source", .seed = 1 };

    (void)state;
    observing_near(
        observing_score("group_rate_rounded", rows, ARRAY_LEN(rows), &params)
            .value,
        (0.333 + 1) / 2);
    params.profile = PROFILE_CORRECTED;
    observing_near(
        observing_score("group_rate_rounded", rows, ARRAY_LEN(rows), &params)
            .value,
        (1.0 / 3 + 1) / 2);
}

static void percent_and_largest(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{}", 1, 0.25),
        ROW("{}", 1, 0.75),
        ROW("{}", 0, OBSERVING_NONE),
    };
    const struct metric_params params = { .seed = 1 };
    struct score it =
        observing_score("percent_mean", rows, ARRAY_LEN(rows), &params);

    (void)state;
    observing_near(it.value, 50);
    assert_true(it.low >= 0 && it.low < 50 && it.high > 50 && it.high <= 100);
    it = observing_score("max", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, 0.75);
    assert_true(isnan(it.low) && isnan(it.high));
    assert_int_equal(it.num, 2);
    assert_int_equal(it.num_skipped, 1);
}

#define HALF(index, type) \
    "{\"task\":\"t\",\"index\":" #index ",\"type\":\"" type "\"}"

/* Pairs: right/right, right/wrong three times, wrong/right, and one without an
 * answer. */
static void pairs_need_both_halves(void **state)
{
    static const struct observing_row rows[] = {
        ROW(HALF(0, "original"), 1, 1),
        ROW(HALF(0, "modified"), 1, 1),
        ROW(HALF(1, "modified"), 1, 0),
        ROW(HALF(1, "original"), 1, 1),
        ROW(HALF(2, "original"), 1, 0),
        ROW(HALF(2, "modified"), 1, 1),
        ROW(HALF(3, "original"), 1, 1),
        ROW(HALF(3, "modified"), 0, OBSERVING_NONE),
        ROW(HALF(4, "original"), 1, 1),
        ROW(HALF(4, "modified"), 1, 0),
        ROW(HALF(5, "original"), 1, 1),
        ROW(HALF(5, "modified"), 1, 0),
    };
    static const struct {
        const char *metric;
        double value;
        uint64_t num;
    } wanted[] = {
        { "pair_accuracy", 4.0 / 5, 5 },
        { "pair_adversarial_accuracy", 2.0 / 5, 5 },
        { "pair_attack_success", 3.0 / 4, 4 },
    };
    const struct metric_params params = { .by = "task", .seed = 1 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        struct score it =
            observing_score(wanted[i].metric, rows, ARRAY_LEN(rows), &params);

        observing_near(it.value, wanted[i].value);
        assert_int_equal(it.num, wanted[i].num);
        assert_true(it.low < it.value && it.high > it.value);
    }
}

/* An error that all verdicts share widens the interval and moves nothing. */
static void the_judges_error_is_in_the_interval(void **state)
{
    struct observing_row rows[40];
    const struct metric_params params = { .seed = 1 };
    struct observing *self;
    struct fold sure;
    struct fold unsure;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = (struct observing_row)ROW("{}", 1, (double)(i % 2));
    self = observing_create(rows, ARRAY_LEN(rows));
    assert_int_equal(fold_column(metric_find("rate"),
                                 self->observations,
                                 self->num,
                                 &params,
                                 &sure,
                                 NULL),
                     0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        self->verdicts[i].error = 0.1;
    assert_int_equal(fold_column(metric_find("rate"),
                                 self->observations,
                                 self->num,
                                 &params,
                                 &unsure,
                                 NULL),
                     0);
    observing_near(unsure.score.value, 0.5);
    observing_near(unsure.score.high - 0.5,
                   hypot(sure.score.high - 0.5, 1.959963984540054 * 0.1));
    observing_destroy(self);
}

/* Two attacks, one always refused: for new attacks nothing is known, for these
 * a lot. */
static void new_clusters_and_these(void **state)
{
    struct observing_row rows[120];
    const struct metric_params params = { .cluster = "label", .seed = 1 };
    struct score it;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        static const char *const attacks[] = { "{\"label\":[\"a\"]}",
                                               "{\"label\":[\"b\"]}",
                                               "{\"label\":[\"c\"]}" };

        rows[i] = (struct observing_row)ROW(attacks[i % 3], 1, i % 3 == 0);
    }
    it = observing_score("rate", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, 1.0 / 3);
    assert_true(it.high - it.low > 0.5);
    assert_true(it.within_high - it.within_low < 0.1);
    assert_true(it.within_low < it.value && it.value < it.within_high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_by_yes_and_no),
        cmocka_unit_test(f1_of_a_constant_prediction),
        cmocka_unit_test(parts_are_rounded_in_profile_paper_only),
        cmocka_unit_test(percent_and_largest),
        cmocka_unit_test(pairs_need_both_halves),
        cmocka_unit_test(the_judges_error_is_in_the_interval),
        cmocka_unit_test(new_clusters_and_these),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
