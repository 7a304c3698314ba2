/* Statistics against SciPy's: reference.json, made by make_reference.py.  Exact
 * ones agree to 1e-9, resampled ones within their Monte Carlo error.  The
 * largest difference of each kind is printed. */
#include "base/json.h"
#include "base/mem.h"
#include "stats/bca.h"
#include "stats/correlation.h"
#include "stats/interval.h"
#include "stats/multiple.h"
#include "stats/permutation.h"
#include "stats/ranks.h"
#include "stats/shift.h"
#include "stats/sign_flip.h"
#include "stats/trend.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_BYTES = 4 << 20 };

static const double exact = 1e-9;

static struct cJSON *root;
static double largest;
static size_t num_compared;

static int set_up(void **state)
{
    struct error err = { 0 };

    (void)state;
    root = json_read("tests/golden/stats/reference.json", MAX_BYTES, &err);
    if (!root)
        print_error("%s\n", err.text);
    return root ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    json_free(root);
    return 0;
}

/* A list of numbers; null is NaN. */
static double *numbers(const struct cJSON *list, size_t *num)
{
    double *out = mem_alloc(json_count(list), sizeof *out);
    size_t i = 0;

    for (const struct cJSON *at = json_first(list); at; at = json_next(at))
        out[i++] = json_number(at);
    *num = i;
    return out;
}

static void expect(const char *what,
                   double ours,
                   const struct cJSON *theirs,
                   double allowed)
{
    const double want = json_number(theirs);

    assert_non_null(theirs);
    num_compared++;
    if (isnan(ours) != isnan(want)
        || (!isnan(want) && fabs(ours - want) > allowed))
        fail_msg("%s: %.17g, SciPy %.17g", what, ours, want);
    if (!isnan(want))
        largest = fmax(largest, fabs(ours - want));
}

static void begin(void)
{
    largest = 0;
    num_compared = 0;
}

static void end(const char *what, size_t least)
{
    printf("%-24s %4zu values, at most %.1e off\n",
           what,
           num_compared,
           largest);
    assert_true(num_compared >= least);
}

struct pair {
    double *x, *y;
    size_t num;
};

static struct pair pair_of(const struct cJSON *at)
{
    struct pair pair;
    size_t num;

    pair.x = numbers(json_member(at, "x"), &pair.num);
    pair.y = numbers(json_member(at, "y"), &num);
    assert_int_equal(num, pair.num);
    return pair;
}

static void pair_release(struct pair *pair)
{
    free(pair->x);
    free(pair->y);
}

static const struct {
    const char *name, *p;
    correlation_fn of;
} coefficients[] = {
    { "pearson", "pearson_p", correlation_pearson },
    { "spearman", "spearman_p", correlation_spearman },
    { "kendall", "kendall_p", correlation_kendall },
};

static void test_correlations(void **state)
{
    const struct cJSON *list = json_member(root, "correlations");

    (void)state;
    begin();
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        struct pair pair = pair_of(at);

        for (size_t k = 0; k < ARRAY_LEN(coefficients); k++) {
            const struct cJSON *p = json_member(at, coefficients[k].p);

            expect(coefficients[k].name,
                   coefficients[k].of(pair.x, pair.y, pair.num),
                   json_member(at, coefficients[k].name),
                   exact);
            if (pair.num > 7)
                continue;
            expect(coefficients[k].p,
                   permutation_correlation(coefficients[k].of,
                                           pair.x,
                                           pair.y,
                                           pair.num,
                                           1)
                       .p,
                   p,
                   exact);
        }
        pair_release(&pair);
    }
    end("correlations, exact p", 200);
}

struct bca_pair {
    const struct pair *pair;
    correlation_fn of;
};

static double of_chosen(const size_t *chosen, size_t num, const void *context)
{
    const struct bca_pair *it = context;
    double x[64], y[64];

    assert_true(num <= 64);
    for (size_t i = 0; i < num; i++) {
        x[i] = it->pair->x[chosen[i]];
        y[i] = it->pair->y[chosen[i]];
    }
    return it->of(x, y, num);
}

static void test_bca(void **state)
{
    const struct cJSON *list = json_member(root, "intervals");

    (void)state;
    begin();
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        struct pair pair = pair_of(at);

        for (size_t k = 0; k < 2; k++) {
            const struct cJSON *want = json_member(at, coefficients[k].name);
            const struct bca_pair it = { &pair, coefficients[k].of };
            const struct interval ours =
                bca_interval(of_chosen, &it, pair.num, NULL, 7);

            /* percentiles of 10,000 and 20,000 draws of few cases */
            expect("bca low", ours.low, json_element(want, 0), 0.04);
            expect("bca high", ours.high, json_element(want, 1), 0.02);
        }
        pair_release(&pair);
    }
    end("BCa intervals", 12);
}

/* An end lies between what 10,000 draws may give; null: none. */
static void expect_end(double ours,
                       const struct cJSON *range,
                       const struct pair *pair,
                       const char *name)
{
    const double least = json_number(json_element(range, 0));
    const double most = json_number(json_element(range, 1));

    num_compared++;
    if (json_count(range) == 0
            ? !isnan(ours)
            : !(ours >= least - exact && ours <= most + exact))
        fail_msg("BCa of %zu, %s: %.12g, not in [%.12g, %.12g]",
                 pair->num,
                 name,
                 ours,
                 least,
                 most);
}

/* Ties, constants, NaN and 0 to 13 cases, Kendall's too. */
static void test_small_bca(void **state)
{
    const struct cJSON *list = json_member(root, "small_intervals");

    (void)state;
    begin();
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        struct pair pair = pair_of(at);

        for (size_t k = 0; k < ARRAY_LEN(coefficients); k++) {
            const struct cJSON *want = json_member(at, coefficients[k].name);
            const struct bca_pair it = { &pair, coefficients[k].of };
            const struct interval ours =
                bca_interval(of_chosen, &it, pair.num, NULL, 7);

            expect_end(ours.low,
                       json_element(want, 0),
                       &pair,
                       coefficients[k].name);
            expect_end(ours.high,
                       json_element(want, 1),
                       &pair,
                       coefficients[k].name);
        }
        pair_release(&pair);
    }
    end("BCa intervals of few", 200);
}

static void test_groups(void **state)
{
    const struct cJSON *list = json_member(root, "groups");

    (void)state;
    begin();
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        const struct cJSON *want = json_member(at, "shift");
        size_t m, n;
        double *x = numbers(json_member(at, "x"), &m);
        double *y = numbers(json_member(at, "y"), &n);
        const struct shift shift = shift_hodges_lehmann(x, m, y, n);
        double values[32];
        bool is_first[32];

        expect("shift", shift.value, json_element(want, 0), exact);
        expect("shift low", shift.interval.low, json_element(want, 1), exact);
        expect("shift high", shift.interval.high, json_element(want, 2), exact);
        expect("level", shift.level, json_element(want, 3), exact);
        for (size_t i = 0; i < m + n; i++) {
            values[i] = i < m ? x[i] : y[i - m];
            is_first[i] = i < m;
        }
        if (json_member(at, "delta")) {
            expect("delta",
                   shift_cliff(x, m, y, n).value,
                   json_member(at, "delta"),
                   exact);
            expect("p",
                   permutation_groups(values, is_first, NULL, m + n, 1).p,
                   json_member(at, "p"),
                   exact);
        }
        free(x);
        free(y);
    }
    end("two groups", 150);
}

static void test_flips(void **state)
{
    const struct cJSON *list = json_member(root, "flips");

    (void)state;
    begin();
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        size_t num;
        double *parts = numbers(json_member(at, "parts"), &num);

        expect("sign flip",
               sign_flip_test(parts, num).p,
               json_member(at, "p"),
               exact);
        free(parts);
    }
    end("sign flips", 19);
}

static void compare_lists(const char *what,
                          const double *ours,
                          const struct cJSON *theirs)
{
    size_t i = 0;

    for (const struct cJSON *at = json_first(theirs); at; at = json_next(at))
        expect(what, ours[i++], at, exact);
}

static void test_multiples(void **state)
{
    const struct cJSON *list = json_member(root, "multiples");

    (void)state;
    begin();
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        size_t num;
        double *p = numbers(json_member(at, "p"), &num);
        double *out = mem_alloc(num, sizeof *out);

        multiple_holm(p, num, out);
        compare_lists("holm", out, json_member(at, "holm"));
        multiple_bh(p, num, out);
        compare_lists("bh", out, json_member(at, "bh"));
        multiple_bh(p, num, p); /* in place */
        compare_lists("bh", p, json_member(at, "bh"));
        free(p);
        free(out);
    }
    end("Holm, BH", 60);
}

static void test_ranks(void **state)
{
    const struct cJSON *list = json_member(root, "ranks");

    (void)state;
    begin();
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        size_t num;
        double *x = numbers(json_member(at, "x"), &num);
        double *out = mem_alloc(num, sizeof *out);

        ranks_competition(x, num, 1, out);
        compare_lists("high", out, json_member(at, "high"));
        ranks_competition(x, num, -1, out);
        compare_lists("low", out, json_member(at, "low"));
        if (json_is_array(json_member(at, "average"))) {
            ranks_average(x, num, out);
            compare_lists("average", out, json_member(at, "average"));
        }
        free(x);
        free(out);
    }
    end("ranks", 80);
}

static void test_trends(void **state)
{
    const struct cJSON *list = json_member(root, "trends");

    (void)state;
    begin();
    for (const struct cJSON *at = json_first(list); at; at = json_next(at)) {
        struct pair pair = pair_of(at);

        expect("slope",
               trend_of(pair.x, pair.y, pair.num, 1).slope,
               json_member(at, "slope"),
               exact);
        expect("pettitt",
               trend_change(pair.y, pair.num, 1).statistic,
               json_member(at, "pettitt"),
               exact);
        pair_release(&pair);
    }
    end("trends", 48);
}

static void test_shares(void **state)
{
    (void)state;
    begin();
    for (const struct cJSON *at = json_first(json_member(root, "shares")); at;
         at = json_next(at)) {
        const struct interval it =
            interval_wilson((uint64_t)json_member_number(at, "hits"),
                            (uint64_t)json_member_number(at, "num"));

        expect("Wilson, low", it.low, json_member(at, "low"), exact);
        expect("Wilson, high", it.high, json_member(at, "high"), exact);
    }
    end("Wilson's interval", 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_correlations), cmocka_unit_test(test_bca),
        cmocka_unit_test(test_small_bca),    cmocka_unit_test(test_groups),
        cmocka_unit_test(test_flips),        cmocka_unit_test(test_multiples),
        cmocka_unit_test(test_ranks),        cmocka_unit_test(test_trends),
        cmocka_unit_test(test_shares),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
