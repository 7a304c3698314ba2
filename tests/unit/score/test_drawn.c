/* Correlation and tables whose entries are drawn together: intervals, and the
 * sums that they are made of. */
#include "score/sums.h"
#include "stats/bootstrap.h"
#include "stats/correlation.h"
#include "tests/unit/score/observing.h"

#include <limits.h>

enum { NUM_PAIRS = 12 };

/* Of sums of 1, x, y, xx, yy and xy. */
static double r_of_sums(const double *sums, const void *context)
{
    const double x = sums[3] - sums[1] * sums[1] / sums[0];
    const double y = sums[4] - sums[2] * sums[2] / sums[0];

    (void)context;
    if (x < 1e-9 || y < 1e-9)
        return (double)NAN;
    return fmax(-1,
                fmin(1, (sums[5] - sums[1] * sums[2] / sums[0]) / sqrt(x * y)));
}

static struct interval r_drawn(const double *said, const double *gold)
{
    double parts[NUM_PAIRS * 6];
    uint32_t units[NUM_PAIRS];
    double mean_x = 0;
    double mean_y = 0;
    const struct bootstrap input = { .num = NUM_PAIRS,
                                     .width = 6,
                                     .parts = parts,
                                     .units = units,
                                     .seed = 1 };

    for (size_t i = 0; i < NUM_PAIRS; i++) {
        mean_x += said[i] / NUM_PAIRS;
        mean_y += gold[i] / NUM_PAIRS;
    }
    for (size_t i = 0; i < NUM_PAIRS; i++) {
        const double x = said[i] - mean_x;
        const double y = gold[i] - mean_y;
        const double part[6] = { 1, x, y, x * x, y * y, x * y };

        memcpy(&parts[i * 6], part, sizeof part);
        units[i] = (uint32_t)(i / 2);
    }
    return bootstrap_interval(&input, r_of_sums, &input);
}

/* Repeats are resampled with their item, and no surer than Fisher's interval for
 * as many pairs of numbers as there are items. */
static void pearson_of_repeats(void **state)
{
    static const char *const entries[] = { "{\"label\":1}", "{\"label\":2}",
                                           "{\"label\":3}", "{\"label\":4}",
                                           "{\"label\":5}", "{\"label\":7}" };
    static const double said[][NUM_PAIRS] = {
        { 1, 2, 2, 2, 3, 4, 4, 3, 5, 5, 6, 8 }, /* narrow */
        { 1, 1, 5, 5, 2, 3, 3, 3, 8, 8, 5, 5 },
        { 7, 7, 1, 2, 2, 3, 3, 3, 8, 8, 2, 2 }, /* wide */
    };
    const struct metric_params params = { .seed = 1 };
    int num_narrow = 0;

    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(said); k++) {
        struct observing_row rows[NUM_PAIRS];
        double gold[NUM_PAIRS];
        struct interval fisher;
        struct interval drawn;
        struct score it;

        for (uint32_t i = 0; i < NUM_PAIRS; i++) {
            rows[i] = (struct observing_row){ entries[i / 2],
                                              1,
                                              said[k][i],
                                              i % 2,
                                              1 + i / 2 };
            gold[i] = i / 2 == 5 ? 7 : 1 + i / 2;
        }
        it = observing_score("pearson", rows, NUM_PAIRS, &params);
        observing_near(it.value, correlation_pearson(said[k], gold, NUM_PAIRS));
        fisher = interval_fisher(it.value, NUM_PAIRS / 2);
        drawn = r_drawn(said[k], gold);
        observing_near(it.low, fmin(fisher.low, drawn.low));
        observing_near(it.high, fmax(fisher.high, drawn.high));
        num_narrow += fisher.low < drawn.low;
        assert_true(it.se_items >= 0 && it.se_sampling > 0);
        assert_true(k == 0 || (it.se_items > 0.1 && it.se_items < 1));
        assert_true(it.se_sampling < 0.2);
        assert_true(isnan(it.se_judge));
        assert_true(isnan(it.within_low) && isnan(it.within_high));
        assert_int_equal(it.num, NUM_PAIRS);
    }
    assert_true(num_narrow > 0 && num_narrow < (int)ARRAY_LEN(said));
}

/* All on a line, so that no resample differs and Fisher has no interval. */
static void pearson_of_a_line(void **state)
{
    static const char *const entries[] = { "{\"label\":1}",
                                           "{\"label\":2}",
                                           "{\"label\":4}",
                                           "{\"label\":5}" };
    const struct interval one =
        interval_wilson_effective(1, 4, interval_quantile(3));
    const struct metric_params params = { .seed = 1 };
    struct observing_row rows[8];
    struct score it;

    (void)state;
    for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
        rows[i] = (struct observing_row){ entries[i / 2],
                                          1,
                                          entries[i / 2][9] - '0',
                                          i % 2,
                                          1 + i / 2 };
    }
    it = observing_score("pearson", rows, ARRAY_LEN(rows), &params);
    observing_near(it.value, 1);
    observing_near(it.low, -1 + 2 * one.low);
    observing_near(it.high, 1);
}

/* Of two points: -1 or 1, whatever is rounded. */
static void expect_two_points_bounded(const struct sums *sums)
{
    for (int i = 1; i < 200; i++) {
        double two[6] = { 0 };

        for (size_t k = 0; k < 6; k++)
            two[k] = i * sums->parts[k] + 3 * sums->parts[18 + k];
        assert_true(sums_value(sums, two) >= -1);
        for (size_t k = 0; k < 6; k++)
            two[k] = i * sums->parts[k] + 7 * sums->parts[6 + k];
        assert_true(sums_value(sums, two) <= 1);
    }
}

/* What rounding leaves of a constant is no series, what differs little is. */
static void pearson_of_sums(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{\"label\":1}", 1, 50),
        ROW("{\"label\":2}", 1, 50.5),
        ROW("{\"label\":4}", 1, 50.25),
        ROW("{\"label\":5}", 1, 49),
    };
    /* one of the two, or both, that do not differ but for what is rounded */
    static const double flat[][6] = { { 2, 0, 0, 0, 0, 0 },
                                      { 2, 0, 0, 1, 0, 0 },
                                      { 2, 0, 0, 0, 1, 0 },
                                      { 3, 3e5, 6, 3e10 + 3e-4, 14, 6e5 + 1 },
                                      { 3, 6, 3e5, 14, 3e10 + 3e-4, 6e5 + 1 } };
    struct sums sums = { 0 };
    const struct metric_params params = { .seed = 1 };
    struct observing *it = observing_create(rows, ARRAY_LEN(rows));
    double same[6] = { 0 };
    double twice[6] = { 0 };
    double all[6] = { 0 };

    (void)state;
    assert_int_equal(sums_read(metric_find("pearson"),
                               it->observations,
                               it->num,
                               &params,
                               &sums,
                               NULL),
                     0);
    assert_int_equal(sums.num, 4);
    assert_int_equal(sums.width, 6);
    assert_int_equal(sums.num_strata, 1);
    assert_int_equal(sums.strata[0], 0);
    for (size_t i = 0; i < ARRAY_LEN(flat); i++)
        assert_true(isnan(sums_value(&sums, flat[i])));
    for (size_t k = 0; k < 6; k++) {
        same[k] = 3 * sums.parts[k];
        twice[k] = sums.parts[k] + sums.parts[6 + k];
        for (size_t i = 0; i < 4; i++)
            all[k] += sums.parts[i * 6 + k];
    }
    assert_true(fabs(all[1]) < 1e-9 && fabs(all[2]) < 1e-9);
    assert_true(isnan(sums_value(&sums, same)));
    observing_near(sums_value(&sums, twice), 1);
    observing_near(
        sums_value(&sums, all),
        observing_score("pearson", rows, ARRAY_LEN(rows), &params).value);
    expect_two_points_bounded(&sums);
    sums_release(&sums);
    assert_int_equal(sums.num, 0);
    assert_null(sums.parts);
    observing_destroy(it);
}

/* The table again as sums, by profile. */
static void chi_square_of_sums(void **state)
{
    static const char *const labels[] = { "", "A", "B", "C", NULL };
    static const int counts[2][3] = { { 9, 4, 2 }, { 3, 5, 8 } };
    struct observing_row rows[40];
    struct metric_params params = { .labels = labels,
                                    .field = "sex",
                                    .seed = 1 };
    struct observing *it;
    size_t num = 0;

    (void)state;
    for (int s = 0; s < 2; s++) {
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < counts[s][k]; i++) {
                rows[num++] = (struct observing_row)ROW(s ? "{\"sex\":\"f\"}"
                                                          : "{\"sex\":\"m\"}",
                                                        k + 1,
                                                        k + 1);
            }
        }
    }
    it = observing_create(rows, num);
    for (int p = 0; p < NUM_PROFILES; p++) {
        struct sums sums = { 0 };
        double totals[8] = { 0 };

        params.profile = (enum profile)p;
        assert_int_equal(sums_read(metric_find("chi_square"),
                                   it->observations,
                                   num,
                                   &params,
                                   &sums,
                                   NULL),
                         0);
        assert_int_equal(sums.width, 8);
        assert_int_equal(sums.num_strata, 1);
        assert_null(sums.strata);
        for (size_t i = 0; i < sums.num; i++) {
            for (size_t k = 0; k < 8; k++)
                totals[k] += sums.parts[i * 8 + k];
        }
        for (size_t k = 0; k < 8; k++)
            assert_true(totals[k]
                        == (k % 4 ? counts[1 - k / 4][k % 4 - 1] : 0));
        observing_near(sums_value(&sums, totals),
                       observing_score("chi_square", rows, num, &params).value);
        sums_release(&sums);
    }
    observing_destroy(it);
}

/* A label behind the evaluator's list is in no column of the sums. */
static void chi_square_of_other_labels(void **state)
{
    static const char *const labels[] = { "", "A", "B", NULL };
    static const struct observing_row rows[] = {
        ROW("{\"sex\":\"f\"}", 2, 1),
        ROW("{\"sex\":\"f\"}", 3, 1),
        ROW("{\"sex\":\"m\"}", 4, 1),
        ROW("{\"sex\":\"m\"}", 1, 1),
    };
    static const double wants[6] = { 0, 0, 1, 0, 1, 0 };
    struct sums sums = { 0 };
    const struct metric_params params = { .labels = labels,
                                          .field = "sex",
                                          .seed = 1 };
    struct observing *it = observing_create(rows, ARRAY_LEN(rows));

    (void)state;
    assert_int_equal(sums_read(metric_find("chi_square"),
                               it->observations,
                               it->num,
                               &params,
                               &sums,
                               NULL),
                     0);
    assert_int_equal(sums.width, 6);
    for (size_t k = 0; k < 6; k++) {
        double total = 0;

        for (size_t i = 0; i < sums.num; i++)
            total += sums.parts[i * 6 + k];
        assert_true(total == wants[k]);
    }
    sums_release(&sums);
    observing_destroy(it);
}

/* Its table has places for 64 labels, more than any evaluator has; whoever gives
 * it another one gets no score of it, and nothing is written behind the table. */
static void chi_square_has_a_bound(void **state)
{
    static const struct observing_row rows[] = {
        ROW("{\"sex\":\"f\"}", 1, 1),       ROW("{\"sex\":\"m\"}", 63, 1),
        ROW("{\"sex\":\"f\"}", 1, 1),       ROW("{\"sex\":\"m\"}", 63, 1),
        ROW("{\"sex\":\"f\"}", 64, 1),      ROW("{\"sex\":\"f\"}", INT_MAX, 1),
        ROW("{\"sex\":\"m\"}", INT_MIN, 1),
    };
    const struct metric_params params = { .field = "sex", .seed = 1 };
    struct score it;

    (void)state;
    it = observing_score("chi_square", rows, ARRAY_LEN(rows), &params);
    assert_int_equal(it.num, 4);
    assert_int_equal(it.num_skipped, 3);
    observing_near(it.value,
                   observing_score("chi_square", rows, 4, &params).value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pearson_of_repeats),
        cmocka_unit_test(pearson_of_a_line),
        cmocka_unit_test(pearson_of_sums),
        cmocka_unit_test(chi_square_of_sums),
        cmocka_unit_test(chi_square_of_other_labels),
        cmocka_unit_test(chi_square_has_a_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
