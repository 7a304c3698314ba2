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

/* A label is a finding without a value, a value is one without a label. */
static void half_a_finding_is_one(void **state)
{
    static const struct observing_row halves[] = {
        ROW("{}", 1, OBSERVING_NONE),
        ROW("{}", 0, 0.5),
        ROW("{}", 0, OBSERVING_NONE),
    };
    struct observing *it = observing_create(halves, ARRAY_LEN(halves));
    const struct metric_params params = { .seed = 1 };
    struct fold fold;

    (void)state;
    assert_int_equal(
        fold_column(NULL, it->observations, it->num, &params, &fold, NULL),
        0);
    assert_int_equal(fold.origins[ORIGIN_RULE], 2);
    observing_destroy(it);
}

/* What a metric of the tests below says. */
static struct score said;

static int say(const struct observation *observations,
               size_t num,
               const struct metric_params *params,
               struct score *out,
               struct error *err)
{
    (void)observations;
    (void)num;
    (void)params;
    (void)err;
    *out = said;
    return 0;
}

static int say_value(const struct observation *observations,
                     size_t num,
                     const struct metric_params *params,
                     struct score *out,
                     struct error *err)
{
    (void)observations;
    (void)num;
    (void)params;
    (void)err;
    out->value = 0.25;
    return 0;
}

/* A metric begins from nothing. */
static void what_a_metric_leaves_alone_is_none(void **state)
{
    static const struct metric_ops metric = { .name = "value",
                                              .compute = say_value };
    struct observing *it = observing_create(rows, ARRAY_LEN(rows));
    const struct metric_params params = { .seed = 1 };
    struct fold fold;

    (void)state;
    assert_int_equal(
        fold_column(&metric, it->observations, it->num, &params, &fold, NULL),
        0);
    assert_true(fold.score.value == 0.25);
    assert_true(isnan(fold.score.low) && isnan(fold.score.se_judge));
    assert_int_equal(fold.score.num, 0);
    assert_int_equal(fold.score.num_skipped, 0);
    observing_destroy(it);
}

/* The interval for new clusters holds the one for these; neither is made up. */
static void new_clusters_hold_these(void **state)
{
    static const struct {
        double low;
        double high;
        double within_low;
        double within_high;
        double want_low;
        double want_high;
    } cases[] = {
        { 0.2, 0.6, 0.3, 0.5, 0.2, 0.6 },
        { 0.2, 0.6, 0.1, 0.7, 0.1, 0.7 },
        { 0.2, 0.6, OBSERVING_NONE, OBSERVING_NONE, 0.2, 0.6 },
        { OBSERVING_NONE,
          OBSERVING_NONE,
          0.1,
          0.7,
          OBSERVING_NONE,
          OBSERVING_NONE },
    };
    static const struct metric_ops metric = { .name = "say", .compute = say };
    struct observing *it = observing_create(rows, ARRAY_LEN(rows));
    struct metric_params params = { .seed = 1 };
    struct fold fold;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        said = score_none();
        said.value = 0.4;
        said.low = cases[i].low;
        said.high = cases[i].high;
        said.within_low = cases[i].within_low;
        said.within_high = cases[i].within_high;
        assert_int_equal(fold_column(&metric,
                                     it->observations,
                                     it->num,
                                     &params,
                                     &fold,
                                     NULL),
                         0);
        assert_true(isnan(cases[i].want_low)
                        ? isnan(fold.score.low) && isnan(fold.score.high)
                        : fold.score.low == cases[i].want_low
                              && fold.score.high == cases[i].want_high);
        assert_true(isnan(cases[i].within_low)
                        ? isnan(fold.score.within_low)
                        : fold.score.within_low == cases[i].within_low);
    }
    /* without intervals there is the value, and what it is made of */
    params.no_intervals = true;
    said.num = 7;
    said.num_skipped = 2;
    assert_int_equal(
        fold_column(&metric, it->observations, it->num, &params, &fold, NULL),
        0);
    assert_true(fold.score.value == 0.4);
    assert_int_equal(fold.score.num, 7);
    assert_int_equal(fold.score.num_skipped, 2);
    assert_true(isnan(fold.score.within_low) && isnan(fold.score.within_high));
    observing_destroy(it);
}

/* A single item that waits leaves the whole column without a value. */
static void one_unjudged_leaves_no_value(void **state)
{
    struct observing *it = observing_create(rows, ARRAY_LEN(rows));
    const struct metric_params params = { .seed = 1 };
    struct fold fold;

    (void)state;
    it->verdicts[1].state = STATE_UNJUDGED;
    assert_int_equal(fold_column(metric_find("rate"),
                                 it->observations,
                                 it->num,
                                 &params,
                                 &fold,
                                 NULL),
                     0);
    assert_true(isnan(fold.score.value));
    assert_int_equal(fold.score.num, 0);
    assert_int_equal(fold.score.num_skipped, it->num);
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
        cmocka_unit_test(half_a_finding_is_one),
        cmocka_unit_test(what_a_metric_leaves_alone_is_none),
        cmocka_unit_test(new_clusters_hold_these),
        cmocka_unit_test(one_unjudged_leaves_no_value),
        cmocka_unit_test(intervals_are_left_out),
        cmocka_unit_test(without_a_metric_it_only_counts),
        cmocka_unit_test(a_failure_leaves_the_output_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
