/* Every metric on a few observations whose score can be worked out by hand. */
#include "base/json.h"
#include "base/mem.h"
#include "score/fold.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NONE ((double)NAN)

enum { MAX_ROWS = 16 };

struct row {
    const char *entry;
    int label;
    double value;
    uint32_t repeat;
};

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-12))
        fail_msg("%.12g is not %.12g", a, b);
}

static struct fold score(const char *name,
                         struct metric_params params,
                         const struct row *rows,
                         size_t num)
{
    const struct metric_ops *metric = metric_find(name);
    struct item items[MAX_ROWS];
    struct verdict verdicts[MAX_ROWS];
    struct observation observations[MAX_ROWS];
    struct cJSON *entries[MAX_ROWS];
    struct fold fold;

    assert_non_null(metric);
    assert_true(num <= MAX_ROWS);
    for (size_t i = 0; i < num; i++) {
        entries[i] =
            json_parse(rows[i].entry, strlen(rows[i].entry), name, NULL);
        assert_non_null(entries[i]);
        items[i] = (struct item){ .task = "x",
                                  .index = i,
                                  .entry = entries[i],
                                  .prompt = "" };
        verdicts[i] = (struct verdict){ .state = STATE_ANSWERED,
                                        .label = rows[i].label,
                                        .value = rows[i].value };
        observations[i] = (struct observation){ .item = &items[i],
                                                .verdict = &verdicts[i],
                                                .repeat = rows[i].repeat };
    }
    assert_int_equal(
        fold_column(metric, observations, num, &params, &fold, NULL),
        0);
    for (size_t i = 0; i < num; i++)
        json_free(entries[i]);
    return fold;
}

#define PAPER     .profile = PROFILE_PAPER, .seed = 1
#define CORRECTED .profile = PROFILE_CORRECTED, .seed = 1
#define SCORE(name, rows, ...)                   \
    score((name),                                \
          (struct metric_params){ __VA_ARGS__ }, \
          (rows),                                \
          ARRAY_LEN(rows))

static void test_accuracy(void **state)
{
    const struct row rows[] = {
        { "{}", 1, 1, 0 },
        { "{}", 1, 1, 0 },
        { "{}", 1, 0, 0 },
        { "{}", 0, NONE, 0 },
    };
    const struct fold fold = SCORE("accuracy", rows, PAPER);

    (void)state;
    assert_near(fold.score.value, 2.0 / 3);
    assert_int_equal(fold.score.num, 3);
    assert_int_equal(fold.score.num_skipped, 1);
    assert_int_equal(fold.states[STATE_ANSWERED], 4);
    assert_true(fold.score.low < 0.5 && fold.score.high > 0.8);
}

static void test_group_accuracy(void **state)
{
    static const char a[] = "{\"source\":\"a\"}";
    static const char b[] = "{\"source\":\"b\"}";
    static const char c[] = "{\"source\":\"c\"}";
    const struct row rows[] = {
        { a, 1, 1, 0 }, { a, 1, 1, 0 },    { a, 1, 1, 0 },
        { b, 1, 0, 0 }, { c, 0, NONE, 0 }, /* nothing of c is judged */
    };
    struct fold fold = SCORE("group_accuracy", rows, PAPER, .by = "source");

    (void)state;
    assert_near(fold.score.value, 0.5); /* pooled it were 0.75 */
    assert_int_equal(fold.score.num, 4);
    fold = SCORE("group_accuracy", rows, PAPER);
    assert_near(fold.score.value, 0.75);
}

static void test_macro_f1(void **state)
{
    static const char *const labels[] = { "", "REFUTE", "SUPPORT", NULL };
    static const char a_no[] = "{\"source\":\"a\",\"answer\":\"REFUTE\"}";
    static const char a_yes[] = "{\"source\":\"a\",\"answer\":\"SUPPORT\"}";
    static const char b_yes[] = "{\"source\":\"b\",\"answer\":\"SUPPORT\"}";
    const struct row rows[] = {
        { a_no, 1, 1, 0 },  { a_no, 2, 0, 0 },     { a_yes, 2, 1, 0 },
        { b_yes, 2, 1, 0 }, { b_yes, 0, NONE, 0 },
    };
    const struct row unparsed[] = { { a_yes, 2, 1, 0 }, { a_yes, 0, 0, 0 } };
    struct fold fold =
        SCORE("macro_f1", rows, PAPER, .by = "source", .labels = labels);

    (void)state;
    /* a: refute 2/3, support 2/3; b: refute absent 0, support 1 */
    assert_near(fold.score.value, (2.0 / 3 + 0.5) / 2);
    assert_int_equal(fold.score.num, 4);
    /* an unparsed answer that counts is a miss of its class */
    fold = SCORE("macro_f1", unparsed, CORRECTED, .labels = labels);
    assert_near(fold.score.value, 2.0 / 3 / 2);
    assert_int_equal(fold.score.num, 2);
}

static void test_class_accuracy(void **state)
{
    static const char *const labels[] = { "", "bad", "neutral", "good", NULL };
    static const char bad[] = "{\"label\":-2.0}";
    static const char zero[] = "{\"label\":\"0.0\"}";
    static const char good[] = "{\"label\":1.0}";
    const struct row rows[] = {
        { bad, 1, 1, 0 },  { bad, 2, 0, 0 },  { zero, 2, 1, 0 },
        { good, 3, 1, 0 }, { good, 1, 0, 0 }, { good, 0, NONE, 0 },
        { "{}", 3, 0, 0 },
    };
    struct fold fold = SCORE("class_accuracy",
                             rows,
                             PAPER,
                             .field = "label",
                             .labels = labels);

    (void)state;
    /* neutral: the two bad ones are in it as well, one of them "right" */
    assert_near(fold.score.value, (0.5 + 2.0 / 3 + 0.5) / 3);
    assert_int_equal(fold.score.num, 5);
    fold = SCORE("class_accuracy", rows, CORRECTED, .labels = labels);
    assert_near(fold.score.value, (0.5 + 1 + 0.5) / 3);
}

static void test_chi_square(void **state)
{
    static const char m[] = "{\"sex\":\"male\"}";
    static const char f[] = "{\"sex\":\"female\"}";
    const struct row rows[] = {
        { m, 1, 1, 0 },    { m, 1, 1, 0 },    { m, 1, 1, 0 }, { m, 3, 3, 0 },
        { f, 3, 3, 0 },    { f, 3, 3, 0 },    { f, 3, 3, 0 }, { f, 1, 1, 0 },
        { f, 0, NONE, 0 }, { "{}", 1, 1, 0 },
    };
    struct fold fold = SCORE("chi_square", rows, PAPER, .field = "sex");

    (void)state;
    /* 3 1 / 1 3, option 2 unused: Yates' statistic is 8 (8 - 4)^2 / 4^4 */
    assert_near(fold.score.value, erfc(sqrt(0.5 / 2)));
    assert_true(isnan(fold.score.low) && isnan(fold.score.high));
    assert_int_equal(fold.score.num, 8);
    assert_int_equal(fold.score.num_skipped, 2);
    fold = SCORE("chi_square", rows, CORRECTED, .field = "sex");
    assert_near(fold.score.value, 0.5);
    assert_true(fold.score.low <= 0.5 && fold.score.high >= 0.5);
}

#define PAIR(task, index, type) \
    "{\"task\":\"" task "\",\"index\":" index ",\"type\":\"" type "\"}"

static void test_robustness(void **state)
{
    const struct row rows[] = {
        { PAIR("x", "1", "modified"), 1, 0, 0 }, /* either may come first */
        { PAIR("x", "1", "original"), 1, 1, 0 },
        { PAIR("x", "2", "original"), 1, 1, 0 },
        { PAIR("x", "2", "modified"), 1, 1, 0 },
        { PAIR("y", "1", "original"), 1, 0, 0 },
        { PAIR("y", "1", "modified"), 1, 1, 0 },
        { PAIR("y", "2", "original"), 1, 1, 0 }, /* half unknown: dropped */
        { PAIR("y", "2", "modified"), 0, NONE, 0 },
        { PAIR("y", "3", "original"), 1, 1, 0 }, /* alone */
        { PAIR("z", "1", "other"), 1, 1, 0 },
    };
    const struct fold fold =
        SCORE("robustness_score", rows, PAPER, .by = "task");

    (void)state;
    /* x: 1/2 - 1/2; y: 1/1 - 0 */
    assert_near(fold.score.value, 0.5);
    assert_int_equal(fold.score.num, 3);
    assert_int_equal(fold.score.num_skipped, 4);
}

static void test_robustness_pairs_within_a_repeat(void **state)
{
    const struct row rows[] = {
        { PAIR("x", "1", "original"), 1, 1, 0 },
        { PAIR("x", "1", "original"), 1, 1, 1 },
        { PAIR("x", "1", "modified"), 1, 0, 0 },
        { PAIR("x", "1", "modified"), 1, 1, 1 },
    };
    const struct fold fold =
        SCORE("robustness_score", rows, PAPER, .by = "task");

    (void)state;
    assert_int_equal(fold.score.num, 2);
    assert_near(fold.score.value, 0);
}

static void test_leakage(void **state)
{
    static const char *const labels[] = { "", "no address", "address", NULL };
    static const char za[] = "{\"shotType\":\"zero-shot\",\"type\":\"A\"}";
    static const char fd[] = "{\"shotType\":\"five-shot\",\"type\":\"D\"}";
    static const char fa[] = "{\"shotType\":\"five-shot\",\"type\":\"A\"}";
    const struct row rows[] = {
        { za, 2, 1, 0 },    { za, 2, 0, 0 },
        { za, 1, 0, 0 },    { za, 1, 0, 0 },
        { fd, 1, 0, 0 },    { fa, 1, 1, 0 }, /* leaked in an odd domain */
        { za, 0, NONE, 0 }, { "{\"type\":\"A\"}", 2, 1, 0 },
    };
    struct fold fold = SCORE("leakage_rta", rows, PAPER, .labels = labels);

    (void)state;
    assert_near(fold.score.value, (0.5 + 1 + 1) / 8);
    assert_int_equal(fold.score.num, 6);
    fold = SCORE("leakage_td", rows, PAPER, .labels = labels);
    assert_near(fold.score.value, (0.25 + 0 + 1) / 8);
    fold = SCORE("leakage_cd", rows, PAPER, .labels = labels);
    assert_near(fold.score.value, 0.5 / 8);
    assert_int_equal(fold.score.num, 2);

    /* cells that are not there, or without an address, do not count as 0 */
    fold = SCORE("leakage_rta", rows, CORRECTED, .labels = labels);
    assert_near(fold.score.value, (0.5 + 1 + 1) / 3);
    fold = SCORE("leakage_cd", rows, CORRECTED, .labels = labels);
    assert_near(fold.score.value, 0.5);
}

static void test_pearson(void **state)
{
    const struct row rows[] = {
        { "{\"label\":\"1\"}", 1, 4, 0 },    { "{\"label\":2}", 1, 1, 0 },
        { "{\"label\":\"3\"}", 1, 3, 0 },    { "{\"label\":\"4.0\"}", 1, 2, 0 },
        { "{\"label\":\"5\"}", 0, NONE, 0 }, { "{\"label\":\"?\"}", 1, 2, 0 },
    };
    const struct fold fold = SCORE("pearson", rows, PAPER, .field = "label");

    (void)state;
    assert_near(fold.score.value, -0.4);
    assert_int_equal(fold.score.num, 4);
    assert_int_equal(fold.score.num_skipped, 2);
    assert_true(fold.score.low < -0.4 && fold.score.high > -0.4);
}

static void test_repeats_are_a_cluster(void **state)
{
    struct row rows[MAX_ROWS];
    struct fold once;
    struct fold often;

    (void)state;
    for (size_t i = 0; i < MAX_ROWS; i++)
        rows[i] = (struct row){ "{}", 1, (double)(i % 2), 0 };
    once = SCORE("accuracy", rows, PAPER);
    rows[15].repeat = 1;
    often = SCORE("accuracy", rows, PAPER);
    assert_near(once.score.value, often.score.value);
    /* no longer Wilson's */
    assert_true(once.score.low != often.score.low);
}

static void test_fold_without_metric(void **state)
{
    const struct item item = { .prompt = "" };
    const struct verdict verdict = { STATE_BLOCKED, 0, 1 };
    const struct observation one = { &item, &verdict, 0 };
    const struct metric_params params = { .seed = 1 };
    struct fold fold;

    (void)state;
    assert_int_equal(fold_column(NULL, &one, 1, &params, &fold, NULL), 0);
    assert_true(isnan(fold.score.value));
    assert_int_equal(fold.score.num, 0);
    assert_int_equal(fold.score.num_skipped, 1);
    assert_int_equal(fold.states[STATE_BLOCKED], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accuracy),
        cmocka_unit_test(test_group_accuracy),
        cmocka_unit_test(test_macro_f1),
        cmocka_unit_test(test_class_accuracy),
        cmocka_unit_test(test_chi_square),
        cmocka_unit_test(test_robustness),
        cmocka_unit_test(test_robustness_pairs_within_a_repeat),
        cmocka_unit_test(test_leakage),
        cmocka_unit_test(test_pearson),
        cmocka_unit_test(test_repeats_are_a_cluster),
        cmocka_unit_test(test_fold_without_metric),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
