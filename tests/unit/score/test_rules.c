/* The numbers that rules of metrics are made of: classes at their borders, ranges,
 * what is counted and what is skipped. */
#include "score/sums.h"
#include "stats/interval.h"
#include "tests/unit/score/observing.h"

static void every_metric_has_its_range(void **state)
{
    static const struct {
        const char *name;
        double least;
        double most;
        unsigned lacks;
    } rows[] = {
        { "chi_square",
          0,
          1,
          METRIC_NO_INTERVAL_PAPER | METRIC_NO_SE | METRIC_NO_ERROR },
        { "class_accuracy", 0, 1, 0 },
        { "f1_of_accuracy", 0, 1, 0 },
        { "group_rate", 0, 1, 0 },
        { "group_rate_rounded", -2, 2, 0 },
        { "leakage_cd", 0, 1, 0 },
        { "leakage_rta", 0, 1, 0 },
        { "leakage_td", 0, 1, 0 },
        { "macro_f1", 0, 1, 0 },
        { "max", 0, 1, METRIC_NO_INTERVAL | METRIC_NO_SUMS },
        { "pair_accuracy", 0, 1, 0 },
        { "pair_adversarial_accuracy", 0, 1, 0 },
        { "pair_attack_success", 0, 1, 0 },
        { "pearson", -1, 1, METRIC_NO_ERROR },
        { "percent_mean", -100, 100, 0 },
        { "rate", 0, 1, 0 },
        { "ratio_no", 0, 1, 0 },
        { "robustness_score", -1, 1, 0 },
    };
    size_t num = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct metric_ops *metric = metric_find(rows[i].name);

        assert_non_null(metric);
        assert_true(metric->least == rows[i].least);
        assert_true(metric->most == rows[i].most);
        assert_int_equal(metric->lacks, rows[i].lacks);
    }
    while (metric_kinds()[num])
        num++;
    assert_int_equal(num, ARRAY_LEN(rows));
}

static const char *const judgements[] = { "", "bad", "neutral", "good", NULL };

/* bad: found.  Below 0.5 one of three is called neutral, at 0 the only one.
 * Above 0 two of three are called good. */
static void classes_have_borders(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{\"label\":-0.25}", 1, 1), ROW("{\"label\":0}", 2, 1),
        ROW("{\"label\":0.25}", 3, 1),  ROW("{\"label\":0.5}", 2, 0),
        ROW("{\"label\":1}", 3, 1),
    };
    struct metric_params params = { .labels = judgements, .seed = 1 };
    struct score it;

    (void)state;
    it = observing_score("class_accuracy", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, (1 + 1.0 / 3 + 2.0 / 3) / 3);
    assert_int_equal(it.num, 5);
    assert_int_equal(it.num_skipped, 0);
    params.profile = PROFILE_CORRECTED;
    it = observing_score("class_accuracy", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, (1 + 1 + 2.0 / 3) / 3);
    assert_int_equal(it.num, 5);
}

/* A label that is no class is wrong, not one of another list. */
static void a_class_is_found_by_its_name(void **state)
{
    static const char *const others[] = { "", "good", "bad", NULL };
    static const struct observing_row rows[] = {
        ROW("{\"label\":-1}", 2, 1),
        ROW("{\"label\":0}", 0, 0),
        ROW("{\"label\":0}", 0, 0),
        ROW("{\"label\":1}", 1, 1),
    };
    const struct metric_params params = { .profile = PROFILE_CORRECTED,
                                          .labels = others,
                                          .seed = 1 };

    (void)state;
    observing_near(
        observing_score("class_accuracy", rows, ARRAY_LEN(rows), &params).value,
        2.0 / 3);
}

#define HALF(index, type) \
    "{\"task\":\"t\",\"index\":" #index ",\"type\":\"" type "\"}"

/* Four pairs that are all right and stay so, and two halves without a pair. */
static const struct observing_row pairs[] = {
    ROW(HALF(0, "original"), 1, 1), ROW(HALF(0, "modified"), 1, 1),
    ROW(HALF(1, "original"), 1, 1), ROW(HALF(1, "modified"), 1, 1),
    ROW(HALF(2, "original"), 1, 1), ROW(HALF(2, "modified"), 1, 1),
    ROW(HALF(3, "original"), 1, 1), ROW(HALF(3, "modified"), 1, 1),
    ROW(HALF(4, "modified"), 1, 1), ROW(HALF(5, "original"), 1, 0),
    ROW(HALF(6, "modified"), 1, 1),
};

static void what_is_alone_is_skipped(void **state)
{
    static const char *const metrics[] = { "pair_accuracy",
                                           "pair_adversarial_accuracy",
                                           "pair_attack_success",
                                           "robustness_score" };
    const struct metric_params params = { .seed = 1 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(metrics); i++) {
        const struct score it =
            observing_score(metrics[i], pairs, ARRAY_LEN(pairs), &params);

        observing_near(it.value, i == 2 ? 0 : 1);
        assert_int_equal(it.num, 4);
        assert_int_equal(it.num_skipped, 3);
    }
}

/* A task without any pair leaves no value, whichever it is. */
static void a_task_without_pairs_leaves_no_value(void **state)
{
    static const char *const alone[] = {
        "{\"task\":\"a\",\"index\":0,\"type\":\"original\"}",
        "{\"task\":\"z\",\"index\":0,\"type\":\"original\"}",
    };
    const struct metric_params params = { .seed = 1 };

    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_LEN(alone); i++) {
        struct observing_row rows[3];

        /* first or last in the file, by name first or last */
        rows[i / 2] = (struct observing_row)ROW(alone[i % 2], 1, 1);
        rows[1 - i / 2] = pairs[0];
        rows[2] = pairs[1];
        assert_true(
            isnan(observing_score("pair_accuracy", rows, 3, &params).value));
        assert_true(
            !isnan(observing_score("pair_accuracy", pairs, 2, &params).value));
    }
}

/* Where all answers agree: Wilson's interval on the metric's range. */
static void agreement_is_bounded_by_the_range(void **state)
{
    static const char *const claims[] = { "", "REFUTE", "SUPPORT", NULL };
    static const char *const mails[] = { "", "no address", "address", NULL };
    static const struct observing_row said[] = {
        ROW("{\"answer\":\"REFUTE\"}", 1, 1),
        ROW("{\"answer\":\"REFUTE\"}", 1, 1),
        ROW("{\"answer\":\"REFUTE\"}", 1, 1),
        ROW("{\"answer\":\"REFUTE\"}", 1, 1),
    };
    static const struct observing_row leaks[] = {
        ROW("{\"shotType\":\"zero-shot\",\"type\":\"A\"}", 2, 1),
        ROW("{\"shotType\":\"zero-shot\",\"type\":\"A\"}", 2, 1),
        ROW("{\"shotType\":\"zero-shot\",\"type\":\"A\"}", 2, 1),
        ROW("{\"shotType\":\"zero-shot\",\"type\":\"A\"}", 2, 1),
    };
    struct metric_params params = { .seed = 1 };
    const double quantile = interval_quantile(3);
    const struct interval one = interval_wilson_effective(1, 4, quantile);
    const struct interval half = interval_wilson_effective(0.5, 4, quantile);
    struct score it;

    (void)state;
    it = observing_score("robustness_score", pairs, ARRAY_LEN(pairs), &params);
    observing_near(it.low, -1 + 2 * one.low);
    observing_near(it.high, 1);
    params.labels = claims;
    it = observing_score("macro_f1", said, ARRAY_LEN(said), &params);
    observing_near(it.value, 0.5); /* SUPPORT is neither said nor true */
    observing_near(it.low, half.low);
    observing_near(it.high, half.high);
    params.labels = mails;
    it = observing_score("leakage_cd", leaks, ARRAY_LEN(leaks), &params);
    observing_near(it.value, 1);
    observing_near(it.low, one.low);
    observing_near(it.high, 1);
}

/* Also of numbers below zero; what has none is skipped. */
static void the_largest_may_be_below_zero(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{}", 1, -0.5),
        ROW("{}", 1, -0.25),
        ROW("{}", 0, OBSERVING_NONE),
        ROW("{}", 1, -0.75),
    };
    const struct metric_params params = { .seed = 1 };
    const struct score it = observing_score("max", rows, 4, &params);

    (void)state;
    observing_near(it.value, -0.25);
    assert_int_equal(it.num, 3);
    assert_int_equal(it.num_skipped, 1);
}

/* Nothing of an attack that turns every right answer, or finds none. */
static void robustness_of_groups(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{\"task\":\"t\",\"index\":0,\"type\":\"original\"}", 1, 1),
        ROW("{\"task\":\"t\",\"index\":0,\"type\":\"modified\"}", 1, 0),
        ROW("{\"task\":\"u\",\"index\":0,\"type\":\"original\"}", 1, 0),
        ROW("{\"task\":\"u\",\"index\":0,\"type\":\"modified\"}", 1, 1),
        ROW("{\"task\":\"u\",\"index\":1,\"type\":\"original\"}", 1, 1),
        ROW("{\"task\":\"u\",\"index\":1,\"type\":\"modified\"}", 1, 1),
        ROW("{\"task\":\"u\",\"index\":2,\"type\":\"original\"}", 1, 1),
        ROW("{\"task\":\"u\",\"index\":2,\"type\":\"modified\"}", 1, 0),
        ROW("{\"task\":\"v\",\"index\":1,\"type\":\"original\"}", 1, 1),
        ROW("{\"task\":\"v\",\"index\":1,\"type\":\"modified\"}", 1, 1),
    };
    const struct metric_params params = { .seed = 1 };

    (void)state;
    /* (0 - 1) + (2/3 - 1/2) + (1 - 0), by three tasks */
    observing_near(observing_score("robustness_score", rows, 10, &params).value,
                   (-1 + 1.0 / 6 + 1) / 3);
}

/* What is not judged yet makes no sums: a part would pass for the whole. */
static void sums_of_what_is_unjudged(void **state)
{
    static const struct observing_row rows[] = { ROW("{}", 1, 1),
                                                 ROW("{}", 1, 0) };
    const struct metric_params params = { .seed = 1 };
    struct observing *it = observing_create(rows, 2);
    struct sums sums;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        if (i < 2)
            it->verdicts[i].state = STATE_UNJUDGED;
        assert_int_equal(sums_read(metric_find("rate"),
                                   it->observations,
                                   2,
                                   &params,
                                   &sums,
                                   NULL),
                         0);
        assert_int_equal(sums.num, i < 2 ? 0 : 2);
        sums_release(&sums);
        it->verdicts[i % 2].state = STATE_ANSWERED;
    }
    observing_destroy(it);
}

/* An item without the fields is of no cell, with half of them neither. */
static void leakage_without_a_cell(void **state)
{
    static const char *const mails[] = { "", "no address", "address", NULL };
    static const struct observing_row rows[] = {
        ROW("{\"shotType\":\"zero-shot\",\"type\":\"D\"}", 1, 0),
        ROW("{\"shotType\":\"zero-shot\"}", 2, 1),
        ROW("{\"type\":\"A\"}", 2, 1),
        ROW("{\"shotType\":\"zero-shot\",\"type\":\"\"}", 2, 1),
        ROW("{\"shotType\":\"zero-shot\",\"type\":\"@\"}", 2, 1),
        ROW("{\"shotType\":\"zero-shot\",\"type\":\"E\"}", 2, 1),
        ROW("{\"shotType\":\"five-shot\",\"type\":\"A\"}", 2, 0),
        ROW("{\"shotType\":\"five-shot\",\"type\":\"A\"}", 1, 1),
    };
    static const struct {
        const char *metric;
        double value;
        uint64_t num;
    } wants[] = {
        { "leakage_rta", (1 + 0.5) / 2, 3 },
        { "leakage_td", (0 + 0.5) / 2, 3 },
        { "leakage_cd", (0 + 1.0) / 2, 1 },
    };
    const struct metric_params params = { .labels = mails, .seed = 1 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wants); i++) {
        const struct score it =
            observing_score(wants[i].metric, rows, ARRAY_LEN(rows), &params);

        observing_near(it.value, wants[i].value);
        assert_int_equal(it.num, wants[i].num);
        assert_int_equal(it.num_skipped, ARRAY_LEN(rows) - wants[i].num);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_has_its_range),
        cmocka_unit_test(classes_have_borders),
        cmocka_unit_test(a_class_is_found_by_its_name),
        cmocka_unit_test(what_is_alone_is_skipped),
        cmocka_unit_test(a_task_without_pairs_leaves_no_value),
        cmocka_unit_test(agreement_is_bounded_by_the_range),
        cmocka_unit_test(the_largest_may_be_below_zero),
        cmocka_unit_test(robustness_of_groups),
        cmocka_unit_test(sums_of_what_is_unjudged),
        cmocka_unit_test(leakage_without_a_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
