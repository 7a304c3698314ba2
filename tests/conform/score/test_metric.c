/* Every metric against its contract. */
#include "base/json.h"
#include "base/mem.h"
#include "score/fold.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NUM = 60 };

static const char *const labels[] = { "",        "bad",  "neutral",
                                      "address", "good", NULL };

/* What an item may look like; index and numbers differ by where it stands. */
static const char *const entries[] = {
    "{}",
    "{\"shotType\":\"zero-shot\",\"type\":\"A\",\"label\":1,\"g\":\"x\"}",
    "{\"task\":\"t\",\"index\":3,\"type\":\"original\",\"label\":\"-2.5\"}",
    "{\"task\":\"t\",\"index\":3,\"type\":\"modified\",\"label\":\"nan\"}",
    "{\"label\":[],\"g\":{},\"type\":7,\"index\":\"x\",\"answer\":\"bad\"}",
    "{\"answer\":\"good\",\"g\":\"y\",\"label\":-1,\"f\":\"u\"}",
    "{\"answer\":\"bad\",\"g\":\"\",\"label\":0,\"f\":\"v\"}",
};

struct fixture {
    struct cJSON *parsed[ARRAY_LEN(entries)];
    struct item items[NUM];
    struct verdict verdicts[NUM];
    struct observation observations[NUM];
};

static struct fixture *fixture_create(void)
{
    static const double values[] = { 0, 1, (double)NAN, 1, -50 };
    struct fixture *f = mem_alloc(1, sizeof *f);

    for (size_t e = 0; e < ARRAY_LEN(entries); e++) {
        f->parsed[e] =
            json_parse(entries[e], strlen(entries[e]), "entry", NULL);
        assert_non_null(f->parsed[e]);
    }
    for (size_t i = 0; i < NUM; i++) {
        f->items[i] = (struct item){
            .task = "x",
            .index = i / 2,
            .entry = f->parsed[i % ARRAY_LEN(entries)],
            .prompt = "",
        };
        f->verdicts[i] = (struct verdict){
            .state = (enum state)(1 + i % (NUM_STATES - 1)),
            .label = (int)(i % 7) - 1, /* out of range as well */
            .value = values[i % ARRAY_LEN(values)],
        };
        f->observations[i] = (struct observation){
            .item = &f->items[i],
            .verdict = &f->verdicts[i],
            .repeat = (uint32_t)(i % 2),
        };
    }
    return f;
}

static void fixture_destroy(struct fixture *f)
{
    for (size_t e = 0; e < ARRAY_LEN(entries); e++)
        json_free(f->parsed[e]);
    free(f);
}

static const struct metric_params settings[] = {
    { .seed = 1 },
    { .by = "g", .field = "f", .labels = labels, .seed = 1 },
    { .by = "task", .field = "label", .labels = labels, .seed = UINT64_MAX },
    { .by = "no such", .field = "answer", .labels = labels },
};

static int same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void check(const struct metric_ops *metric,
                  const struct fixture *f,
                  size_t num,
                  struct metric_params params)
{
    struct fold a;
    struct fold b;
    uint64_t total = 0;

    for (int p = 0; p < NUM_PROFILES; p++) {
        params.profile = (enum profile)p;
        assert_int_equal(
            fold_column(metric, f->observations, num, &params, &a, NULL),
            0);
        assert_int_equal(
            fold_column(metric, f->observations, num, &params, &b, NULL),
            0);
        assert_true(same(a.score.value, b.score.value));
        assert_true(same(a.score.low, b.score.low));
        assert_true(same(a.score.high, b.score.high));
        assert_true(!isinf(a.score.value));
        assert_true(a.score.num + a.score.num_skipped <= num);
        assert_true(isnan(a.score.low) == isnan(a.score.high));
        if (isnan(a.score.value))
            assert_true(isnan(a.score.low));
        if (!isnan(a.score.low))
            assert_true(a.score.low <= a.score.high);
    }
    for (int s = 0; s < NUM_STATES; s++)
        total += a.states[s];
    assert_int_equal(total, num);
}

static void test_slots(void **state)
{
    size_t num = 0;

    (void)state;
    for (; metric_kinds()[num]; num++) {
        const struct metric_ops *one = metric_kinds()[num];

        assert_non_null(one->name);
        assert_non_null(one->help);
        assert_non_null(one->unit);
        assert_non_null(one->estimand);
        assert_non_null(one->source);
        assert_non_null(one->compute);
        assert_ptr_equal(metric_find(one->name), one);
    }
    assert_true(num >= 10);
    assert_null(metric_find("no such"));
    assert_null(metric_find(NULL));
}

static void test_any_observations(void **state)
{
    struct fixture *f = fixture_create();

    (void)state;
    for (size_t i = 0; metric_kinds()[i]; i++) {
        for (size_t s = 0; s < ARRAY_LEN(settings); s++) {
            for (size_t num = 0; num <= 8; num++)
                check(metric_kinds()[i], f, num, settings[s]);
            check(metric_kinds()[i], f, NUM, settings[s]);
        }
    }
    fixture_destroy(f);
}

/* Nothing judged: no value, whatever the items are. */
static void test_nothing_judged(void **state)
{
    struct fixture *f = fixture_create();

    (void)state;
    for (size_t i = 0; i < NUM; i++)
        f->verdicts[i] =
            (struct verdict){ STATE_BLOCKED, LABEL_NONE, (double)NAN };
    for (size_t i = 0; metric_kinds()[i]; i++) {
        for (size_t num = 0; num <= NUM; num += NUM) {
            for (size_t s = 0; s < ARRAY_LEN(settings); s++) {
                struct fold fold;

                assert_int_equal(fold_column(metric_kinds()[i],
                                             f->observations,
                                             num,
                                             &settings[s],
                                             &fold,
                                             NULL),
                                 0);
                assert_true(isnan(fold.score.value));
                assert_int_equal(fold.score.num, 0);
                assert_int_equal(fold.score.num_skipped, num);
            }
        }
    }
    fixture_destroy(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_any_observations),
        cmocka_unit_test(test_nothing_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
