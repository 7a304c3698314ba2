/* How often the intervals hold the truth, over data made with it: 95 %, and
 * never far less.  The designs are those of the benchmark: 13 attacks of 100
 * prompts, 40 templates of 14, 50 persons of 8, pairs.
 *
 * The bounds leave room for 1000 runs (three standard errors are 0.02).
 */
#include "tests/unit/stats/making.h"
#include "trustsweep/bug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { RUNS = 1000 };

static const struct making designs[] = {
    { 13, 100, 0.02, 0 },    { 13, 100, 0.02, 0.05 }, { 13, 100, 0.1, 0.2 },
    { 13, 100, 0.4, 0 },     { 13, 100, 0.4, 0.05 },  { 13, 100, 0.6, 0.2 },
    { 13, 100, 0.95, 0.05 }, { 5, 80, 0.3, 0.1 },     { 40, 14, 0.05, 0.05 },
    { 40, 14, 0.5, 0.2 },    { 50, 8, 0.1, 0.1 },     { 120, 2, 0.7, 0.3 },
};

struct covered {
    double all;
    double within;
};

static struct covered cover(const struct making *design, gsl_rng *rng)
{
    struct made made = made_create(design);
    const struct mean_input input = made_input(&made);
    struct covered covered = { 0 };

    for (int run = 0; run < RUNS; run++) {
        double mean = 0;
        struct mean it;

        made_fill(&made, design, rng);
        it = mean_compute(&input);
        for (size_t c = 0; c < design->num_clusters; c++)
            mean += made.means[c] / (double)design->num_clusters;
        covered.all +=
            it.interval.low <= design->mean && it.interval.high >= design->mean;
        covered.within += it.within.low <= mean && it.within.high >= mean;
    }
    made_release(&made);
    covered.all /= RUNS;
    covered.within /= RUNS;
    return covered;
}

static void intervals_cover(void **state)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int num_bad = 0;

    (void)state;
    printf("clusters  size  mean  alike   new    these\n");
    for (size_t i = 0; i < ARRAY_LEN(designs); i++) {
        const struct making *of = &designs[i];
        const struct covered it = cover(of, rng);
        const int is_bad = it.all < 0.93 || it.within < 0.93;

        printf("%8zu %5zu %5.2f %6.2f  %.3f  %.3f%s\n",
               of->num_clusters,
               of->size,
               of->mean,
               of->alike,
               it.all,
               it.within,
               is_bad ? "  too few" : "");
        num_bad += is_bad;
    }
    gsl_rng_free(rng);
    assert_int_equal(num_bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_cover),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
