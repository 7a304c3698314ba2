/* A mean put right by labels: by hand, and how often its intervals hold the
 * truth over made-up classifiers that err. */
#include "base/random.h"
#include "stats/powered.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { NUM = 400, RUNS = 1000 };

static void by_hand(void **state)
{
    /* 4 guessed yes, 6 guessed no; 2 of each looked at, one yes is wrong */
    static const double guesses[10] = { 1, 1, 1, 1 };
    static const uint32_t clusters[10] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    static const struct powered_label labels[] = { { 0, 0, 1 },
                                                   { 1, 0, 0 },
                                                   { 4, 1, 0 },
                                                   { 5, 1, 0 } };
    struct powered_stratum strata[] = { { 4, 2 }, { 6, 2 } };
    double weights[10];
    struct powered_input input = { 10,     guesses, weights, clusters, 10,
                                   strata, 2,       labels,  4 };
    struct powered it;

    (void)state;
    for (size_t i = 0; i < 10; i++)
        weights[i] = 0.1;
    it = powered_compute(&input);
    assert_float_equal(it.raw, 0.4, 1e-12);
    assert_float_equal(it.value, 0.2, 1e-12); /* 0.4 - 4 / 2 * 0.1 */
    assert_true(it.within.low < 0.2 && it.within.high > 0.2);
    assert_true(it.interval.low < 0.2 && it.interval.high > 0.2);
    strata[1].labelled = 0;
    input.num_labels = 2;
    assert_true(isnan(powered_compute(&input).value));
}

static void all_labelled_is_exact(void **state)
{
    static const double guesses[4] = { 1, 1, 0, 0 };
    static const uint32_t clusters[4] = { 0, 1, 2, 3 };
    static const double weights[4] = { 0.25, 0.25, 0.25, 0.25 };
    static const struct powered_label labels[] = { { 0, 0, 1 },
                                                   { 1, 0, 1 },
                                                   { 2, 0, 1 },
                                                   { 3, 0, 0 } };
    static const struct powered_stratum strata[] = { { 4, 4 } };
    const struct powered_input input = { 4,      guesses, weights, clusters, 4,
                                         strata, 1,       labels,  4 };
    const struct powered it = powered_compute(&input);

    (void)state;
    assert_float_equal(it.value, 0.75, 1e-12);
    assert_float_equal(it.within.low, 0.75, 1e-12);
    assert_float_equal(it.within.high, 0.75, 1e-12);
    assert_true(it.interval.high > it.value);
}

/* People say yes with `rate`; the classifier misses and invents some. */
struct making {
    double rate, missed, invented;
    uint64_t labelled; /* of each stratum */
};

struct covered {
    double all, within, raw, off;
};

static struct covered cover(const struct making *making, uint64_t *seed)
{
    struct covered out = { 0 };

    for (int run = 0; run < RUNS; run++) {
        double guesses[NUM], truth[NUM], weights[NUM], mean = 0;
        uint32_t clusters[NUM];
        struct powered_stratum strata[2] = { { 0, 0 }, { 0, 0 } };
        struct powered_label labels[NUM];
        size_t num = 0;

        for (uint32_t i = 0; i < NUM; i++) {
            truth[i] = random_unit(seed) < making->rate;
            guesses[i] = random_unit(seed) < (truth[i] > 0 ? making->missed
                                                           : making->invented)
                             ? 1 - truth[i]
                             : truth[i];
            weights[i] = 1.0 / NUM;
            clusters[i] = i;
            mean += truth[i] / NUM;
            strata[guesses[i] > 0].num++;
        }
        /* replies come in random order already: the first ones are a draw */
        for (size_t i = 0; i < NUM; i++) {
            const uint32_t h = guesses[i] > 0;

            if (strata[h].labelled < making->labelled) {
                strata[h].labelled++;
                labels[num++] = (struct powered_label){ i, h, truth[i] };
            }
        }
        const struct powered_input input = { NUM,      guesses, weights,
                                             clusters, NUM,     strata,
                                             2,        labels,  num };
        const struct powered it = powered_compute(&input);

        out.all +=
            it.interval.low <= making->rate && making->rate <= it.interval.high;
        out.within += it.within.low <= mean && mean <= it.within.high;
        out.raw += it.raw - mean;
        out.off += it.value - mean;
    }
    out.all /= RUNS;
    out.within /= RUNS;
    out.raw /= RUNS;
    out.off /= RUNS;
    return out;
}

static void intervals_cover(void **state)
{
    static const struct making designs[] = {
        { 0.5, 0.1, 0.1, 30 },  { 0.3, 0.02, 0.2, 30 }, { 0.9, 0.3, 0.1, 15 },
        { 0.1, 0.3, 0.05, 30 }, { 0.7, 0.05, 0, 8 },    { 0.5, 0, 0, 10 },
        { 0.5, 0.4, 0.4, 60 },
    };
    uint64_t seed = 5;
    int num_bad = 0;

    (void)state;
    for (size_t d = 0; d < sizeof designs / sizeof *designs; d++) {
        const struct covered it = cover(&designs[d], &seed);

        printf("rate %.2f missed %.2f invented %.2f labelled %2d: new %.3f "
               "these %.3f; raw off %+.3f, put right %+.4f\n",
               designs[d].rate,
               designs[d].missed,
               designs[d].invented,
               (int)designs[d].labelled,
               it.all,
               it.within,
               it.raw,
               it.off);
        num_bad += it.all < 0.93 || it.within < 0.93;
        num_bad += fabs(it.off) > 0.012;
    }
    assert_int_equal(num_bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(all_labelled_is_exact),
        cmocka_unit_test(intervals_cover),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
