/* A column's states, and what is done without a metric. */
#include "tests/unit/score/observing.h"

static int refuse(const struct observation *observations,
                  size_t num,
                  const struct metric_params *params,
                  struct score *out,
                  struct error *err)
{
    (void)observations;
    (void)num;
    (void)params;
    out->value = 1;
    return error_set(err, ERR_FORMAT, "no such field");
}

static const struct observing_row rows[] = {
    ROW("{}", 1, 1),
    ROW("{}", 1, 0),
    ROW("{}", 0, OBSERVING_NONE),
};

static void every_state_is_counted(void **state)
{
    struct observing *it = observing_create(rows, ARRAY_LEN(rows));
    const struct metric_params params = { .seed = 1 };
    struct fold fold;

    (void)state;
    it->verdicts[1].state = STATE_TRUNCATED;
    assert_int_equal(fold_column(metric_find("rate"),
                                 it->observations,
                                 it->num,
                                 &params,
                                 &fold,
                                 NULL),
                     0);
    for (int s = 0; s < NUM_STATES; s++) {
        const int is_one =
            s == STATE_ANSWERED || s == STATE_TRUNCATED || s == STATE_UNPARSED;

        assert_int_equal(fold.states[s], is_one);
    }
    observing_near(fold.score.value, 0.5);
    observing_destroy(it);
}

/* The third row has no finding. */
static void every_finding_has_an_origin(void **state)
{
    struct observing *it = observing_create(rows, ARRAY_LEN(rows));
    const struct metric_params params = { .seed = 1 };
    struct fold fold;

    (void)state;
    it->verdicts[1].origin = ORIGIN_ASKED;
    it->verdicts[2].origin = ORIGIN_RECORDED;
    assert_int_equal(
        fold_column(NULL, it->observations, it->num, &params, &fold, NULL),
        0);
    assert_int_equal(fold.origins[ORIGIN_RULE], 1);
    assert_int_equal(fold.origins[ORIGIN_RECORDED], 0);
    assert_int_equal(fold.origins[ORIGIN_ASKED], 1);
    observing_destroy(it);
}

/* Who resamples by himself wants no intervals, of whatever kind of metric. */
static void intervals_are_left_out(void **state)
{
    static const char *const labels[] = { "", "a", "b", NULL };
    static const struct observing_row some[] = {
        ROW("{\"label\":\"1\",\"source\":\"x\"}", 1, 1),
        ROW("{\"label\":\"0\",\"source\":\"x\"}", 2, 0),
        ROW("{\"label\":\"1\",\"source\":\"x\"}", 1, 1),
        ROW("{\"label\":\"0\",\"source\":\"x\"}", 1, 0),
        ROW("{\"label\":\"1\",\"source\":\"x\"}", 2, 1),
    };
    struct metric_params params = { .labels = labels,
                                    .field = "label",
                                    .seed = 1 };

    int num_with = 0;

    (void)state;
    for (size_t i = 0; metric_kinds()[i]; i++) {
        const char *name = metric_kinds()[i]->name;
        const struct score with =
            observing_score(name, some, ARRAY_LEN(some), &params);
        struct score without;

        params.no_intervals = true;
        without = observing_score(name, some, ARRAY_LEN(some), &params);
        params.no_intervals = false;
        assert_true(isnan(with.value) ? isnan(without.value)
                                      : with.value == without.value);
        assert_true(isnan(without.low) && isnan(without.high));
        num_with += !isnan(with.low);
    }
    assert_true(num_with >= 5);
}

static void without_a_metric_it_only_counts(void **state)
{
    struct observing *it = observing_create(rows, ARRAY_LEN(rows));
    const struct metric_params params = { .seed = 1 };
    struct fold fold;

    (void)state;
    assert_int_equal(
        fold_column(NULL, it->observations, it->num, &params, &fold, NULL),
        0);
    assert_true(isnan(fold.score.value));
    assert_true(isnan(fold.score.low) && isnan(fold.score.high));
    assert_int_equal(fold.score.num, 0);
    assert_int_equal(fold.score.num_skipped, 3);
    assert_int_equal(fold.states[STATE_ANSWERED], 2);
    assert_int_equal(fold.states[STATE_UNPARSED], 1);
    observing_destroy(it);
}

static void a_failure_leaves_the_output_alone(void **state)
{
    static const struct metric_ops broken = { .name = "broken",
                                              .compute = refuse };
    struct observing *it = observing_create(rows, ARRAY_LEN(rows));
    const struct metric_params params = { .seed = 1 };
    struct fold fold = { .score.num = 77 };
    struct error err = { 0 };

    (void)state;
    assert_int_equal(
        fold_column(&broken, it->observations, it->num, &params, &fold, &err),
        -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_int_equal(fold.score.num, 77);
    assert_int_equal(fold.states[STATE_ANSWERED], 0);
    observing_destroy(it);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_is_counted),
        cmocka_unit_test(every_finding_has_an_origin),
        cmocka_unit_test(intervals_are_left_out),
        cmocka_unit_test(without_a_metric_it_only_counts),
        cmocka_unit_test(a_failure_leaves_the_output_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
