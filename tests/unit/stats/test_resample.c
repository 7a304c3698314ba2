/* Paired resampling, ranks, percentiles. */
#include "base/mem.h"
#include "stats/quantile.h"
#include "stats/ranks.h"
#include "stats/resample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { UNITS = 200, WIDTH = 3, DRAWS = 4000 };

struct seen {
    double sums[DRAWS][WIDTH];
    size_t width; /* of what is summed */
    size_t num;
};

static struct seen *seen_create(void)
{
    struct seen *seen = mem_alloc(1, sizeof *seen);

    seen->width = WIDTH;
    return seen;
}

static void keep(void *context, size_t resample, const double *sums)
{
    struct seen *seen = context;

    assert_int_equal(resample, seen->num);
    memcpy(seen->sums[seen->num++], sums, seen->width * sizeof *sums);
}

/* Every unit adds 1 to sum 0, its number to sum 1, and to sum 2 if even. */
struct made {
    size_t starts[UNITS + 1];
    uint32_t places[UNITS * WIDTH];
    double values[UNITS * WIDTH];
    uint32_t strata[UNITS];
    struct resample_input input;
};

static struct made *make(uint64_t seed)
{
    struct made *it = mem_alloc(1, sizeof *it);
    size_t num = 0;

    for (size_t u = 0; u < UNITS; u++) {
        for (uint32_t k = 0; k < WIDTH - (u % 2); k++) {
            it->places[num] = k;
            it->values[num++] = k == 1 ? (double)u : 1;
        }
        it->starts[u + 1] = num;
        it->strata[u] = u < 50 ? 0 : 1;
    }
    it->input = (struct resample_input){ .num_units = UNITS,
                                         .width = WIDTH,
                                         .starts = it->starts,
                                         .places = it->places,
                                         .values = it->values,
                                         .seed = seed };
    return it;
}

static void test_sums_are_of_as_many_units(void **state)
{
    struct made *it = make(3);
    struct seen *seen = seen_create();
    double mean = 0;
    double square = 0;

    (void)state;
    resample_each(&it->input, DRAWS, keep, seen);
    assert_int_equal(seen->num, DRAWS);
    for (size_t i = 0; i < DRAWS; i++) {
        assert_true(seen->sums[i][0] == UNITS);
        mean += seen->sums[i][1] / UNITS / DRAWS;
    }
    for (size_t i = 0; i < DRAWS; i++)
        square += pow(seen->sums[i][1] / UNITS - mean, 2) / (DRAWS - 1);
    /* of 0 .. 199: mean 99.5, variance (n^2 - 1) / 12 / n */
    assert_true(fabs(mean - 99.5) < 0.3);
    assert_true(fabs(square - 16.67) < 1.5);
    free(seen);
    free(it);
}

static void test_strata_keep_their_size(void **state)
{
    struct made *it = make(3);
    struct seen *seen = seen_create();

    (void)state;
    /* sum 0 counts the first stratum only */
    for (size_t u = 50; u < UNITS; u++)
        it->values[it->starts[u]] = 0;
    it->input.strata = it->strata;
    resample_each(&it->input, 300, keep, seen);
    for (size_t i = 0; i < 300; i++)
        assert_true(seen->sums[i][0] == 50);
    free(seen);
    free(it);
}

static void test_a_seed_is_a_draw(void **state)
{
    struct made *it = make(3);
    struct made *other = make(4);
    struct seen *a = seen_create();
    struct seen *b = seen_create();

    (void)state;
    resample_each(&it->input, 100, keep, a);
    resample_each(&it->input, 100, keep, b);
    assert_memory_equal(a->sums, b->sums, 100 * sizeof a->sums[0]);
    /* what is summed does not change what is drawn */
    it->input.width = 2;
    b->width = 2;
    for (size_t u = 0; u < UNITS; u++)
        it->places[it->starts[u + 1] - 1] = 1;
    b->num = 0;
    resample_each(&it->input, 100, keep, b);
    for (size_t i = 0; i < 100; i++)
        assert_true(a->sums[i][0] == b->sums[i][0]);
    b->num = 0;
    b->width = WIDTH;
    resample_each(&other->input, 100, keep, b);
    assert_true(a->sums[0][1] != b->sums[0][1]
                || a->sums[1][1] != b->sums[1][1]);
    free(a);
    free(b);
    free(it);
    free(other);
}

static void test_ranks(void **state)
{
    const double values[] = { 0.5, (double)NAN, 0.9, 0.5, 0.1 };
    double ranks[5];

    (void)state;
    ranks_competition(values, 5, 1, ranks);
    assert_true(ranks[0] == 2 && ranks[2] == 1 && ranks[3] == 2);
    assert_true(ranks[4] == 4 && isnan(ranks[1]));
    ranks_competition(values, 5, -1, ranks);
    assert_true(ranks[4] == 1 && ranks[0] == 2 && ranks[2] == 4);
    ranks_average((const double[]){ 3, 1, 3, 2 }, 4, ranks);
    assert_true(ranks[0] == 3.5 && ranks[1] == 1 && ranks[2] == 3.5
                && ranks[3] == 2);
    ranks_competition(values, 0, 1, ranks);
}

/* Sorted, as each is compared with each. */
static void test_ranks_of_many(void **state)
{
    enum { MANY = 100 };
    double values[MANY];
    double ranks[MANY];

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        values[i] = i % 9 == 4 ? (double)NAN : (double)(i * 37 % 23);
    for (int way = -1; way <= 1; way += 2) {
        ranks_competition(values, MANY, way, ranks);
        for (size_t i = 0; i < MANY; i++) {
            double better = 0;

            for (size_t k = 0; k < MANY; k++)
                better += way * values[k] > way * values[i] ? 1 : 0;
            assert_true(isnan(values[i]) ? isnan(ranks[i])
                                         : ranks[i] == better + 1);
        }
    }
}

static void test_percentiles(void **state)
{
    double values[] = { 5, 1, 4, 2, 3 };
    const size_t counts[] = { 0, 1, 97, 2 };
    struct interval it;

    (void)state;
    it = quantile_interval(values, 5);
    assert_true(fabs(it.low - 1.1) < 1e-12 && fabs(it.high - 4.9) < 1e-12);
    assert_true(isnan(quantile_of(values, 0, 0.5)));
    assert_true(quantile_of_counts(counts, 4, 0.025) == 2);
    assert_true(quantile_of_counts(counts, 4, 0.01) == 1);
    assert_true(quantile_of_counts(counts, 4, 0.99) == 3);
    assert_true(isnan(quantile_of_counts(counts, 1, 0.5)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_are_of_as_many_units),
        cmocka_unit_test(test_strata_keep_their_size),
        cmocka_unit_test(test_a_seed_is_a_draw),
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_ranks_of_many),
        cmocka_unit_test(test_percentiles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
