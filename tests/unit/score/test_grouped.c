/* Accuracy, accuracy by group, F1 by group, accuracy by class: values that can
 * be worked out on paper. */
#include "stats/interval.h"
#include "tests/unit/score/observing.h"

#include <stdio.h>

static void accuracy_is_the_mean_of_what_was_judged(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{}", 1, 1),
        ROW("{}", 2, 1),
        ROW("{}", 1, 0),
        ROW("{}", 0, OBSERVING_NONE),
    };
    const struct metric_params params = { .seed = 1 };
    const struct interval wilson = interval_wilson(2, 3);
    const struct score it =
        observing_score("rate", rows, ARRAY_LEN(rows), &params);

    (void)state;
    observing_near(it.value, 2.0 / 3);
    observing_near(it.low, wilson.low);
    observing_near(it.high, wilson.high);
    assert_int_equal(it.num, 3);
    assert_int_equal(it.num_skipped, 1);
}

/* Two items of four repeats each: a resample holds the right one twice, once or
 * never, each often enough to reach into the interval.  Eight single answers
 * would be all alike in 1 of 128 resamples only. */
static void repeats_of_an_item_are_no_new_items(void **state)
{
    struct observing_row rows[8];
    const struct metric_params params = { .seed = 1 };
    struct score it;

    (void)state;
    for (uint32_t i = 0; i < 8; i++)
        rows[i] = (struct observing_row){ "{}", 1, i < 4, i % 4, 1 + i / 4 };
    it = observing_score("rate", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, 0.5);
    /* two items, not eight: next to nothing is known */
    assert_true(it.low >= 0 && it.low < 0.01);
    assert_true(it.high > 0.99 && it.high <= 1);
    assert_int_equal(it.num, 8);
}

static const struct observing_row grouped[] = {
    ROW("{\"source\":\"x\"}", 1, 1),
    ROW("{\"source\":\"y\"}", 1, 0),
    ROW("{\"source\":\"x\"}", 1, 1),
    ROW("{\"source\":\"x\"}", 1, 0),
    ROW("{\"source\":\"y\"}", 0, OBSERVING_NONE),
};

/* 2/3 of x, 0/1 of y. */
static void groups_weigh_the_same(void **state)
{
    struct metric_params params = { .by = "source", .seed = 1 };
    struct score it;

    (void)state;
    it = observing_score("group_rate", grouped, ARRAY_LEN(grouped), &params);
    observing_near(it.value, 1.0 / 3);
    assert_int_equal(it.num, 4);
    assert_int_equal(it.num_skipped, 1);
    assert_true(it.low <= it.value && it.value <= it.high);
    params.by = NULL; /* one group */
    it = observing_score("group_rate", grouped, ARRAY_LEN(grouped), &params);
    observing_near(it.value, 0.5);
}

/* A part without any answer: the others' mean would pass for the whole. */
static void a_part_without_answers_leaves_no_value(void **state)
{
    static const char *const metrics[] = { "group_rate",
                                           "group_rate_rounded",
                                           "f1_of_accuracy" };
    static const struct observing_row rows[] = {
        ROW("{\"source\":\"x\"}", 1, 1),
        ROW("{\"source\":\"x\"}", 1, 0),
        ROW("{\"source\":\"y\"}", 0, OBSERVING_NONE),
    };

    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_LEN(metrics); i++) {
        const struct metric_params params = { .by = "source",
                                              .profile = (enum profile)(i % 2),
                                              .seed = 1 };
        const struct score it =
            observing_score(metrics[i / 2], rows, ARRAY_LEN(rows), &params);

        assert_true(isnan(it.value) && isnan(it.low));
        assert_int_equal(it.num, 2);
        assert_int_equal(it.num_skipped, 1);
    }
}

/* Clusters more alike than chance makes them say no more than their items. */
static void new_clusters_are_no_surer_than_these(void **state)
{
    struct observing_row rows[40];
    char entries[20][16];
    const struct metric_params params = { .cluster = "c", .seed = 1 };
    struct score it;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(entries); i++)
        (void)snprintf(entries[i], sizeof entries[i], "{\"c\":%d}", (int)i);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = (struct observing_row)ROW(entries[i / 2], 1, (double)(i % 2));
    it = observing_score("rate", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, 0.5);
    assert_true(it.low <= it.within_low && it.high >= it.within_high);
}

/* Labels that are objects are clusters as well. */
static void objects_name_clusters(void **state)
{
    struct observing_row rows[12];
    const struct metric_params params = { .cluster = "c", .seed = 1 };
    struct score it;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        rows[i] = (struct observing_row)ROW(i < 6 ? "{\"c\":{\"k\":1}}"
                                                  : "{\"c\":{\"k\":2}}",
                                            1,
                                            (double)(i < 6));
    }
    it = observing_score("rate", rows, ARRAY_LEN(rows), &params);
    /* two clusters, each all alike */
    assert_true(it.low < 0.05 && it.high > 0.95);
}

static const char *const claims[] = { "", "REFUTE", "SUPPORT", NULL };

#define CLAIM(source, answer) \
    "{\"source\":\"" source "\",\"answer\":\"" answer "\"}"

/* x: SUPPORT 2*1/(1+2), REFUTE 2*2/(3+2); y has no REFUTE, which counts 0. */
static void f1_in_profile_paper(void **state)
{
    static const struct observing_row rows[] = {
        ROW(CLAIM("x", "SUPPORT"), 2, 1),
        ROW(CLAIM("x", "SUPPORT"), 1, 0),
        ROW(CLAIM("x", "REFUTE"), 1, 1),
        ROW(CLAIM("x", "REFUTE"), 1, 1),
        ROW(CLAIM("x", "SUPPORT"), 0, OBSERVING_NONE),
        ROW(CLAIM("y", "SUPPORT"), 2, 1),
        ROW(CLAIM("y", "UNKNOWN"), 2, 0),
    };
    const struct metric_params params = { .profile = PROFILE_PAPER,
                                          .by = "source",
                                          .labels = claims,
                                          .seed = 1 };
    const struct score it =
        observing_score("macro_f1", rows, ARRAY_LEN(rows), &params);

    (void)state;
    observing_near(it.value, ((2.0 / 3 + 4.0 / 5) / 2 + 0.5) / 2);
    assert_int_equal(it.num, 5);
    assert_int_equal(it.num_skipped, 2);
}

/* An answer that was not understood is wrong: its class misses a hit, and no
 * class is said.  SUPPORT of x 2*1/(1+3). */
static void f1_in_profile_corrected(void **state)
{
    static const struct observing_row rows[] = {
        ROW(CLAIM("x", "SUPPORT"), 2, 1), ROW(CLAIM("x", "SUPPORT"), 1, 0),
        ROW(CLAIM("x", "REFUTE"), 1, 1),  ROW(CLAIM("x", "REFUTE"), 1, 1),
        ROW(CLAIM("x", "SUPPORT"), 0, 0),
    };
    const struct metric_params params = { .profile = PROFILE_CORRECTED,
                                          .by = "source",
                                          .labels = claims,
                                          .seed = 1 };
    const struct score it =
        observing_score("macro_f1", rows, ARRAY_LEN(rows), &params);

    (void)state;
    observing_near(it.value, (0.5 + 0.8) / 2);
    assert_int_equal(it.num, 5);
    assert_int_equal(it.num_skipped, 0);
}

static const char *const judgements[] = { "", "bad", "neutral", "good", NULL };

static const struct observing_row norms[] = {
    ROW("{\"label\":-2}", 1, 1),
    ROW("{\"label\":-1.0}", 1, 1),
    ROW("{\"label\":0}", 2, 1),
    ROW("{\"label\":0}", 3, 0),
    ROW("{\"label\":1}", 3, 1),
    ROW("{\"label\":\"2\"}", 1, 0),
    ROW("{\"label\":2}", 0, OBSERVING_NONE),
    ROW("{\"label\":null}", 3, 0),
};

/* bad 2/2; neutral 1 of the 4 below 0.5; good 1/2. */
static void classes_overlap_in_profile_paper(void **state)
{
    const struct metric_params params = { .profile = PROFILE_PAPER,
                                          .field = "label",
                                          .labels = judgements,
                                          .seed = 1 };
    const struct score it =
        observing_score("class_accuracy", norms, ARRAY_LEN(norms), &params);

    (void)state;
    observing_near(it.value, (1 + 0.25 + 0.5) / 3);
    assert_int_equal(it.num, 6);
    assert_int_equal(it.num_skipped, 2);
}

/* bad 2/2; neutral 1/2; good 1/2, and 1/3 with one that was not understood. */
static void classes_are_apart_in_profile_corrected(void **state)
{
    struct observing_row rows[ARRAY_LEN(norms)];
    const struct metric_params params = { .profile = PROFILE_CORRECTED,
                                          .labels = judgements,
                                          .seed = 1 };
    struct score it;

    (void)state;
    memcpy(rows, norms, sizeof rows);
    it = observing_score("class_accuracy", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, 2.0 / 3);
    rows[6].value = 0;
    it = observing_score("class_accuracy", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, (1 + 0.5 + 1.0 / 3) / 3);
    assert_int_equal(it.num, 7);
    assert_true(it.low <= it.value && it.value <= it.high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_without_answers_leaves_no_value),
        cmocka_unit_test(new_clusters_are_no_surer_than_these),
        cmocka_unit_test(objects_name_clusters),
        cmocka_unit_test(accuracy_is_the_mean_of_what_was_judged),
        cmocka_unit_test(repeats_of_an_item_are_no_new_items),
        cmocka_unit_test(groups_weigh_the_same),
        cmocka_unit_test(f1_in_profile_paper),
        cmocka_unit_test(f1_in_profile_corrected),
        cmocka_unit_test(classes_overlap_in_profile_paper),
        cmocka_unit_test(classes_are_apart_in_profile_corrected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
