/* What a resample may and may not change. */
#include "stats/bootstrap.h"
#include "trustsweep/bug.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NUM = 100, WIDTH = 3 };

/* Every second value is 1; four strata of 25; pairs of neighbours. */
struct data {
    double parts[NUM][WIDTH]; /* one, value, is of the first stratum */
    uint32_t own[NUM];
    uint32_t pairs[NUM];
    uint32_t strata[NUM];
};

static struct bootstrap data_init(struct data *data)
{
    for (size_t i = 0; i < NUM; i++) {
        data->parts[i][0] = 1;
        data->parts[i][1] = (double)(i % 2);
        data->parts[i][2] = i < 25;
        data->own[i] = (uint32_t)i;
        data->pairs[i] = (uint32_t)(i / 2);
        data->strata[i] = (uint32_t)(i / 25);
    }
    return (struct bootstrap){ .num = NUM,
                               .width = WIDTH,
                               .parts = data->parts[0],
                               .units = data->own,
                               .seed = 1 };
}

static double mean(const double *sums, const void *context)
{
    (void)context;
    return sums[1] / sums[0];
}

static double first_share(const double *sums, const void *context)
{
    (void)context;
    return sums[2] / sums[0];
}

/* Of less than half, and of less than a third: half of the resamples, and next
 * to none. */
static double nan_below(const double *sums, const void *context)
{
    const double *share = context;

    return sums[1] < *share * sums[0] ? (double)NAN : 1;
}

static void assert_none(struct interval interval)
{
    assert_true(isnan(interval.low) && isnan(interval.high));
}

/* Half of 100: the normal interval is 0.402 to 0.598. */
static void a_mean_has_the_known_width(void **state)
{
    struct data data;
    const struct bootstrap input = data_init(&data);
    const struct interval it = bootstrap_interval(&input, mean, NULL);

    (void)state;
    assert_true(it.low > 0.37 && it.low < 0.43);
    assert_true(it.high > 0.57 && it.high < 0.63);
}

/* 1, 2, 3, 4: t of 3 degrees is 3.18, so 0.645 / sqrt(3) * 3.18 * ... reaches
 * beyond what 95 % of the resamples hold (1.5 to 3.5). */
static void few_units_widen_it(void **state)
{
    static const double parts[][2] = { { 1, 1 }, { 1, 2 }, { 1, 3 }, { 1, 4 } };
    static const uint32_t units[] = { 0, 1, 2, 3 };
    const struct bootstrap input = { .num = 4,
                                     .width = 2,
                                     .parts = parts[0],
                                     .units = units,
                                     .seed = 1 };
    const struct interval it = bootstrap_interval(&input, mean, NULL);

    (void)state;
    assert_true(it.low < 1.3 && it.high > 3.7);
}

static void a_seed_gives_one_interval(void **state)
{
    struct data data;
    struct bootstrap input = data_init(&data);
    struct interval first;
    struct interval again;
    int num_other = 0;

    (void)state;
    for (size_t i = 0; i < NUM; i++)
        data.parts[i][1] = sqrt((double)i);
    first = bootstrap_interval(&input, mean, NULL);
    again = bootstrap_interval(&input, mean, NULL);
    assert_true(first.low == again.low && first.high == again.high);
    for (input.seed = 8; input.seed < 12; input.seed++)
        num_other += bootstrap_interval(&input, mean, NULL).low != first.low;
    assert_int_equal(num_other, 4);
}

static void strata_keep_their_size(void **state)
{
    struct data data;
    struct bootstrap input = data_init(&data);
    struct interval it = bootstrap_interval(&input, first_share, NULL);

    (void)state;
    assert_true(it.low < 0.25 && it.high > 0.25);
    input.strata = data.strata;
    it = bootstrap_interval(&input, first_share, NULL);
    assert_true(it.low == 0.25 && it.high == 0.25);
}

/* A pair holds a 0 and a 1: as a whole it cannot move the mean. */
static void units_stay_whole(void **state)
{
    struct data data;
    struct bootstrap input = data_init(&data);
    struct interval it;

    (void)state;
    input.units = data.pairs;
    it = bootstrap_interval(&input, mean, NULL);
    assert_true(it.low == 0.5 && it.high == 0.5);
}

/* Units and entries the other way round. */
static void order_and_numbers_do_not_matter(void **state)
{
    struct data data;
    struct data other;
    struct bootstrap input = data_init(&data);
    struct bootstrap turned = data_init(&other);
    struct interval a;
    struct interval b;

    (void)state;
    for (size_t i = 0; i < NUM; i++) {
        data.parts[i][1] = sqrt((double)i);
        other.parts[NUM - 1 - i][1] = sqrt((double)i);
        other.parts[NUM - 1 - i][2] = data.parts[i][2];
        other.strata[NUM - 1 - i] = data.strata[i];
    }
    input.strata = data.strata;
    turned.strata = other.strata;
    a = bootstrap_interval(&input, mean, NULL);
    b = bootstrap_interval(&turned, mean, NULL);
    assert_true(a.low < a.high);
    assert_true(a.low == b.low && a.high == b.high);
}

static void a_few_nans_are_left_out(void **state)
{
    static const double third = 1.0 / 3;
    static const double half = 0.5;
    struct data data;
    const struct bootstrap input = data_init(&data);
    const struct interval it = bootstrap_interval(&input, nan_below, &third);

    (void)state;
    assert_true(it.low == 1 && it.high == 1);
    assert_none(bootstrap_interval(&input, nan_below, &half));
}

static void too_few_have_none(void **state)
{
    static const uint32_t one[NUM] = { 0 };
    struct data data;
    struct bootstrap input = data_init(&data);

    (void)state;
    input.units = one;
    assert_none(bootstrap_interval(&input, mean, NULL));
    input.num = 1;
    assert_none(bootstrap_interval(&input, mean, NULL));
    input.num = 0;
    assert_none(bootstrap_interval(&input, mean, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_has_the_known_width),
        cmocka_unit_test(few_units_widen_it),
        cmocka_unit_test(a_seed_gives_one_interval),
        cmocka_unit_test(strata_keep_their_size),
        cmocka_unit_test(units_stay_whole),
        cmocka_unit_test(order_and_numbers_do_not_matter),
        cmocka_unit_test(a_few_nans_are_left_out),
        cmocka_unit_test(too_few_have_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
