/* The value of a function of sums, its intervals and its errors, held against
 * the bootstrap and the variance that they are made of. */
#include "score/statistic.h"
#include "score/sums.h"
#include "stats/bootstrap.h"
#include "stats/variance.h"
#include "tests/unit/score/observing.h"

enum { MAX = 24, WIDTH = 2 };

/* A share: the second sum by the first. */
static void add(const struct sample *sample,
                const struct sample_entry *entry,
                double *parts)
{
    assert_non_null(sample->params);
    parts[0] = 1 + entry->b;
    parts[1] = entry->a;
}

static double value(const double *sums, const void *context)
{
    assert_non_null(context);
    return sums[0] > 0 ? sums[1] / sums[0] : (double)NAN;
}

static const struct statistic share = { .width = WIDTH,
                                        .add = add,
                                        .value = value,
                                        .most = 1 };

struct given {
    uint32_t group;
    size_t index;
    uint32_t repeat;
    double a;
    double b;
    double error;
};

/* Entries must come in the order that a sample puts them in. */
static void fill(struct sample *sample,
                 const struct metric_params *params,
                 const struct given *given,
                 size_t num)
{
    sample_init(sample, params);
    sample_fix_groups(sample, 2);
    for (size_t i = 0; i < num; i++) {
        const struct item item = { .task = "a/b", .index = given[i].index };
        const struct verdict verdict = { .error = given[i].error };
        const struct observation one = { &item, &verdict, given[i].repeat };

        sample_add(sample, given[i].group, &one, given[i].a, given[i].b);
    }
    sample_finish(sample);
    for (size_t i = 0; i < num; i++)
        assert_int_equal(sample->entries[i].item, given[i].index);
}

/* The parts of given entries. */
static void make_parts(const struct given *given, size_t num, double *parts)
{
    for (size_t i = 0; i < num; i++) {
        parts[i * WIDTH] = 1 + given[i].b;
        parts[i * WIDTH + 1] = given[i].a;
    }
}

static struct interval drawn(const struct given *given,
                             size_t num,
                             const uint32_t *units,
                             const uint32_t *strata)
{
    double parts[MAX * WIDTH];
    const struct bootstrap input = {
        .num = num,
        .width = WIDTH,
        .parts = parts,
        .units = units,
        .strata = strata,
        .seed = 3,
    };

    make_parts(given, num, parts);
    return bootstrap_interval(&input, value, &input);
}

static const struct given mixed[] = {
    { 0, 0, 0, 1, 0, 0.1 },  { 0, 1, 0, 0, 0, 0.1 },  { 0, 2, 0, 1, 1, 0.1 },
    { 0, 3, 0, 1, 0, 0.1 },  { 1, 4, 0, 0, 0, 0.04 }, { 1, 5, 0, 0, 2, 0.04 },
    { 1, 6, 0, 1, 0, 0.04 }, { 1, 7, 0, 0, 0, 0.04 },
};

static const uint32_t items[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
static const uint32_t groups[] = { 0, 0, 0, 0, 1, 1, 1, 1 };

static void is_interval(struct interval want, double low, double high)
{
    observing_near(low, want.low);
    observing_near(high, want.high);
}

/* Items are drawn within their group, unless groups are no strata. */
static void groups_are_strata(void **state)
{
    const struct metric_params params = { .seed = 3 };
    struct given sure[ARRAY_LEN(mixed)];
    struct statistic whole = share;
    struct sample sample;
    struct score out = score_none();

    (void)state;
    memcpy(sure, mixed, sizeof sure);
    for (size_t i = 0; i < ARRAY_LEN(sure); i++)
        sure[i].error = 0;
    fill(&sample, &params, sure, ARRAY_LEN(sure));
    statistic_score(&sample, &share, &out);
    observing_near(out.value, 4.0 / 11);
    assert_int_equal(out.num, 8);
    is_interval(drawn(sure, 8, items, groups), out.low, out.high);
    assert_true(out.low < out.value && out.value < out.high);
    assert_true(out.se_judge == 0);
    assert_true(isnan(out.within_low) && isnan(out.within_high));
    assert_true(isnan(out.se_items) && isnan(out.se_sampling));
    whole.is_whole = true;
    statistic_score(&sample, &whole, &out);
    is_interval(drawn(sure, 8, items, NULL), out.low, out.high);
    sample_release(&sample);
}

/* An item with entries in both groups cannot be drawn within one. */
static void an_item_of_two_groups_has_no_stratum(void **state)
{
    static const struct given given[] = {
        { 0, 0, 0, 1, 0, 0 }, { 1, 0, 0, 0, 0, 0 }, { 0, 1, 0, 0, 0, 0 },
        { 0, 2, 0, 1, 1, 0 }, { 1, 3, 0, 1, 0, 0 }, { 1, 4, 0, 0, 0, 0 },
    };
    static const uint32_t units[] = { 0, 0, 1, 2, 3, 4 };
    const struct metric_params params = { .seed = 3 };
    struct sample sample;
    struct score out = score_none();

    (void)state;
    fill(&sample, &params, given, ARRAY_LEN(given));
    statistic_score(&sample, &share, &out);
    is_interval(drawn(given, ARRAY_LEN(given), units, NULL), out.low, out.high);
    sample_release(&sample);
}

/* What judges are off by widens the interval, each group's with equal weight;
 * cut at the ends of the statistic's range. */
static void errors_widen_up_to_the_range(void **state)
{
    const struct metric_params params = { .seed = 3 };
    struct statistic narrow = share;
    struct sample sample;
    struct score out = score_none();
    struct interval want;

    (void)state;
    fill(&sample, &params, mixed, ARRAY_LEN(mixed));
    statistic_score(&sample, &share, &out);
    observing_near(out.se_judge, 0.07);
    want = drawn(mixed, 8, items, groups);
    want = interval_widen(want, out.value, 0.07, 0, 1);
    is_interval(want, out.low, out.high);
    assert_true(want.low > 0 || want.high < 1);
    narrow.least = 0.3;
    narrow.most = 0.4;
    statistic_score(&sample, &narrow, &out);
    is_interval((struct interval){ 0.3, 0.4 }, out.low, out.high);
    /* the value stays inside even where it is out of range */
    narrow.least = 0.5;
    narrow.most = 0.6;
    statistic_score(&sample, &narrow, &out);
    is_interval((struct interval){ 4.0 / 11, 0.6 }, out.low, out.high);
    narrow.least = 0.1;
    narrow.most = 0.2;
    statistic_score(&sample, &narrow, &out);
    is_interval((struct interval){ 0.1, 4.0 / 11 }, out.low, out.high);
    sample_release(&sample);
}

/* All alike: Wilson's interval for as many answers as there are items, on the
 * range of the statistic. */
static void equal_answers_have_a_width(void **state)
{
    static const struct given given[] = {
        { 0, 0, 0, 1, 0, 0 }, { 0, 0, 1, 1, 0, 0 }, { 0, 1, 0, 1, 0, 0 },
        { 1, 2, 0, 1, 0, 0 }, { 1, 3, 0, 1, 0, 0 }, { 1, 3, 1, 1, 0, 0 },
        { 1, 4, 0, 1, 0, 0 },
    };
    static const double ranges[][2] = { { 0, 1 },
                                        { -1, 1 },
                                        { 0, 4 },
                                        { 1.5, 2 },
                                        { -1, 0.5 } };
    const struct metric_params params = { .seed = 3 };
    struct sample sample;

    (void)state;
    fill(&sample, &params, given, ARRAY_LEN(given));
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        const double least = ranges[i][0];
        const double width = ranges[i][1] - least;
        const double share_of = fmax(0, fmin(1, (1 - least) / width));
        const struct interval wilson =
            interval_wilson_effective(share_of, 5, interval_quantile(4));
        struct statistic of = share;
        struct score out = score_none();

        of.least = least;
        of.most = least + width;
        statistic_score(&sample, &of, &out);
        observing_near(out.value, 1);
        observing_near(out.low, fmin(1, least + width * wilson.low));
        observing_near(out.high, fmax(1, least + width * wilson.high));
    }
    sample_release(&sample);
}

/* se_sampling of how an item's repeats differ, se_items of the rest. */
static void repeats_split_the_error(void **state)
{
    static const struct given given[] = {
        { 0, 0, 0, 1, 0, 0 }, { 0, 0, 1, 0, 0, 0 }, { 0, 1, 0, 1, 0, 0 },
        { 0, 1, 1, 1, 0, 0 }, { 1, 2, 0, 0, 0, 0 }, { 1, 2, 1, 0, 0, 0 },
        { 1, 3, 0, 1, 0, 0 }, { 1, 3, 1, 1, 0, 0 }, { 1, 4, 0, 0, 0, 0 },
        { 1, 4, 1, 1, 0, 0 },
    };
    static const uint32_t units[] = { 0, 0, 1, 1, 2, 2, 3, 3, 4, 4 };
    static const uint32_t asks[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    static const uint32_t strata[] = { 0, 0, 0, 0, 1, 1, 1, 1, 1, 1 };
    const size_t num = ARRAY_LEN(given);
    const struct metric_params params = { .seed = 3 };
    double influences[ARRAY_LEN(given)];
    double sampling;
    struct sample sample;
    struct score out = score_none();

    (void)state;
    for (size_t i = 0; i < num; i++) /* of a mean: what it is off it, shared */
        influences[i] = (given[i].a - 0.6) / (double)num;
    sampling = variance_of_sampling(influences, units, asks, num);
    fill(&sample, &params, given, num);
    statistic_score(&sample, &share, &out);
    observing_near(out.value, 0.6);
    assert_true(fabs(out.se_sampling - sqrt(sampling)) < 1e-6);
    assert_true(
        fabs(out.se_items
             - sqrt(variance_of_sum(influences, units, strata, num).value
                    - sampling))
        < 1e-6);
    assert_true(out.se_items > 0.05 && out.se_sampling > 0.05);
    sample_release(&sample);
}

static void what_lacks_a_part_has_no_value(void **state)
{
    struct metric_params params = { .seed = 3 };
    struct statistic never = share;
    struct sample sample;
    struct score out = score_none();

    (void)state;
    fill(&sample, &params, mixed, ARRAY_LEN(mixed));
    sample.lacks_part = true;
    statistic_score(&sample, &share, &out);
    assert_true(isnan(out.value) && isnan(out.low));
    assert_int_equal(out.num, 8);
    sample.lacks_part = false;
    params.no_intervals = true;
    statistic_score(&sample, &share, &out);
    observing_near(out.value, 4.0 / 11);
    assert_true(isnan(out.low) && isnan(out.high) && isnan(out.se_judge));
    sample_release(&sample);
    never.value = NULL;
    params.no_intervals = false;
    fill(&sample, &params, mixed, 0);
    out = score_none();
    statistic_score(&sample, &never, &out); /* nothing to ask it for */
    assert_true(isnan(out.value));
    sample_release(&sample);
}

/* Clusters for the interval, items within them for the other one. */
static void clusters_are_drawn_whole(void **state)
{
    static const char *const entries[] = { "{\"c\":\"p\"}",
                                           "{\"c\":\"q\"}",
                                           "{\"c\":\"r\"}" };
    const struct metric_params params = { .cluster = "c", .seed = 3 };
    struct given ordered[12];
    uint32_t units[12];
    uint32_t clusters[12];
    struct sample sample;
    struct score out = score_none();

    (void)state;
    sample_init(&sample, &params);
    sample_fix_groups(&sample, 1);
    for (size_t i = 0; i < 12; i++) {
        struct cJSON *entry =
            json_parse(entries[i % 3], strlen(entries[0]), "item", NULL);
        const struct item item = { .task = "a/b", .index = i, .entry = entry };
        const struct verdict verdict = { .error = 0 };
        const struct observation one = { &item, &verdict, 0 };

        sample_add(&sample, 0, &one, (double)(i % 3 == 0 || i == 4), 0);
        json_free(entry);
    }
    sample_finish(&sample);
    for (size_t i = 0; i < 12; i++) {
        ordered[i] = (struct given){ .a = sample.entries[i].a };
        units[i] = (uint32_t)i;
        clusters[i] = (uint32_t)(i / 4);
    }
    statistic_score(&sample, &share, &out);
    observing_near(out.value, 5.0 / 12);
    is_interval(drawn(ordered, 12, clusters, NULL), out.low, out.high);
    is_interval(drawn(ordered, 12, units, clusters),
                out.within_low,
                out.within_high);
    assert_true(out.high - out.low > out.within_high - out.within_low);
    sample_release(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_strata),
        cmocka_unit_test(an_item_of_two_groups_has_no_stratum),
        cmocka_unit_test(errors_widen_up_to_the_range),
        cmocka_unit_test(equal_answers_have_a_width),
        cmocka_unit_test(repeats_split_the_error),
        cmocka_unit_test(what_lacks_a_part_has_no_value),
        cmocka_unit_test(clusters_are_drawn_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
