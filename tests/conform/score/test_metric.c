/* What every metric promises, held against the whole list. */
#include "score/sums.h"
#include "tests/unit/score/observing.h"

#include <limits.h>

static const char *const labels[] = { "",        "REFUTE", "SUPPORT", "good",
                                      "address", "yes",    "no",      NULL };

static const char *const yes_no[] = { "", "yes", "no", "maybe", "?", NULL };

/* Items that any metric finds something to use in. */
static const char *const entries[] = {
    "{\"source\":\"x\",\"answer\":\"SUPPORT\",\"sex\":\"f\",\"task\":\"t\","
    "\"index\":0,\"type\":\"original\",\"shotType\":\"zero-shot\",\"label\":1}",
    "{\"source\":\"x\",\"answer\":\"REFUTE\",\"sex\":\"m\",\"task\":\"t\","
    "\"index\":0,\"type\":\"modified\",\"shotType\":\"zero-shot\",\"label\":2}",
    "{\"source\":\"y\",\"answer\":\"SUPPORT\",\"sex\":\"f\",\"task\":\"t\","
    "\"index\":1,\"type\":\"modified\",\"shotType\":\"five-shot\","
    "\"label\":\"-1\"}",
    "{\"source\":\"y\",\"answer\":\"REFUTE\",\"sex\":\"m\",\"task\":\"t\","
    "\"index\":1,\"type\":\"original\",\"shotType\":\"five-shot\",\"label\":0}",
    "{\"source\":\"y\",\"sex\":\"m\",\"type\":\"A\",\"shotType\":\"zero-shot\",\"label\":1}",
    "{\"source\":\"y\",\"sex\":\"f\",\"type\":\"D\",\"shotType\":\"five-shot\",\"label\":-2}",
};

static const struct metric_params full = { .by = "source",
                                           .field = NULL,
                                           .labels = labels,
                                           .seed = 5 };

/* `field` as the metric of that name is told. */
static struct metric_params params_of(const struct metric_ops *ops, int profile)
{
    struct metric_params params = full;

    params.profile = (enum profile)profile;
    if (strcmp(ops->name, "chi_square") == 0)
        params.field = "sex";
    if (strcmp(ops->name, "robustness_score") == 0
        || strncmp(ops->name, "pair_", 5) == 0)
        params.by = "task";
    if (strcmp(ops->name, "ratio_no") == 0)
        params.labels = yes_no;
    return params;
}

static struct score compute(const struct metric_ops *ops,
                            const struct observation *observations,
                            size_t num,
                            const struct metric_params *params)
{
    struct score out = score_none();
    struct error err = { 0 };

    assert_int_equal(ops->compute(observations, num, params, &out, &err), 0);
    assert_int_equal(err.code, ERR_NONE);
    return out;
}

/* Five of each entry; answers right and wrong in turn. */
static struct observing *make_many(void)
{
    struct observing_row rows[ARRAY_LEN(entries) * 5];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        rows[i] = (struct observing_row)ROW(entries[i % ARRAY_LEN(entries)],
                                            1 + (int)(i * 7 / 3 % 6),
                                            (double)(i * 5 / 3 % 2));
    }
    return observing_create(rows, ARRAY_LEN(rows));
}

static int is_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

static void slots_are_filled(void **state)
{
    (void)state;
    assert_non_null(metric_kinds()[0]);
    for (size_t i = 0; metric_kinds()[i]; i++) {
        const struct metric_ops *ops = metric_kinds()[i];

        assert_true(ops->name && *ops->name);
        assert_true(ops->help && *ops->help);
        assert_true(ops->unit && *ops->unit);
        assert_true(ops->estimand && *ops->estimand);
        assert_true(ops->source && *ops->source);
        assert_true(ops->least < ops->most);
        assert_non_null(ops->compute);
    }
}

static void names_find_their_metric(void **state)
{
    (void)state;
    for (size_t i = 0; metric_kinds()[i]; i++) {
        assert_ptr_equal(metric_find(metric_kinds()[i]->name),
                         metric_kinds()[i]);
    }
    assert_null(metric_find("no_such"));
    assert_null(metric_find(""));
    assert_null(metric_find(NULL));
}

static void nothing_gives_no_value(void **state)
{
    (void)state;
    for (size_t i = 0; metric_kinds()[i]; i++) {
        for (int p = 0; p < NUM_PROFILES; p++) {
            const struct metric_params params = params_of(metric_kinds()[i], p);
            const struct score it =
                compute(metric_kinds()[i], NULL, 0, &params);

            assert_true(isnan(it.value));
            assert_true(isnan(it.low) && isnan(it.high));
            assert_true(isnan(it.within_low) && isnan(it.within_high));
            assert_true(isnan(it.se_items) && isnan(it.se_sampling));
            assert_int_equal(it.num, 0);
            assert_int_equal(it.num_skipped, 0);
        }
    }
}

/* Items without the fields, or with others than text and number in them;
 * parameters that are not given; labels that no evaluator has. */
static void odd_input_does_not_crash(void **state)
{
    static const char *const odd[] = {
        "{}",
        ("{\"source\":5,\"answer\":true,\"sex\":[],\"task\":{},\"index\":\"x\","
         "\"type\":null,\"shotType\":7,\"label\":{}}"),
        "{\"sex\":\"\",\"type\":\"\",\"shotType\":\"\",\"label\":\"\"}",
        "{\"sex\":\"f\",\"type\":\"original\",\"index\":1e300,\"label\":1e300}",
    };
    static const int said[] = { -1, 0, 1, 5, 63, 64, 1000, INT_MAX, INT_MIN };
    struct observing_row rows[ARRAY_LEN(odd) * ARRAY_LEN(said)];
    struct observing *it;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        rows[i] = (struct observing_row)ROW(odd[i % ARRAY_LEN(odd)],
                                            said[i / ARRAY_LEN(odd)],
                                            i % 3 ? 1 : OBSERVING_NONE);
    }
    it = observing_create(rows, ARRAY_LEN(rows));
    for (size_t i = 0; metric_kinds()[i]; i++) {
        for (int p = 0; p < NUM_PROFILES; p++) {
            const struct metric_ops *ops = metric_kinds()[i];
            struct metric_params params = params_of(ops, p);
            struct score out;
            struct sums sums;

            out = compute(ops, it->observations, it->num, &params);
            assert_true(out.num <= it->num && out.num_skipped <= it->num);
            assert_int_equal(
                sums_read(ops, it->observations, it->num, &params, &sums, NULL),
                0);
            sums_release(&sums);
            params = (struct metric_params){ .profile = (enum profile)p };
            out = compute(ops, it->observations, it->num, &params);
            assert_true(out.num <= it->num && out.num_skipped <= it->num);
        }
    }
    observing_destroy(it);
}

/* Verdicts without a finding are left out, and counted as such. */
static void what_was_not_judged_is_left_out(void **state)
{
    struct observing *it = make_many();

    (void)state;
    for (size_t i = 0; i < it->num; i++) {
        it->verdicts[i] = (struct verdict){ .state = STATE_BLOCKED,
                                            .label = LABEL_NONE,
                                            .value = OBSERVING_NONE };
    }
    for (size_t i = 0; metric_kinds()[i]; i++) {
        for (int p = 0; p < NUM_PROFILES; p++) {
            const struct metric_params params = params_of(metric_kinds()[i], p);
            const struct score out =
                compute(metric_kinds()[i], it->observations, it->num, &params);

            assert_true(isnan(out.value));
            assert_true(isnan(out.low) && isnan(out.high));
            assert_int_equal(out.num, 0);
            assert_int_equal(out.num_skipped, it->num);
        }
    }
    observing_destroy(it);
}

static void equal_input_gives_equal_scores(void **state)
{
    struct observing *it = make_many();

    (void)state;
    for (size_t i = 0; metric_kinds()[i]; i++) {
        for (int p = 0; p < NUM_PROFILES; p++) {
            const struct metric_ops *ops = metric_kinds()[i];
            const struct metric_params params = params_of(ops, p);
            const struct score a =
                compute(ops, it->observations, it->num, &params);
            const struct score b =
                compute(ops, it->observations, it->num, &params);

            if (isnan(a.value) || a.num == 0)
                fail_msg("%s has no value", ops->name);
            assert_true(a.value == b.value);
            assert_true(is_same(a.low, b.low) && is_same(a.high, b.high));
            assert_true(isnan(a.low) || a.low <= a.high);
            assert_true(isnan(a.low) == isnan(a.high));
        }
    }
    observing_destroy(it);
}

static void assert_same(const char *name, struct score a, struct score b)
{
    if (!is_same(a.value, b.value) || !is_same(a.low, b.low)
        || !is_same(a.high, b.high) || !is_same(a.within_low, b.within_low)
        || !is_same(a.within_high, b.within_high)
        || !is_same(a.se_items, b.se_items)
        || !is_same(a.se_sampling, b.se_sampling)
        || !is_same(a.se_judge, b.se_judge) || a.num != b.num
        || a.num_skipped != b.num_skipped)
        fail_msg("%s: %.17g [%.17g, %.17g], not %.17g [%.17g, %.17g]",
                 name,
                 b.value,
                 b.low,
                 b.high,
                 a.value,
                 a.low,
                 a.high);
}

static const char *const cluster_fields[] = { NULL, "sex", "sex,type", "no" };

/* Every metric in every profile, with every way to cluster. */
typedef void (*check_fn)(const struct metric_ops *ops,
                         const struct metric_params *params,
                         struct observing *it);

static void check_all(struct observing *it, check_fn check)
{
    for (size_t i = 0; metric_kinds()[i]; i++) {
        for (size_t k = 0; k < 2 * ARRAY_LEN(cluster_fields); k++) {
            struct metric_params params =
                params_of(metric_kinds()[i], (int)(k % 2));

            params.cluster = cluster_fields[k / 2];
            check(metric_kinds()[i], &params, it);
        }
    }
    observing_destroy(it);
}

/* Whatever order files, ranks and journals bring them in.  Values of many digits: sums depend on the order they are made in. */
static void check_order(const struct metric_ops *ops,
                        const struct metric_params *params,
                        struct observing *it)
{
    const struct score before = compute(ops, it->observations, it->num, params);
    struct observation turned[OBSERVING_MAX];

    for (size_t i = 0; i < it->num; i++)
        turned[i] = it->observations[i * 7 % it->num];
    assert_same(ops->name, before, compute(ops, turned, it->num, params));
    for (size_t i = 0; i < it->num; i++)
        turned[i] = it->observations[it->num - 1 - i];
    assert_same(ops->name, before, compute(ops, turned, it->num, params));
}

static void order_does_not_matter(void **state)
{
    struct observing *it = make_many();

    (void)state;
    check_all(it, check_order);
    it = make_many();
    for (size_t i = 0; i < it->num; i++)
        it->verdicts[i].value = i % 4 ? 1 / (double)(i + 3) : 1;
    check_all(it, check_order);
}

/* The parts of all entries add up to what makes the score's value; profile
 * paper may round it. */
static void check_sums(const struct metric_ops *ops,
                       const struct metric_params *params,
                       struct observing *it)
{
    const double rounding = params->profile == PROFILE_PAPER ? 6e-4 : 0;
    const struct score want = compute(ops, it->observations, it->num, params);
    double *totals;
    struct sums sums;
    double value;

    assert_int_equal(
        sums_read(ops, it->observations, it->num, params, &sums, NULL),
        0);
    assert_true((sums.num == 0) == ((ops->lacks & METRIC_NO_SUMS) != 0));
    totals = mem_alloc(sums.width, sizeof *totals);
    for (size_t i = 0; i < sums.num; i++) {
        for (size_t k = 0; k < sums.width; k++)
            totals[k] += sums.parts[i * sums.width + k];
        assert_true(!sums.strata || sums.strata[i] < sums.num_strata);
        assert_true(sums.items[i] < it->num);
    }
    value = sums_value(&sums, totals);
    /* of V the table's total stands for the clusters, as sums have none */
    if (sums.num > 0
        && (!params->cluster || strcmp(ops->name, "chi_square") != 0)
        && !(fabs(value - want.value) <= rounding + 1e-9))
        fail_msg("%s: %.17g of sums, %.17g", ops->name, value, want.value);
    assert_true((sums.clusters != NULL)
                == (params->cluster != NULL && sums.num > 0));
    free(totals);
    sums_release(&sums);
}

static void sums_make_the_value(void **state)
{
    (void)state;
    check_all(make_many(), check_sums);
}

static void check_bounds(const struct metric_ops *ops,
                         const struct metric_params *params,
                         struct observing *it)
{
    for (size_t num = 1; num <= it->num; num += num < 8 ? 1 : 11) {
        const struct score out = compute(ops, it->observations, num, params);

        assert_true(isnan(out.low) == isnan(out.high));
        assert_true(isnan(out.within_low) == isnan(out.within_high));
        assert_true(isnan(out.low) || !isnan(out.value));
        if (out.low > out.value || out.high < out.value
            || out.within_low > out.value || out.within_high < out.value)
            fail_msg("%s: %g is not in [%g, %g] and [%g, %g]",
                     ops->name,
                     out.value,
                     out.low,
                     out.high,
                     out.within_low,
                     out.within_high);
        assert_true(!(out.low < fmin(ops->least, out.value)));
        assert_true(!(out.high > fmax(ops->most, out.value)));
        assert_true(params->cluster || isnan(out.within_low));
        assert_true(isnan(out.se_items) && isnan(out.se_sampling));
    }
}

/* Also of one item and a few. */
static void intervals_hold_the_value(void **state)
{
    (void)state;
    check_all(make_many(), check_bounds);
}

/* Answers without any difference do not make a score certain. */
static void check_width(const struct metric_ops *ops,
                        const struct metric_params *params,
                        struct observing *it)
{
    const struct score out = compute(ops, it->observations, it->num, params);

    if (ops->lacks & 1u << params->profile) {
        assert_true(isnan(out.low));
        return;
    }
    if (isnan(out.value))
        return;
    /* a value of nothing, as the published rule has it */
    if (out.num == 0) {
        assert_true(isnan(out.low) && isnan(out.within_low));
        return;
    }
    if (!(out.low < out.high))
        fail_msg("%s has no width at %g", ops->name, out.value);
}

static void constant_answers_have_a_width(void **state)
{
    struct observing *it;

    (void)state;
    for (int constant = 0; constant < 2; constant++) {
        it = make_many();
        for (size_t i = 0; i < it->num; i++) {
            it->verdicts[i].value = constant;
            it->verdicts[i].label = 4 + constant * 2;
        }
        check_all(it, check_width);
    }
}

/* A judge's error belongs to the model's column, more items do not help. */
static void check_error(const struct metric_ops *ops,
                        const struct metric_params *params,
                        struct observing *it)
{
    struct score before;
    struct score after;

    for (size_t i = 0; i < it->num; i++)
        it->verdicts[i].error = 0;
    before = compute(ops, it->observations, it->num, params);
    for (size_t i = 0; i < it->num; i++)
        it->verdicts[i].error = 0.01;
    after = compute(ops, it->observations, it->num, params);
    assert_true(is_same(after.value, before.value));
    if (isnan(before.low) || ops->lacks & METRIC_NO_ERROR) {
        if (after.se_judge > 0)
            fail_msg("%s takes an error", ops->name);
        return;
    }
    assert_true(before.se_judge == 0 && after.se_judge > 0);
    if (!(after.low <= before.low && after.high >= before.high
          && after.high - after.low > before.high - before.low))
        fail_msg("%s: [%g, %g] with an error, [%g, %g] without",
                 ops->name,
                 after.low,
                 after.high,
                 before.low,
                 before.high);
}

static void errors_widen_the_interval(void **state)
{
    (void)state;
    check_all(make_many(), check_error);
}

/* Each of 30 items asked three times. */
static void check_repeats(const struct metric_ops *ops,
                          const struct metric_params *params,
                          struct observing *it)
{
    const struct score out = compute(ops, it->observations, it->num, params);

    check_order(ops, params, it);
    if (ops->lacks & METRIC_NO_SE)
        assert_true(isnan(out.se_items) && isnan(out.se_sampling));
    if (ops->lacks & METRIC_NO_SE || isnan(out.low))
        return;
    if (!(out.se_items >= 0 && out.se_sampling >= 0))
        fail_msg("%s: standard errors %g, %g",
                 ops->name,
                 out.se_items,
                 out.se_sampling);
}

static void repeats_have_two_errors(void **state)
{
    struct observing_row rows[90];

    (void)state;
    for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
        const uint32_t item = i / 3;

        rows[i] = (struct observing_row){
            .entry = entries[item % ARRAY_LEN(entries)],
            .label = 1 + (int)(i * 5 / 3 % 2 + 2 * (item % 3)),
            .value = (double)(i * 5 / 3 % 2),
            .repeat = i % 3,
            .index = 1 + item,
        };
    }
    check_all(observing_create(rows, ARRAY_LEN(rows)), check_repeats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_filled),
        cmocka_unit_test(names_find_their_metric),
        cmocka_unit_test(nothing_gives_no_value),
        cmocka_unit_test(odd_input_does_not_crash),
        cmocka_unit_test(what_was_not_judged_is_left_out),
        cmocka_unit_test(equal_input_gives_equal_scores),
        cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(sums_make_the_value),
        cmocka_unit_test(intervals_hold_the_value),
        cmocka_unit_test(constant_answers_have_a_width),
        cmocka_unit_test(errors_widen_the_interval),
        cmocka_unit_test(repeats_have_two_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
