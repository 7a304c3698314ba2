/* The error of a classifier that decided: it is in the ranks, and in which
 * models can be told apart. */
#include "analysis/analysis.h"
#include "base/json.h"
#include "store/reader.h"
#include "store/writer.h"
#include "trustsweep/error.h"
#include "trustsweep/item.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ITEMS = 400, MODELS = 2 };

static const struct writer_column column = { .name = "jailbreak_rta",
                                             .dimension = "safety",
                                             .task = "safety/x",
                                             .metric = "rate",
                                             .direction = 1,
                                             .direction_corrected = 1,
                                             .is_ranked = true };

/* The first 320 and 280 items refused. */
static const double shares[MODELS] = { 0.8, 0.7 };

static void add_model(struct writer *writer, size_t model, double error)
{
    const struct writer_score score = { .score = { .value = shares[model],
                                                   .low = shares[model] - 0.1,
                                                   .high = shares[model] + 0.1,
                                                   .se_judge = error,
                                                   .num = ITEMS } };
    struct error err = { 0 };

    for (size_t i = 0; i < ITEMS; i++) {
        const struct verdict verdict = {
            .state = STATE_ANSWERED,
            .label = 1,
            .value = (double)i < shares[model] * ITEMS,
        };
        const struct verdicts verdicts = { { verdict, verdict } };
        const struct hash128 id = { model, i };

        assert_int_equal(
            writer_add_record(writer, id, model, 0, i, 0, NULL, &err),
            0);
        assert_int_equal(writer_add_observation(writer,
                                                0,
                                                model * ITEMS + i,
                                                3,
                                                &verdicts,
                                                &err),
                         0);
    }
    for (int p = 0; p < NUM_PROFILES; p++)
        writer_set_score(writer, (enum profile)p, -1, model, 0, &score);
}

static struct reader *make(const char *second, const double errors[MODELS])
{
    static int number;
    struct cJSON *entries[ITEMS];
    struct item items[ITEMS];
    const struct writer_model models[MODELS] = {
        { .name = "a", .access = "open", .parameters_b = (double)NAN },
        { .name = second, .access = "open", .parameters_b = (double)NAN },
    };
    const struct writer_task task = { .name = "safety/x",
                                      .dimension = "safety",
                                      .items = items,
                                      .num_items = ITEMS };
    const struct writer_params params = { .models = models,
                                          .num_models = MODELS,
                                          .columns = &column,
                                          .num_columns = 1,
                                          .tasks = &task,
                                          .num_tasks = 1,
                                          .num_repeats = 1,
                                          .num_units = (size_t)MODELS * ITEMS };
    struct error err = { 0 };
    char digest[65];
    char path[64];
    struct writer *writer;
    struct reader *reader;

    for (size_t i = 0; i < ITEMS; i++) {
        entries[i] = json_new_object();
        json_add_number(entries[i], "n", (double)i);
        items[i] = (struct item){ .task = "safety/x",
                                  .index = i,
                                  .hash = json_hash(entries[i]),
                                  .entry = entries[i] };
    }
    (void)snprintf(path,
                   sizeof path,
                   "/tmp/test-error-%ld-%d.h5",
                   (long)getpid(),
                   number++);
    writer = writer_create(path, &params, &err);
    assert_non_null(writer);
    for (size_t m = 0; m < MODELS; m++)
        add_model(writer, m, errors[m]);
    if (writer_commit(writer, digest, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < ITEMS; i++)
        json_free(entries[i]);
    reader = reader_open(path, &err);
    assert_non_null(reader);
    (void)unlink(path);
    return reader;
}

static void open_analysis(struct analysis *out,
                          const struct reader *const *readers,
                          size_t num)
{
    struct analysis_options options = analysis_defaults();
    struct error err = { 0 };

    options.resamples = 4000;
    if (analysis_make(out, readers, num, &options, &err) < 0)
        fail_msg("%s", err.text);
}

static double spread_of(const struct draws *draws, size_t model)
{
    double mean = 0;
    double square = 0;

    for (size_t d = 0; d < draws->num; d++)
        mean += draws_at(draws, d)[model] / (double)draws->num;
    for (size_t d = 0; d < draws->num; d++)
        square += pow(draws_at(draws, d)[model] - mean, 2);
    return sqrt(square / (double)draws->num);
}

static const struct pair_test *pair_of(const struct analysis *it)
{
    const struct pair_family *family =
        &it->pairs.families[it->pairs.num_families - 1];

    assert_int_equal(family->num_pairs, 1);
    return family->pairs;
}

/* 40 of 400 items tell a from b for sure; a classifier that may be 0.1 off for
 * either does not. */
static void test_an_error_widens_ranks_and_pairs(void **state)
{
    static const double none[MODELS] = { 0, 0 };
    static const double some[MODELS] = { 0.1, 0.1 };
    static const double unknown[MODELS] = { (double)NAN, (double)NAN };
    struct reader *sure = make("b", none);
    struct reader *unsure = make("b", some);
    struct reader *old = make("b", unknown);
    struct analysis it;
    size_t num_said = 0;

    (void)state;
    open_analysis(&it, &(const struct reader *){ sure }, 1);
    assert_true(spread_of(&it.draws, 0) < 0.025);
    assert_true(pair_of(&it)->p < 1e-6);
    assert_int_equal(pair_of(&it)->method, PAIR_NORMAL);
    assert_true(it.ranking.cells[0].p_first == 1);
    analysis_release(&it);

    open_analysis(&it, &(const struct reader *){ unsure }, 1);
    /* sqrt(0.8 * 0.2 / 400 + 0.1^2), a little less as shares end at 1 */
    assert_true(fabs(spread_of(&it.draws, 0) / 0.102 - 1) < 0.05);
    for (size_t d = 0; d < it.draws.num; d++)
        assert_true(draws_at(&it.draws, d)[0] <= 1);
    assert_true(pair_of(&it)->p > 0.3);
    for (size_t i = 0; i < it.summary.num; i++) {
        num_said += strstr(it.summary.sentences[i],
                           "decided in 2 of 2 values. Its own error is in")
                        ? 1
                        : 0;
    }
    assert_int_equal(num_said, 1);
    assert_int_equal(pair_of(&it)->method, PAIR_T);
    assert_true(pair_of(&it)->low < 0 && pair_of(&it)->high > 0.2);
    /* normal: (0.8 - 0.7) / (0.1 sqrt 2) is 0.71, of which 0.76 is below */
    assert_true(fabs(it.ranking.cells[0].p_first - 0.76) < 0.03);
    analysis_release(&it);

    open_analysis(&it, &(const struct reader *){ old }, 1);
    assert_true(spread_of(&it.draws, 0) < 0.025);
    analysis_release(&it);
    reader_close(sure);
    reader_close(unsure);
    reader_close(old);
}

/* One model errs alike in two files: what is compared there has no part in
 * it. */
static void test_one_model_errs_alike(void **state)
{
    static const double some[MODELS] = { 0.05, 0.05 };
    struct reader *one = make("b", some);
    struct reader *two = make("c", some);
    const struct reader *const readers[] = { one, two };
    struct analysis it;

    (void)state;
    open_analysis(&it, readers, 2);
    assert_int_equal(it.compare.num_rows, 1); /* a@1, a@2 */
    assert_true(it.compare.rows[0].difference == 0);
    assert_true(fabs(it.compare.rows[0].low) < 1e-9
                && fabs(it.compare.rows[0].high) < 1e-9);
    analysis_release(&it);
    reader_close(one);
    reader_close(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_error_widens_ranks_and_pairs),
        cmocka_unit_test(test_one_model_errs_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
