/* What a resample may and may not change. */
#include "stats/bootstrap.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NUM = 100 };

struct data {
    double values[NUM];
    uint32_t strata[NUM];
    uint64_t clusters[NUM];
};

/* Every second value is 1; four strata of 25; clusters of two neighbours. */
static void data_init(struct data *data)
{
    for (size_t i = 0; i < NUM; i++) {
        data->values[i] = (double)(i % 2);
        data->strata[i] = (uint32_t)(i / 25);
        data->clusters[i] = i / 2;
    }
}

static double mean(const size_t *picks, size_t num, const void *context)
{
    const struct data *data = context;
    double sum = 0;

    for (size_t i = 0; i < num; i++)
        sum += data->values[picks[i]];
    return sum / (double)num;
}

/* The share of the first stratum. */
static double first_share(const size_t *picks, size_t num, const void *context)
{
    const struct data *data = context;
    double hits = 0;

    for (size_t i = 0; i < num; i++)
        hits += data->strata[picks[i]] == 0;
    return hits / (double)num;
}

static double nan_if_first_is_odd(const size_t *picks,
                                  size_t num,
                                  const void *context)
{
    (void)num;
    (void)context;
    return picks[0] % 2 == 1 ? (double)NAN : 1;
}

static double nan_if_first_is_zero(const size_t *picks,
                                   size_t num,
                                   const void *context)
{
    (void)num;
    (void)context;
    return picks[0] == 0 ? (double)NAN : 1;
}

static void assert_none(struct interval interval)
{
    assert_true(isnan(interval.low) && isnan(interval.high));
}

/* Half of 100: the normal interval is 0.402 to 0.598. */
static void a_mean_has_the_known_width(void **state)
{
    const struct bootstrap input = { .num = NUM, .seed = 1 };
    struct data data;
    struct interval it;

    (void)state;
    data_init(&data);
    it = bootstrap_interval(&input, mean, &data);
    assert_true(it.low > 0.37 && it.low < 0.43);
    assert_true(it.high > 0.57 && it.high < 0.63);
}

static void a_seed_gives_one_interval(void **state)
{
    struct bootstrap input = { .num = NUM, .seed = 7 };
    struct data data;
    struct interval first;
    struct interval again;
    int num_other = 0;

    (void)state;
    data_init(&data);
    for (size_t i = 0; i < NUM; i++)
        data.values[i] = sqrt((double)i);
    first = bootstrap_interval(&input, mean, &data);
    again = bootstrap_interval(&input, mean, &data);
    assert_true(first.low == again.low && first.high == again.high);
    for (input.seed = 8; input.seed < 12; input.seed++)
        num_other += bootstrap_interval(&input, mean, &data).low != first.low;
    assert_int_equal(num_other, 4);
}

static void strata_keep_their_size(void **state)
{
    struct bootstrap input = { .num = NUM, .seed = 1 };
    struct data data;
    struct interval it;

    (void)state;
    data_init(&data);
    it = bootstrap_interval(&input, first_share, &data);
    assert_true(it.low < 0.25 && it.high > 0.25);
    input.strata = data.strata;
    it = bootstrap_interval(&input, first_share, &data);
    assert_true(it.low == 0.25 && it.high == 0.25);
}

/* A cluster holds a 0 and a 1: as a whole it cannot move the mean. */
static void clusters_stay_whole(void **state)
{
    struct data data;
    struct bootstrap input = { .num = NUM, .seed = 1 };
    struct interval it;

    (void)state;
    data_init(&data);
    input.clusters = data.clusters;
    it = bootstrap_interval(&input, mean, &data);
    assert_true(it.low == 0.5 && it.high == 0.5);
}

static void equal_clusters_of_two_strata_are_two(void **state)
{
    static const uint32_t strata[] = { 4, 9 };
    static const uint64_t clusters[] = { 3, 3 };
    const struct bootstrap input = { .num = 2,
                                     .strata = strata,
                                     .clusters = clusters,
                                     .seed = 1 };
    struct data data;
    struct interval it;

    (void)state;
    data_init(&data);
    it = bootstrap_interval(&input, mean, &data);
    assert_true(it.low == 0.5 && it.high == 0.5);
}

static void a_few_nans_are_left_out(void **state)
{
    const struct bootstrap input = { .num = NUM, .seed = 1 };
    struct interval it;

    (void)state;
    it = bootstrap_interval(&input, nan_if_first_is_zero, NULL);
    assert_true(it.low == 1 && it.high == 1);
    assert_none(bootstrap_interval(&input, nan_if_first_is_odd, NULL));
}

static void too_few_have_none(void **state)
{
    static const uint64_t clusters[NUM] = { 0 };
    struct data data;
    struct bootstrap input = { .seed = 1 };

    (void)state;
    data_init(&data);
    assert_none(bootstrap_interval(&input, mean, &data));
    input.num = 1;
    assert_none(bootstrap_interval(&input, mean, &data));
    input.num = NUM;
    input.clusters = clusters;
    assert_none(bootstrap_interval(&input, mean, &data));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_has_the_known_width),
        cmocka_unit_test(a_seed_gives_one_interval),
        cmocka_unit_test(strata_keep_their_size),
        cmocka_unit_test(clusters_stay_whole),
        cmocka_unit_test(equal_clusters_of_two_strata_are_two),
        cmocka_unit_test(a_few_nans_are_left_out),
        cmocka_unit_test(too_few_have_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
