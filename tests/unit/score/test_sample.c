/* What a metric keeps of its observations: in which order, numbered how. */
#include "score/sample.h"
#include "tests/unit/score/observing.h"

static struct cJSON *parse(const char *text)
{
    struct cJSON *entry = json_parse(text, strlen(text), "item", NULL);

    assert_non_null(entry);
    return entry;
}

/* One entry to be added. */
struct given {
    const char *entry;
    size_t index;
    uint32_t repeat;
    double a;
    double b;
    double error;
};

/* Added in that order, in groups by the field "g". */
static void fill(struct sample *sample,
                 const struct metric_params *params,
                 const struct given *given,
                 size_t num)
{
    sample_init(sample, params);
    for (size_t i = 0; i < num; i++) {
        struct cJSON *entry = parse(given[i].entry);
        const struct item item = { .task = "a/b",
                                   .index = given[i].index,
                                   .entry = entry };
        const struct verdict verdict = { .error = given[i].error };
        const struct observation one = { &item, &verdict, given[i].repeat };

        sample_add(sample,
                   sample_group(sample, &item, "g"),
                   &one,
                   given[i].a,
                   given[i].b);
        json_free(entry);
    }
    sample_finish(sample);
    assert_int_equal(sample->num, num);
}

/* By item, repeat, group, a and b; groups by name. */
static void entries_are_ordered_and_numbered(void **state)
{
    static const struct given given[] = {
        { "{\"g\":\"y\"}", 7, 0, 1, 5, 0.5 },
        { "{\"g\":\"x\"}", 7, 0, 1, 4, 0.4 },
        { "{\"g\":\"x\"}", 7, 1, 0, 0, 0 },
        { "{\"g\":\"x\"}", 2, 2, 0, 0, 0 },
        { "{\"g\":\"x\"}", 7, 0, 0, 9, 0.9 },
        { "{\"g\":\"x\"}", 7, 0, 1, 3, 0.3 },
        { "{\"g\":\"w\"}", 9, 0, 0, 0, 0 },
        { "{\"g\":\"x\"}", 7, 0, 1, 6, 0.6 },
        { "{\"g\":\"x\"}", 12, 0, 0, 0, 0 },
        { "{\"g\":\"y\"}", 12, 0, 0, 0, 0 },
    };
    static const struct {
        size_t item;
        uint32_t repeat;
        double a;
        double b;
        uint32_t group;
        uint32_t item_at;
        uint32_t ask_at;
    } wants[] = {
        { 2, 2, 0, 0, 1, 0, 0 },  { 7, 0, 0, 9, 1, 1, 1 },
        { 7, 0, 1, 3, 1, 1, 1 },  { 7, 0, 1, 4, 1, 1, 1 },
        { 7, 0, 1, 6, 1, 1, 1 },  { 7, 0, 1, 5, 2, 1, 1 },
        { 7, 1, 0, 0, 1, 1, 2 },  { 9, 0, 0, 0, 0, 2, 3 },
        { 12, 0, 0, 0, 1, 3, 4 }, { 12, 0, 0, 0, 2, 3, 4 },
    };
    const struct metric_params params = { .seed = 1 };
    struct sample sample;

    (void)state;
    fill(&sample, &params, given, ARRAY_LEN(given));
    assert_int_equal(sample.num_groups, 3);
    assert_string_equal(sample.names[0], "w");
    assert_string_equal(sample.names[1], "x");
    assert_string_equal(sample.names[2], "y");
    assert_true(sample.has_repeats);
    assert_null(sample.clusters);
    for (size_t i = 0; i < ARRAY_LEN(wants); i++) {
        const struct sample_entry *entry = &sample.entries[i];

        assert_int_equal(entry->item, wants[i].item);
        assert_int_equal(entry->repeat, wants[i].repeat);
        assert_true(entry->a == wants[i].a && entry->b == wants[i].b);
        assert_int_equal(entry->group, wants[i].group);
        assert_int_equal(sample.groups[i], wants[i].group);
        assert_int_equal(sample.items[i], wants[i].item_at);
        assert_int_equal(sample.asks[i], wants[i].ask_at);
        assert_true(sample.errors[i] == entry->b / 10);
    }
    sample_release(&sample);
}

static void a_first_answer_is_no_repeat(void **state)
{
    static const struct given given[] = { { "{}", 0, 0, 1, 0, 0 },
                                          { "{}", 1, 0, 1, 0, 0 } };
    const struct metric_params params = { .seed = 1 };
    struct sample sample;

    (void)state;
    fill(&sample, &params, given, ARRAY_LEN(given));
    assert_false(sample.has_repeats);
    assert_int_equal(sample.num_groups, 1); /* of those without the field */
    assert_string_equal(sample.names[0], "");
    sample_release(&sample);
    fill(&sample, &params, given, 0);
    assert_int_equal(sample.num_groups, 0);
    sample_release(&sample);
}

/* Which of the entries lie in one cluster by the fields "c" and "d": `a` names
 * the cluster. */
static void clusters_are_equal_fields(void **state)
{
    static const struct given given[] = {
        { "{\"c\":\"1\",\"d\":\"2\"}", 0, 0, 0, 0, 0 },
        { "{\"c\":\"1\",\"d\":\"3\"}", 1, 0, 1, 0, 0 },
        { "{\"c\":\"1\",\"d\":\"2\"}", 2, 0, 0, 0, 0 },
        { "{\"c\":\"1\",\"d\":\"2\"}", 2, 1, 0, 0, 0 },
        { "{\"c\":\"1\"}", 3, 0, 2, 0, 0 },
        { "{\"d\":\"1\"}", 4, 0, 3, 0, 0 },
        { "{\"c\":\"1\",\"d\":null}", 5, 0, 2, 0, 0 },
        { "{}", 6, 0, 4, 0, 0 },
        { "{}", 7, 0, 5, 0, 0 },
        { "{\"c\":null}", 8, 0, 6, 0, 0 },
        { "{\"d\":[1,2]}", 9, 0, 7, 0, 0 },
        { "{\"d\":[1,2]}", 10, 0, 7, 0, 0 },
        { "{\"d\":[2,1]}", 11, 0, 8, 0, 0 },
        { "{\"c\":[1,2]}", 12, 0, 9, 0, 0 },
        { "{\"c\":[1]}", 13, 0, 2, 0, 0 }, /* a list of one is that one */
        /* an item of that place in another file */
        { "{\"d\":[2,1]}", 2, 0, 8, 0, 0 },
        { "{}", 6, 1, 4, 0, 0 },
    };
    const struct metric_params params = { .cluster = "c,d" };
    uint32_t numbers[10];
    uint32_t num_items = 0;
    uint32_t last = 0;
    struct sample sample;

    (void)state;
    fill(&sample, &params, given, ARRAY_LEN(given));
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        numbers[i] = UINT32_MAX;
    for (size_t i = 0; i < sample.num; i++) {
        uint32_t *number = &numbers[(size_t)sample.entries[i].a];

        if (*number == UINT32_MAX)
            *number = sample.clusters[i];
        assert_int_equal(sample.clusters[i], *number);
        assert_true(sample.clusters[i] - last <= 1); /* no holes */
        last = sample.clusters[i];
        num_items = sample.items[i] + 1;
    }
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(numbers[i], numbers[k]);
    }
    assert_int_equal(last, ARRAY_LEN(numbers) - 1);
    /* two rows are repeats */
    assert_int_equal(num_items, ARRAY_LEN(given) - 2);
    sample_release(&sample);
}

/* Another field makes other clusters of the same items. */
static void one_field_is_enough(void **state)
{
    static const struct given given[] = {
        { "{\"c\":\"1\",\"d\":\"2\"}", 0, 0, 0, 0, 0 },
        { "{\"c\":\"1\",\"d\":\"3\"}", 1, 0, 0, 0, 0 },
        { "{\"c\":\"2\",\"d\":\"3\"}", 2, 0, 1, 0, 0 },
    };
    const struct metric_params by_c = { .cluster = "c" };
    const struct metric_params by_d = { .cluster = "d" };
    struct sample sample;

    (void)state;
    fill(&sample, &by_c, given, ARRAY_LEN(given));
    assert_int_equal(sample.clusters[2], 1);
    assert_int_equal(sample.clusters[1],
                     sample.entries[1].a == sample.entries[0].a ? 0 : 1);
    sample_release(&sample);
    fill(&sample, &by_d, given, ARRAY_LEN(given));
    assert_int_equal(sample.clusters[2], 1);
    sample_release(&sample);
}

/* Also the second of two is another cluster. */
static void two_items_are_two_clusters(void **state)
{
    static const struct given given[] = { { "{}", 0, 0, 0, 0, 0 },
                                          { "{}", 1, 0, 0, 0, 0 },
                                          { "{}", 2, 0, 0, 0, 0 } };
    const struct metric_params params = { .cluster = "c" };
    struct sample sample;

    (void)state;
    for (size_t num = 1; num <= ARRAY_LEN(given); num++) {
        fill(&sample, &params, given, num);
        for (uint32_t i = 0; i < num; i++) {
            assert_int_equal(sample.clusters[i], i);
            assert_int_equal(sample.items[i], i);
            assert_int_equal(sample.asks[i], i);
        }
        sample_release(&sample);
        assert_int_equal(sample.num, 0);
        assert_null(sample.entries);
        assert_null(sample.params);
    }
}

static void a_group_without_entries_is_missed(void **state)
{
    const struct metric_params params = { .seed = 1 };
    const struct item item = { .task = "a/b", .index = 3 };
    const struct verdict verdict = { .error = 0 };
    const struct observation one = { &item, &verdict, 0 };

    (void)state;
    for (uint32_t missing = 0; missing <= 3; missing++) {
        struct sample sample;

        sample_init(&sample, &params);
        sample_fix_groups(&sample, 3);
        for (uint32_t g = 0; g < 3; g++) {
            if (g != missing)
                sample_add(&sample, g, &one, 1, 0);
        }
        sample_finish(&sample);
        assert_null(sample.names);
        sample_need_all_groups(&sample);
        assert_true(sample.lacks_part == (missing < 3));
        sample.lacks_part = true; /* what was known before is kept */
        sample_need_all_groups(&sample);
        assert_true(sample.lacks_part);
        sample_release(&sample);
    }
}

/* Every group with equal weight, one without entries with none. */
static void errors_are_a_mean_over_groups(void **state)
{
    const struct metric_params params = { .seed = 1 };
    const struct item item = { .task = "a/b" };
    static const struct {
        uint32_t group;
        double error;
    } given[] = { { 0, 0.1 }, { 0, 0.3 }, { 2, 0.5 } };
    struct sample sample;

    (void)state;
    sample_init(&sample, &params);
    sample_fix_groups(&sample, 3);
    for (size_t i = 0; i < ARRAY_LEN(given); i++) {
        const struct verdict verdict = { .error = given[i].error };
        const struct observation one = { &item, &verdict, 0 };

        sample_add(&sample, given[i].group, &one, (double)i, 0);
    }
    sample_finish(&sample);
    observing_near(sample_error(&sample), (0.2 + 0.5) / 2);
    sample_release(&sample);
    sample_init(&sample, &params);
    sample_fix_groups(&sample, 3);
    sample_finish(&sample);
    assert_true(sample_error(&sample) == 0);
    sample_release(&sample);
}

static void numbers_may_be_texts(void **state)
{
    static const struct {
        const char *entry;
        double want;
    } rows[] = {
        { "{\"n\":2.5}", 2.5 },
        { "{\"n\":\"-3\"}", -3 },
        { "{\"n\":\"0\"}", 0 },
        { "{\"n\":0}", 0 },
        { "{\"n\":\"3 of 4\"}", OBSERVING_NONE },
        { "{\"n\":\"\"}", OBSERVING_NONE },
        { "{\"n\":null}", OBSERVING_NONE },
        { "{\"n\":[1]}", OBSERVING_NONE },
        { "{\"m\":1}", OBSERVING_NONE },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct cJSON *entry = parse(rows[i].entry);
        const struct item item = { .task = "a/b", .entry = entry };
        const double got = sample_number(&item, "n");

        assert_true(isnan(rows[i].want) ? isnan(got) : got == rows[i].want);
        json_free(entry);
    }
}

static void labels_are_found_by_name(void **state)
{
    static const char *const labels[] = { "", "no", "yes", "no", NULL };
    static const char *const none[] = { NULL };

    (void)state;
    assert_int_equal(sample_label(labels, "no"), 1);
    assert_int_equal(sample_label(labels, "yes"), 2);
    assert_int_equal(sample_label(labels, "ye"), LABEL_NONE);
    assert_int_equal(sample_label(labels, ""), LABEL_NONE);
    assert_int_equal(sample_label(labels, NULL), LABEL_NONE);
    assert_int_equal(sample_label(none, "no"), LABEL_NONE);
    assert_int_equal(sample_label(NULL, "no"), LABEL_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_ordered_and_numbered),
        cmocka_unit_test(a_first_answer_is_no_repeat),
        cmocka_unit_test(clusters_are_equal_fields),
        cmocka_unit_test(one_field_is_enough),
        cmocka_unit_test(two_items_are_two_clusters),
        cmocka_unit_test(a_group_without_entries_is_missed),
        cmocka_unit_test(errors_are_a_mean_over_groups),
        cmocka_unit_test(numbers_may_be_texts),
        cmocka_unit_test(labels_are_found_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
