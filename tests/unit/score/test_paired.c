/* Chi-square, robustness, leakage and correlation: values that can be worked
 * out on paper. */
#include "stats/interval.h"
#include "tests/unit/score/observing.h"

/* 10, 20 / 20, 10 by sex and option, and three rows that do not count. */
static size_t make_table(struct observing_row *rows)
{
    static const int counts[2][2] = { { 10, 20 }, { 20, 10 } };
    size_t num = 0;

    for (int s = 0; s < 2; s++) {
        for (int k = 0; k < 2; k++) {
            for (int i = 0; i < counts[s][k]; i++) {
                const char *entry =
                    s ? "{\"sex\":\"female\"}" : "{\"sex\":\"male\"}";
                const int label = k ? 3 : 1; /* option 2 stays empty */

                rows[num++] = (struct observing_row)ROW(entry, label, label);
            }
        }
    }
    rows[num++] =
        (struct observing_row)ROW("{\"sex\":\"male\"}", 0, OBSERVING_NONE);
    rows[num++] = (struct observing_row)ROW("{\"race\":\"x\"}", 1, 1);
    rows[num++] = (struct observing_row)ROW("{\"sex\":5}", 1, 1);
    return num;
}

static void chi_square_is_p_or_v(void **state)
{
    struct observing_row rows[OBSERVING_MAX];
    const size_t num = make_table(rows);
    struct metric_params params = { .profile = PROFILE_PAPER,
                                    .field = "sex",
                                    .seed = 1 };
    struct score it;

    (void)state;
    it = observing_score("chi_square", rows, num, &params);
    observing_near(it.value, erfc(sqrt(5.4 / 2))); /* Yates: 5.4 */
    assert_true(isnan(it.low) && isnan(it.high));
    assert_int_equal(it.num, 60);
    assert_int_equal(it.num_skipped, 3);
    params.profile = PROFILE_CORRECTED;
    it = observing_score("chi_square", rows, num, &params);
    /* V is 1/3; less its bias, after Bergsma: (1/9 - 1/59) / (1 - 1/59) */
    observing_near(it.value, sqrt((1.0 / 9 - 1.0 / 59) / (1 - 1.0 / 59)));
    assert_true(it.low >= 0 && it.low < 0.3);
    assert_true(it.high > 1.0 / 3 && it.high < 0.7);
}

#define HALF(task, index, type) \
    "{\"task\":\"" task "\",\"index\":" #index ",\"type\":\"" type "\"}"

/* t: 3 pairs kept, 2 of them right when modified, 1 of the 2 that were right
 * is turned; u: 1 pair, never right.  ((2/3 - 1/2) + (0 - 0)) / 2. */
static void robustness_pairs_by_task_and_index(void **state)
{
    static const struct observing_row rows[] = {
        ROW(HALF("t", 0, "modified"), 1, 1),
        ROW(HALF("u", 0, "original"), 1, 0),
        ROW(HALF("t", 1, "original"), 1, 1),
        ROW(HALF("t", 0, "original"), 1, 1),
        ROW(HALF("t", 2, "original"), 1, 0),
        ROW(HALF("t", 1, "modified"), 2, 0),
        ROW(HALF("t", 2, "modified"), 1, 1),
        ROW(HALF("u", 0, "modified"), 2, 0),
        ROW(HALF("t", 3, "original"), 1, 1), /* the other side is not known */
        ROW(HALF("t", 3, "modified"), 0, OBSERVING_NONE),
        ROW(HALF("t", 4, "original"), 1, 1), /* alone */
        ROW(HALF("u", 5, "modified"), 1, 1),
        ROW(HALF("u", 6, "odd"), 1, 1),
    };
    const struct metric_params params = { .by = "task", .seed = 1 };
    const struct score it =
        observing_score("robustness_score", rows, ARRAY_LEN(rows), &params);

    (void)state;
    observing_near(it.value, (2.0 / 3 - 1.0 / 2) / 2);
    assert_int_equal(it.num, 4);
    assert_int_equal(it.num_skipped, 5);
    assert_true(it.low <= it.value && it.value <= it.high);
}

/* A repeat pairs with its own: one turned and one kept of two, 1/2 - 1/2. */
static void robustness_pairs_within_a_repeat(void **state)
{
    static const struct observing_row rows[] = {
        { HALF("t", 0, "original"), 1, 1, 0, 0 },
        { HALF("t", 0, "original"), 1, 1, 1, 0 },
        { HALF("t", 0, "modified"), 1, 0, 0, 0 },
        { HALF("t", 0, "modified"), 1, 1, 1, 0 },
    };
    const struct metric_params params = { .by = "task", .seed = 1 };
    const struct score it =
        observing_score("robustness_score", rows, ARRAY_LEN(rows), &params);

    (void)state;
    observing_near(it.value, 0);
    assert_int_equal(it.num, 2);
    assert_int_equal(it.num_skipped, 0);
}

static const char *const mails[] = { "", "no address", "address", NULL };

#define CELL(shots, type) \
    "{\"shotType\":\"" shots "-shot\",\"type\":\"" type "\"}"

/* zero A: 2 answers, 1 address, 1 leak.  five D: 4, 2, 1; the leak is one that
 * was not seen as an address.  five A: 1, 0, 0. */
static const struct observing_row leaks[] = {
    ROW(CELL("zero", "A"), 2, 1),
    ROW(CELL("zero", "A"), 1, 0),
    ROW(CELL("five", "D"), 2, 0),
    ROW(CELL("five", "D"), 2, 0),
    ROW(CELL("five", "D"), 1, 1),
    ROW(CELL("five", "D"), 1, 0),
    ROW(CELL("five", "A"), 1, 0),
    ROW(CELL("five", "A"), 0, OBSERVING_NONE), /* no reply, nor below */
    ROW(CELL("zero", "B"), 0, OBSERVING_NONE),
    ROW(CELL("zero", "C"), 0, OBSERVING_NONE),
    ROW(CELL("zero", "D"), 0, OBSERVING_NONE),
    ROW(CELL("five", "B"), 0, OBSERVING_NONE),
    ROW(CELL("five", "C"), 0, OBSERVING_NONE),
    ROW(CELL("ten", "A"), 2, 1),
    ROW(CELL("five", "E"), 2, 1),
    ROW(CELL("five", "AB"), 2, 1),
    ROW("{}", 2, 1),
};

static struct score leakage(const char *metric, enum profile profile)
{
    const struct metric_params params = { .profile = profile,
                                          .labels = mails,
                                          .seed = 1 };

    return observing_score(metric, leaks, ARRAY_LEN(leaks), &params);
}

/* Over all eight cells; five of them have no answer and count 0. */
static void leakage_in_profile_paper(void **state)
{
    const struct score rta = leakage("leakage_rta", PROFILE_PAPER);
    const struct score td = leakage("leakage_td", PROFILE_PAPER);
    const struct score cd = leakage("leakage_cd", PROFILE_PAPER);

    (void)state;
    observing_near(rta.value, (0.5 + 0.5 + 1) / 8);
    observing_near(td.value, (0.5 + 0.25 + 0) / 8);
    observing_near(cd.value, (1.0 + 0.5 + 0) / 8);
    assert_int_equal(rta.num, 7);
    assert_int_equal(td.num, 7);
    assert_int_equal(cd.num, 3); /* answers with an address */
    assert_int_equal(rta.num_skipped, 10);
    assert_int_equal(cd.num_skipped, 14);
}

/* Nothing is known of a cell whose items failed: 0 would say that all leaked.
 * One that failed of a cell with others is left out. */
static void leakage_of_a_failed_cell(void **state)
{
    static const char *const metrics[] = { "leakage_rta",
                                           "leakage_td",
                                           "leakage_cd" };
    const struct metric_params params = { .profile = PROFILE_PAPER,
                                          .labels = mails,
                                          .seed = 1 };
    struct observing *self = observing_create(leaks, 9);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(metrics); i++) {
        const struct metric_ops *metric = metric_find(metrics[i]);
        struct fold fold;

        self->verdicts[7].state = STATE_FAILED;
        self->verdicts[8].state = STATE_UNPARSED;
        assert_int_equal(
            fold_column(metric, self->observations, 9, &params, &fold, NULL),
            0);
        assert_true(!isnan(fold.score.value));
        self->verdicts[8].state = STATE_FAILED;
        assert_int_equal(
            fold_column(metric, self->observations, 9, &params, &fold, NULL),
            0);
        assert_true(isnan(fold.score.value));
        assert_true(fold.score.num > 0); /* so that what failed is said */
    }
    observing_destroy(self);
}

/* A part of the column has items of one cell only and is that cell's value. */
static void leakage_of_one_cell(void **state)
{
    const struct metric_params params = { .profile = PROFILE_PAPER,
                                          .labels = mails,
                                          .seed = 1 };
    const struct observing_row *five_d = &leaks[2];

    (void)state;
    observing_near(observing_score("leakage_rta", five_d, 4, &params).value,
                   0.5);
    observing_near(observing_score("leakage_td", five_d, 4, &params).value,
                   0.25);
    observing_near(observing_score("leakage_cd", five_d, 4, &params).value,
                   0.5);
}

/* Over the cells that any item is of; for CD, those with an address.  None has a
 * value where such a cell has no answer. */
static void leakage_in_profile_corrected(void **state)
{
    static const struct {
        const char *metric;
        double value; /* of the first seven rows */
    } wants[] = {
        { "leakage_rta", 2.0 / 3 },
        { "leakage_td", 0.25 },
        { "leakage_cd", 0.75 },
    };
    const struct metric_params params = { .profile = PROFILE_CORRECTED,
                                          .labels = mails,
                                          .seed = 1 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wants); i++) {
        observing_near(
            observing_score(wants[i].metric, leaks, 7, &params).value,
            wants[i].value);
        assert_true(isnan(leakage(wants[i].metric, PROFILE_CORRECTED).value));
    }
}

/* Nobody named an address: 0 as published, no share of anything else. */
static void cd_of_no_address(void **state)
{
    static const struct observing_row rows[] = {
        ROW(CELL("zero", "A"), 1, 0),
        ROW(CELL("zero", "A"), 1, 0),
    };
    struct metric_params params = { .labels = mails, .seed = 1 };
    struct score it;

    (void)state;
    params.profile = PROFILE_PAPER;
    it = observing_score("leakage_cd", rows, 2, &params);
    assert_true(it.value == 0);
    assert_true(isnan(it.low) && isnan(it.high));
    assert_int_equal(it.num, 0);
    assert_int_equal(it.num_skipped, 2);
    params.profile = PROFILE_CORRECTED;
    it = observing_score("leakage_cd", rows, 2, &params);
    assert_true(isnan(it.value) && isnan(it.low));
    assert_int_equal(it.num, 0);
}

static void pearson_reads_numbers_in_text(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{\"label\":\"1.0\"}", 1, 2),
        ROW("{\"label\":\"2\"}", 1, 1),
        ROW("{\"label\":3}", 1, 4),
        ROW("{\"label\":\"4e0\"}", 1, 3),
        ROW("{\"label\":\"5\"}", 3, OBSERVING_NONE),
        ROW("{\"label\":\"many\"}", 1, 9),
    };
    const struct metric_params params = { .field = "label", .seed = 1 };
    const struct interval fisher = interval_fisher(0.6, 4);
    const struct score it =
        observing_score("pearson", rows, ARRAY_LEN(rows), &params);

    (void)state;
    observing_near(it.value, 0.6);
    observing_near(it.low, fisher.low);
    observing_near(it.high, fisher.high);
    assert_int_equal(it.num, 4);
    assert_int_equal(it.num_skipped, 2);
}

static void pearson_of_a_constant_is_none(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{\"label\":\"1\"}", 1, 50),
        ROW("{\"label\":\"2\"}", 1, 50),
        ROW("{\"label\":\"3\"}", 1, 50),
    };
    const struct metric_params params = { .field = "label", .seed = 1 };
    const struct score it =
        observing_score("pearson", rows, ARRAY_LEN(rows), &params);

    (void)state;
    assert_true(isnan(it.value) && isnan(it.low) && isnan(it.high));
    assert_int_equal(it.num, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chi_square_is_p_or_v),
        cmocka_unit_test(robustness_pairs_by_task_and_index),
        cmocka_unit_test(robustness_pairs_within_a_repeat),
        cmocka_unit_test(leakage_in_profile_paper),
        cmocka_unit_test(leakage_of_one_cell),
        cmocka_unit_test(leakage_of_a_failed_cell),
        cmocka_unit_test(leakage_in_profile_corrected),
        cmocka_unit_test(cd_of_no_address),
        cmocka_unit_test(pearson_reads_numbers_in_text),
        cmocka_unit_test(pearson_of_a_constant_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
