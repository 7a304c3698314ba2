/*
 * results.h5: written, read back, and its digest.
 *
 * With a path as its argument the program writes the small file of these tests
 * there, for tests/cli/h5_open.sh.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "store/reader_data.h"
#include "store/reader_rows.h"
#include "store/reader_utility.h"
#include "store/writer.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/item.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { MODELS = 2, COLUMNS = 2, ITEMS = 3, REPEATS = 2 };
enum { UNITS = MODELS * ITEMS * REPEATS };

static const char *const labels[] = { "", "right", "wrong", NULL };

/* Everything that goes into the file; a test changes one thing of it. */
struct content {
    struct writer_model models[MODELS];
    struct writer_column columns[COLUMNS];
    struct writer_task tasks[2];
    struct item items[ITEMS];
    struct cJSON *entries[ITEMS];
    struct record records[UNITS];
    struct hash128 ids[UNITS];
    struct verdicts verdicts[UNITS];
    size_t observed_column;
    size_t asked_unit;
    struct writer_measure measure; /* over column 0 */
    size_t num_measures;
    unsigned method; /* of model 1 */
    struct writer_score score;
    int score_repeat;
    bool is_comparable;
    struct writer_ledger ledger;
    const char *provenance;
    char text[64], reasoning[8], recorded[32], detail[32];
    double values[2];
    double other_nan;
};

static void content_units(struct content *c)
{
    for (size_t u = 0; u < UNITS; u++) {
        struct reply *reply = &c->records[u].reply;

        c->ids[u] = (struct hash128){ 7, u };
        c->records[u].rank = 1;
        c->records[u].attempt = 1;
        c->records[u].finished_ms = 1700000000000;
        reply->state = STATE_ANSWERED;
        reply->finish = FINISH_STOP;
        reply->text = c->text;
        reply->text_len = 6 + u % 3;
        reply->prompt_tokens = 10;
        reply->reply_tokens = 3;
        reply->decode_ns = 1000 + u;
        c->verdicts[u].by_profile[PROFILE_PAPER] =
            (struct verdict){ .state = STATE_ANSWERED, .label = 1, .value = 1 };
        c->verdicts[u].by_profile[PROFILE_CORRECTED] =
            (struct verdict){ .state = STATE_UNPARSED, .value = (double)NAN };
    }
    c->records[1].reply.reasoning = c->reasoning;
    c->records[1].reply.reasoning_len = 2;
    c->records[2].reply.recorded = c->recorded;
    c->records[3].reply.values = c->values;
    c->records[3].reply.num_values = 2;
    c->records[4].reply.text = NULL;
    c->records[4].reply.text_len = 0;
    c->records[4].reply.state = STATE_BLOCKED;
    c->records[4].reply.finish = FINISH_FILTER;
    c->records[4].reply.detail = c->detail;
}

static void content_models(struct writer_model models[MODELS])
{
    models[0] = (struct writer_model){ .name = "first",
                                       .access = "open",
                                       .creator = "Zo\xc3\xab",
                                       .backend = "sim:",
                                       .identity = "sha256:11",
                                       .parameters_b = 0.135 };
    models[1] = (struct writer_model){ .name = "second",
                                       .access = "proprietary",
                                       .identity = "sha256:22",
                                       .parameters_b = (double)NAN };
}

static void content_columns(struct writer_column columns[COLUMNS])
{
    columns[0] = (struct writer_column){ .name = "internal",
                                         .title = "Internal knowledge",
                                         .dimension = "truthfulness",
                                         .section = "misinformation",
                                         .task = "a/x",
                                         .unit = "1",
                                         .unit_corrected = "V",
                                         .cluster = "person",
                                         .by = "n",
                                         .field = "prompt",
                                         .evaluator = "internal",
                                         .metric = "rate",
                                         .estimand = "a mean",
                                         .source = "a paper",
                                         .labels = labels,
                                         .direction = 1,
                                         .direction_corrected = -1,
                                         .is_ranked = true };
    columns[1] = (struct writer_column){ .name = "toxicity_avg",
                                         .dimension = "safety",
                                         .task = "b/y",
                                         .parent = "internal",
                                         .needs = "toxicity",
                                         .direction = -1,
                                         .is_ranked = true };
}

static void content_score(struct writer_score *score)
{
    score->score = (struct score){ .value = 0.75,
                                   .low = 0.5,
                                   .high = 0.875,
                                   .within_low = 0.625,
                                   .within_high = 0.8125,
                                   .se_items = 0.125,
                                   .se_sampling = 0.0625,
                                   .se_judge = 0.03125,
                                   .num = 4,
                                   .num_skipped = 1 };
    score->states[STATE_ANSWERED] = 4;
    score->states[STATE_BLOCKED] = 1;
    score->origins[ORIGIN_RULE] = 1;
    score->origins[ORIGIN_RECORDED] = 2;
    score->origins[ORIGIN_ASKED] = 3;
}

static struct content *content_create(void)
{
    static const char *const entries[] = { "{\"prompt\":\"one\",\"n\":1}",
                                           "{\"prompt\":\"zwei \xc3\xbc\"}",
                                           "{\"prompt\":\"three\"}" };
    struct content *c = mem_alloc(1, sizeof *c);

    (void)snprintf(c->text, sizeof c->text, "aaaaaaaa");
    (void)snprintf(c->reasoning, sizeof c->reasoning, "hm");
    (void)snprintf(c->recorded, sizeof c->recorded, "{\"eval_res\":1}");
    (void)snprintf(c->detail, sizeof c->detail, "withheld");
    c->values[0] = -0.5;
    c->values[1] = 2.25;
    for (size_t i = 0; i < ITEMS; i++) {
        c->entries[i] =
            json_parse(entries[i], strlen(entries[i]), "entry", NULL);
        c->items[i] = (struct item){ .task = i < 2 ? "a/x" : "b/y",
                                     .index = i % 2,
                                     .hash = json_hash(c->entries[i]),
                                     .entry = c->entries[i] };
    }
    content_models(c->models);
    content_columns(c->columns);
    c->tasks[0] = (struct writer_task){ "a/x", "a", "x", "aa", c->items, 2 };
    c->tasks[1] =
        (struct writer_task){ "b/y", "b", "y", "bb", c->items + 2, 1 };
    content_units(c);
    content_score(&c->score);
    c->score_repeat = -1;
    c->measure = (struct writer_measure){ .kind = "all",
                                          .format = "mmlu",
                                          .ask = "letters",
                                          .num_examples = 5,
                                          .chance = 0.25 };
    c->num_measures = 1;
    c->method = METHOD_LIKELIHOOD;
    c->ledger = (struct writer_ledger){ .rank = 1,
                                        .model = "first",
                                        .load_s = 2,
                                        .generate_s = 3,
                                        .units = UNITS };
    c->provenance = "{\"job\":true}";
    return c;
}

static void content_destroy(struct content *c)
{
    for (size_t i = 0; i < ITEMS; i++)
        json_free(c->entries[i]);
    free(c);
}

static struct writer *start(const struct content *c,
                            const char *path,
                            struct error *err)
{
    const struct writer_params params = { .models = c->models,
                                          .num_models = MODELS,
                                          .columns = c->columns,
                                          .num_columns = COLUMNS,
                                          .tasks = c->tasks,
                                          .num_tasks = 2,
                                          .measures = &c->measure,
                                          .num_measures = c->num_measures,
                                          .num_repeats = REPEATS,
                                          .num_units = UNITS };

    return writer_create(path, &params, err);
}

static void add_units(struct writer *writer, const struct content *c)
{
    struct error err = { 0 };

    for (size_t u = 0; u < UNITS; u++) {
        const size_t item = u / REPEATS % ITEMS;

        assert_int_equal(writer_add_record(writer,
                                           c->ids[u],
                                           u / (ITEMS * REPEATS),
                                           item < 2 ? 0 : 1,
                                           item % 2,
                                           (uint32_t)(u % REPEATS),
                                           u == 5 ? NULL : &c->records[u],
                                           &err),
                         0);
        if (u == 1) {
            assert_int_equal(writer_add_follow_up(writer,
                                                  ROLE_JUDGE,
                                                  "Is it so?",
                                                  &c->records[u].reply,
                                                  &err),
                             0);
            assert_int_equal(writer_num_follow_ups(writer), 1);
            assert_int_equal(writer_add_asked(writer, c->asked_unit, 0, &err),
                             0);
        }
        assert_int_equal(writer_add_observation(writer,
                                                c->observed_column,
                                                u,
                                                (unsigned)(1 + u % 3),
                                                &c->verdicts[u],
                                                &err),
                         0);
    }
}

static void write_content(const struct content *c,
                          const char *path,
                          char digest[65])
{
    struct error err = { 0 };
    struct writer *writer = start(c, path, &err);
    struct writer_score corrected = c->score;

    if (!writer)
        fail_msg("%s", err.text);
    corrected.score.value /= 2;
    add_units(writer, c);
    writer_set_score(writer, PROFILE_PAPER, c->score_repeat, 1, 0, &c->score);
    writer_set_score(writer,
                     PROFILE_CORRECTED,
                     c->score_repeat,
                     1,
                     0,
                     &corrected);
    writer_set_comparable(writer, 1, 0, c->is_comparable);
    writer_set_method(writer, 1, 0, c->method);
    assert_int_equal(writer_add_provenance(writer, "job", c->provenance, &err),
                     0);
    assert_int_equal(writer_set_ledger(writer, &c->ledger, 1, &err), 0);
    if (writer_commit(writer, digest, &err) < 0)
        fail_msg("%s", err.text);
}

struct place {
    char folder[64];
    char *path;
};

static int set_up(void **state)
{
    struct place *place = mem_alloc(1, sizeof *place);

    (void)snprintf(place->folder, sizeof place->folder, "/tmp/store-XXXXXX");
    if (!mkdtemp(place->folder))
        return -1;
    place->path = path_join(place->folder, "results.h5");
    *state = place;
    return 0;
}

/* Fails the test when anything but the results file is left. */
static int tear_down(void **state)
{
    struct place *place = *state;
    struct name_list names = { 0 };
    int rc = file_list(place->folder, &names, NULL);

    for (size_t i = 0; i < names.num; i++) {
        char *path = path_join(place->folder, names.names[i]);

        if (!text_equal(path, place->path))
            rc = -1;
        (void)unlink(path);
        free(path);
    }
    name_list_release(&names);
    (void)rmdir(place->folder);
    free(place->path);
    free(place);
    return rc;
}

static void test_reads_back_what_was_written(void **state)
{
    struct place *place = *state;
    struct content *c = content_create();
    struct error err = { 0 };
    char digest[65], again[65];
    struct reader *reader;
    const struct reader_column *column;
    const struct reader_score *score;

    c->is_comparable = true;
    write_content(c, place->path, digest);
    reader = reader_open(place->path, &err);
    if (!reader)
        fail_msg("%s", err.text);
    assert_int_equal(reader_num_models(reader), MODELS);
    assert_int_equal(reader_num_columns(reader), COLUMNS);
    assert_int_equal(reader_num_repeats(reader), REPEATS);
    assert_string_equal(reader_model(reader, 0)->creator, "Zo\xc3\xab");
    assert_string_equal(reader_model(reader, 1)->creator, "");
    assert_true(reader_model(reader, 0)->parameters_b == 0.135);
    assert_true(isnan(reader_model(reader, 1)->parameters_b));
    assert_string_equal(reader_column(reader, 0)->title, "Internal knowledge");
    assert_int_equal(reader_column(reader, 1)->direction, -1);
    assert_true(reader_column(reader, 1)->is_ranked);
    column = reader_column(reader, 0);
    assert_string_equal(column->unit, "1");
    assert_string_equal(column->unit_corrected, "V");
    assert_string_equal(column->cluster, "person");
    assert_string_equal(column->parent, "");
    assert_string_equal(column->evaluator, "internal");
    assert_string_equal(column->metric, "rate");
    assert_string_equal(column->estimand, "a mean");
    assert_string_equal(column->source, "a paper");
    assert_int_equal(column->direction, 1);
    assert_int_equal(column->direction_corrected, -1);
    assert_string_equal(reader_column(reader, 1)->parent, "internal");
    assert_string_equal(reader_column(reader, 1)->cluster, "");
    score = reader_score(reader, PROFILE_PAPER, 1, 0);
    assert_true(score->value == 0.75 && score->low == 0.5
                && score->high == 0.875);
    assert_true(score->within_low == 0.625 && score->within_high == 0.8125);
    assert_true(score->se_items == 0.125 && score->se_sampling == 0.0625);
    assert_true(score->se_judge == 0.03125);
    assert_int_equal(score->num, 4);
    assert_int_equal(score->num_skipped, 1);
    assert_int_equal(score->num_recorded, 2);
    assert_int_equal(score->num_asked, 3);
    assert_int_equal(score->states[STATE_BLOCKED], 1);
    assert_true(reader_score(reader, PROFILE_CORRECTED, 1, 0)->value == 0.375);
    assert_true(isnan(reader_score(reader, PROFILE_CORRECTED, 0, 0)->value));
    assert_true(isnan(reader_score(reader, PROFILE_PAPER, 0, 0)->value));
    assert_true(reader_is_comparable(reader, 1, 0));
    assert_false(reader_is_comparable(reader, 0, 0));
    assert_int_equal(strlen(digest), 64);
    assert_string_equal(reader_digest(reader), digest);
    assert_int_equal(reader_compute_digest(reader, again, &err), 0);
    assert_string_equal(again, digest);
    reader_close(reader);
    content_destroy(c);
}

static void test_datasets_and_texts_read_back(void **state)
{
    struct place *place = *state;
    struct content *c = content_create();
    struct error err = { 0 };
    char digest[65];
    struct reader *reader;
    struct reader_texts *texts;
    uint8_t *states;
    char **tasks;

    write_content(c, place->path, digest);
    reader = reader_open(place->path, &err);
    assert_non_null(reader);
    assert_int_equal(reader_data_length(reader, DIM_UNIT), UNITS);
    states = reader_data_load(reader, "/records/state", &err);
    assert_non_null(states);
    assert_int_equal(states[4], STATE_BLOCKED);
    tasks = reader_data_load_texts(reader, "/task", &err);
    assert_non_null(tasks);
    assert_string_equal(tasks[1], "b/y");
    texts = reader_data_open(reader, "/records/text", &err);
    assert_non_null(texts);
    assert_int_equal(reader_data_num(texts), UNITS);
    for (size_t i = 0; i < UNITS; i++) { /* the last first */
        const size_t u = UNITS - 1 - i;
        const char *bytes = NULL;
        size_t len = 99;

        assert_int_equal(reader_data_get(texts, u, &bytes, &len, &err), 0);
        /* of the sixth there is no record */
        assert_int_equal(len, u == 5 ? 0 : c->records[u].reply.text_len);
        if (len > 0)
            assert_memory_equal(bytes, c->records[u].reply.text, len);
    }
    reader_data_close(texts);
    reader_data_free_texts(tasks, reader_data_length(reader, DIM_TASK));
    free(states);
    reader_close(reader);
    content_destroy(c);
}

/* One change each.  What the digest covers first, then what it leaves out. */
static void test_utility_reads_back(void **state)
{
    struct place *place = *state;
    struct content *c = content_create();
    struct error err = { 0 };
    struct reader_utility utility;
    struct reader *reader;
    char digest[65], without[65];

    write_content(c, place->path, digest);
    reader = reader_open(place->path, &err);
    assert_non_null(reader);
    assert_int_equal(reader_utility_load(reader, &utility, &err), 0);
    assert_int_equal(utility.num_measures, 1);
    assert_string_equal(utility.measures[0].name, "internal");
    assert_string_equal(utility.measures[0].task, "a/x");
    assert_string_equal(utility.measures[0].kind, "all");
    assert_string_equal(utility.measures[0].ask, "letters");
    assert_int_equal(utility.measures[0].num_examples, 5);
    assert_true(utility.measures[0].chance == 0.25);
    assert_true(isnan(utility.accuracy[0]));
    assert_true(utility.accuracy[1] == 0.375 && utility.high[1] == 0.875);
    assert_int_equal(utility.num[1], 4);
    assert_int_equal(utility.methods[0], METHOD_NONE);
    assert_int_equal(utility.methods[1], METHOD_LIKELIHOOD);
    reader_utility_release(&utility);
    reader_close(reader);
    /* and where nothing is measured there is no such group */
    c->num_measures = 0;
    write_content(c, place->path, without);
    assert_string_not_equal(digest, without);
    reader = reader_open(place->path, &err);
    assert_non_null(reader);
    assert_int_equal(reader_utility_load(reader, &utility, &err), 0);
    assert_int_equal(utility.num_measures, 0);
    assert_int_equal(reader_compute_digest(reader, digest, &err), 0);
    assert_string_equal(digest, without);
    reader_utility_release(&utility);
    reader_close(reader);
    content_destroy(c);
}

static void change_measure(struct content *c)
{
    c->measure.num_examples = 4;
}
static void change_method(struct content *c)
{
    c->method = METHOD_GENERATION;
}
static void change_num_measures(struct content *c)
{
    c->num_measures = 0;
}
static void change_model_name(struct content *c)
{
    c->models[0].name = "renamed";
}
static void change_identity(struct content *c)
{
    c->models[1].identity = "sha256:33";
}
static void change_parameters(struct content *c)
{
    c->models[1].parameters_b = 7;
}
static void change_title(struct content *c)
{
    c->columns[0].title = "Title";
}
static void change_direction(struct content *c)
{
    c->columns[1].direction = 1;
}
static void change_labels(struct content *c)
{
    c->columns[0].labels = NULL;
}
static void change_data_hash(struct content *c)
{
    c->tasks[1].sha256 = "cc";
}
static void change_entry(struct content *c)
{
    json_set(c->entries[2], "prompt", json_new_array());
}
static void change_occurrence(struct content *c)
{
    c->items[1].occurrence = 1;
}
static void change_unit_id(struct content *c)
{
    c->ids[11].low = 99;
}
static void change_state(struct content *c)
{
    c->records[0].reply.state = STATE_TRUNCATED;
}
static void change_finish(struct content *c)
{
    c->records[0].reply.finish = FINISH_LENGTH;
}
static void change_text(struct content *c)
{
    c->text[0] = 'C';
}
static void change_text_bounds(struct content *c)
{
    c->records[0].reply.text_len = 7;
    c->records[1].reply.text_len = 6; /* the same bytes in a row */
}
static void change_reasoning(struct content *c)
{
    c->reasoning[0] = 'a';
}
static void change_recorded(struct content *c)
{
    c->recorded[12] = '2';
}
static void change_values(struct content *c)
{
    c->values[1] = 2.5;
}
static void change_tokens(struct content *c)
{
    c->records[9].reply.reply_tokens = 4;
}
static void change_observed_column(struct content *c)
{
    c->observed_column = 1;
}
static void change_verdict_state(struct content *c)
{
    c->verdicts[3].by_profile[PROFILE_CORRECTED].state = STATE_REFUSED;
}
static void change_verdict_label(struct content *c)
{
    c->verdicts[3].by_profile[PROFILE_PAPER].label = 2;
}
static void change_verdict_value(struct content *c)
{
    c->verdicts[3].by_profile[PROFILE_PAPER].value = 0;
}
static void change_score(struct content *c)
{
    c->score.score.value = nextafter(0.75, 1);
}
static void change_interval(struct content *c)
{
    c->score.score.low = (double)NAN;
}
static void change_count(struct content *c)
{
    c->score.states[STATE_EMPTY] = 1;
}
static void change_score_repeat(struct content *c)
{
    c->score_repeat = 1;
}
static void change_unit_corrected(struct content *c)
{
    c->columns[0].unit_corrected = "rho";
}
static void change_parent(struct content *c)
{
    c->columns[0].parent = "toxicity_avg";
}
static void change_cluster(struct content *c)
{
    c->columns[0].cluster = "pair";
}
static void change_direction_corrected(struct content *c)
{
    c->columns[1].direction_corrected = 1;
}
static void change_within(struct content *c)
{
    c->score.score.within_high = 0.84375;
}
static void change_se_items(struct content *c)
{
    c->score.score.se_items = 0.25;
}
static void change_se_sampling(struct content *c)
{
    c->score.score.se_sampling = 0.25;
}
static void change_se_judge(struct content *c)
{
    c->score.score.se_judge = 0.25;
}
static void change_num_recorded(struct content *c)
{
    c->score.origins[ORIGIN_RECORDED] = 4;
}
static void change_asked_unit(struct content *c)
{
    c->asked_unit = 1;
}
static void change_num_asked(struct content *c)
{
    c->score.origins[ORIGIN_ASKED] = 4;
}
static void change_comparable(struct content *c)
{
    c->is_comparable = true;
}
static void keep_all(struct content *c)
{
    (void)c;
}
static void keep_backend(struct content *c)
{
    c->models[0].backend = "fault:kill-after=3:sim:";
}
static void keep_timing(struct content *c)
{
    c->records[0].rank = 4;
    c->records[0].attempt = 3;
    c->records[0].finished_ms = 1;
    c->records[0].reply.wait_ns = 77;
    c->records[0].reply.prefill_ns = 77;
    c->records[0].reply.decode_ns = 77;
    c->records[0].reply.cached_tokens = 8;
}
static void keep_detail(struct content *c)
{
    c->detail[0] = 'W';
}
static void keep_ledger(struct content *c)
{
    c->ledger.idle_s = 100;
}
static void keep_provenance(struct content *c)
{
    c->provenance = "other";
}
static void keep_nan(struct content *c)
{
    const uint64_t bits = UINT64_C(0xfff8000000000123);

    memcpy(&c->other_nan, &bits, sizeof bits);
    c->models[1].parameters_b = c->other_nan;
    c->verdicts[2].by_profile[PROFILE_CORRECTED].value = c->other_nan;
}

static const struct {
    const char *name;
    void (*change)(struct content *c);
    bool is_same;
} changes[] = {
    { "model name", change_model_name, false },
    { "identity", change_identity, false },
    { "parameters", change_parameters, false },
    { "title", change_title, false },
    { "direction", change_direction, false },
    { "labels", change_labels, false },
    { "data hash", change_data_hash, false },
    { "entry", change_entry, false },
    { "occurrence", change_occurrence, false },
    { "unit id", change_unit_id, false },
    { "state", change_state, false },
    { "finish", change_finish, false },
    { "text", change_text, false },
    { "text bounds", change_text_bounds, false },
    { "reasoning", change_reasoning, false },
    { "recorded", change_recorded, false },
    { "values", change_values, false },
    { "tokens", change_tokens, false },
    { "observed column", change_observed_column, false },
    { "verdict state", change_verdict_state, false },
    { "verdict label", change_verdict_label, false },
    { "verdict value", change_verdict_value, false },
    { "score", change_score, false },
    { "interval", change_interval, false },
    { "count", change_count, false },
    { "score repeat", change_score_repeat, false },
    { "unit corrected", change_unit_corrected, false },
    { "parent", change_parent, false },
    { "cluster", change_cluster, false },
    { "direction corrected", change_direction_corrected, false },
    { "interval within", change_within, false },
    { "error of items", change_se_items, false },
    { "error of sampling", change_se_sampling, false },
    { "error of who judged", change_se_judge, false },
    { "recorded labels", change_num_recorded, false },
    { "follow-ups", change_num_asked, false },
    { "who was asked about", change_asked_unit, false },
    { "comparable", change_comparable, false },
    { "a measure of utility", change_measure, false },
    { "how it was measured", change_method, false },
    { "no utility", change_num_measures, false },
    { "nothing", keep_all, true },
    { "backend spec", keep_backend, true },
    { "timing", keep_timing, true },
    { "detail", keep_detail, true },
    { "ledger", keep_ledger, true },
    { "provenance", keep_provenance, true },
    { "kind of NaN", keep_nan, true },
};

static void test_digest_follows_content_and_nothing_else(void **state)
{
    struct place *place = *state;
    struct content *c = content_create();
    char before[65];
    char seen[ARRAY_LEN(changes)][65];

    write_content(c, place->path, before);
    content_destroy(c);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        c = content_create();
        changes[i].change(c);
        write_content(c, place->path, seen[i]);
        content_destroy(c);
        if ((strcmp(before, seen[i]) == 0) != changes[i].is_same)
            fail_msg("%s: the digest is %s",
                     changes[i].name,
                     changes[i].is_same ? "another" : "the same");
        for (size_t j = 0; j < i && !changes[i].is_same; j++)
            assert_string_not_equal(seen[i], seen[j]);
    }
}

static void test_many_units_cross_chunks(void **state)
{
    enum { MANY = 40000 };
    struct place *place = *state;
    struct content *c = content_create();
    const struct writer_params params = { .models = c->models,
                                          .num_models = 1,
                                          .columns = c->columns,
                                          .num_columns = 1,
                                          .tasks = c->tasks,
                                          .num_tasks = 1,
                                          .num_repeats = MANY,
                                          .num_units = MANY };
    struct error err = { 0 };
    char digest[65], again[65];
    struct writer *writer = writer_create(place->path, &params, &err);
    struct reader *reader;

    for (size_t u = 0; u < MANY; u++) {
        assert_int_equal(writer_add_record(writer,
                                           (struct hash128){ 1, u },
                                           0,
                                           0,
                                           0,
                                           (uint32_t)u,
                                           &c->records[u % 4],
                                           &err),
                         0);
        assert_int_equal(
            writer_add_observation(writer, 0, u, 3, &c->verdicts[0], &err),
            0);
    }
    assert_int_equal(writer_commit(writer, digest, &err), 0);
    reader = reader_open(place->path, &err);
    assert_non_null(reader);
    assert_int_equal(reader_compute_digest(reader, again, &err), 0);
    assert_string_equal(again, digest);
    reader_close(reader);
    content_destroy(c);
}

static void test_rows_read_back(void **state)
{
    struct place *place = *state;
    struct content *c = content_create();
    struct error err = { 0 };
    struct reader_rows rows;
    struct reader *reader;
    char digest[65];

    write_content(c, place->path, digest);
    reader = reader_open(place->path, &err);
    assert_non_null(reader);
    assert_string_equal(reader_column(reader, 0)->by, "n");
    assert_string_equal(reader_column(reader, 0)->field, "prompt");
    assert_non_null(strstr(reader_column(reader, 0)->labels, "right"));
    assert_int_equal(reader_rows_load(reader, &rows, &err), 0);
    assert_int_equal(rows.num_tasks, 2);
    assert_string_equal(rows.tasks[1], "b/y");
    assert_int_equal(rows.num_items, ITEMS);
    assert_int_equal(rows.item_task[2], 1);
    assert_int_equal(rows.item_index[1], 1);
    assert_memory_equal(rows.entries, "{\"n\":1,", 7);
    assert_int_equal(rows.num_units, UNITS);
    assert_int_equal(rows.unit_model[UNITS - 1], 1);
    assert_int_equal(rows.unit_repeat[1], 1);
    assert_int_equal(rows.unit_item[UNITS - 1], ITEMS - 1);
    assert_int_equal(rows.num_observations, UNITS);
    assert_int_equal(rows.unit[3], 3);
    assert_int_equal(rows.profiles[4], 2);
    assert_int_equal(rows.by_profile[PROFILE_PAPER].label[0], 1);
    assert_int_equal(rows.by_profile[PROFILE_CORRECTED].state[0],
                     STATE_UNPARSED);
    reader_rows_release(&rows);
    reader_close(reader);
    content_destroy(c);
}

static void test_nothing_at_all_is_a_file_too(void **state)
{
    struct place *place = *state;
    const struct writer_params params = { 0 };
    struct error err = { 0 };
    char digest[65];
    struct writer *writer = writer_create(place->path, &params, &err);
    struct reader *reader;

    if (!writer)
        fail_msg("%s", err.text);
    if (writer_commit(writer, digest, &err) < 0)
        fail_msg("%s", err.text);
    reader = reader_open(place->path, &err);
    if (!reader)
        fail_msg("%s", err.text);
    assert_int_equal(reader_num_models(reader), 0);
    reader_close(reader);
}

static void expect_refused(const char *path, enum error_code code)
{
    struct error err = { 0 };
    struct reader *reader = reader_open(path, &err);

    assert_null(reader);
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.text, path));
}

static void test_torn_and_foreign_files_are_refused(void **state)
{
    struct place *place = *state;
    struct content *c = content_create();
    struct text bytes = { 0 };
    char digest[65];

    expect_refused(place->path, ERR_IO);
    write_content(c, place->path, digest);
    assert_int_equal(file_read(place->path, 1 << 28, &bytes, NULL), 0);
    for (size_t len = 0; len < bytes.len; len += bytes.len / 8 + 1) {
        assert_int_equal(file_write(place->path, bytes.data, len, NULL), 0);
        expect_refused(place->path, ERR_FORMAT);
    }
    assert_int_equal(file_write(place->path, "hello\n", 6, NULL), 0);
    expect_refused(place->path, ERR_FORMAT);
    /* Another kind of HDF5 file: ours with the mark overwritten. */
    for (size_t i = 0; i + 18 < bytes.len; i++) {
        if (memcmp(bytes.data + i, "trustsweep-results", 18) == 0)
            bytes.data[i] = 'X';
    }
    assert_int_equal(file_write(place->path, bytes.data, bytes.len, NULL), 0);
    expect_refused(place->path, ERR_FORMAT);
    text_release(&bytes);
    content_destroy(c);
}

static void test_abandoned_leaves_nothing(void **state)
{
    struct place *place = *state;
    struct content *c = content_create();
    struct error err = { 0 };
    struct name_list names = { 0 };
    struct writer *writer = start(c, place->path, &err);
    char digest[65];

    assert_non_null(writer);
    assert_int_equal(file_list(place->folder, &names, NULL), 0);
    assert_int_equal(names.num, 1); /* the temporary one */
    name_list_release(&names);
    add_units(writer, c);
    writer_abandon(writer);
    assert_int_equal(file_list(place->folder, &names, NULL), 0);
    assert_int_equal(names.num, 0);
    name_list_release(&names);

    writer = start(c, place->path, &err); /* units are missing */
    assert_non_null(writer);
    assert_int_equal(writer_commit(writer, digest, &err), -1);
    assert_non_null(strstr(err.text, "0 of 12 units"));
    assert_false(file_exists(place->path));
    writer_abandon(NULL);
    content_destroy(c);
}

static void test_a_folder_that_is_not_there(void **state)
{
    struct content *c = content_create();
    struct error err = { 0 };

    (void)state;
    assert_null(start(c, "/nowhere/results.h5", &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "/nowhere/results.h5"));
    if (!strstr(err.text, "No such file or directory"))
        fail_msg("%s", err.text);
    content_destroy(c);
}

/* In a child: HDF5 keeps what it cannot close until the process ends. */
static int commit_without_room(const struct content *c, const char *path)
{
    struct error err = { 0 };
    struct rlimit limit;
    char digest[65];
    struct writer *writer = start(c, path, &err);

    if (!writer || getrlimit(RLIMIT_FSIZE, &limit) < 0)
        return 1;
    add_units(writer, c);
    limit.rlim_cur = 4096;
    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
        return 2;
    if (writer_commit(writer, digest, &err) == 0)
        return 3;
    if (err.code != ERR_IO)
        return 4;
    return strstr(err.text, path) && strstr(err.text, "File too large") ? 0 : 5;
}

/* A limit on the file's size fails a write as a full disk does. */
static void test_no_room_is_told(void **state)
{
    struct place *place = *state;
    struct content *c = content_create();
    struct name_list names = { 0 };
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        _exit(commit_without_room(c, place->path));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(file_list(place->folder, &names, NULL), 0);
    assert_int_equal(names.num, 0);
    name_list_release(&names);
    content_destroy(c);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_reads_back_what_was_written),
        TEST(test_datasets_and_texts_read_back),
        TEST(test_utility_reads_back),
        TEST(test_digest_follows_content_and_nothing_else),
        TEST(test_many_units_cross_chunks),
        TEST(test_rows_read_back),
        TEST(test_nothing_at_all_is_a_file_too),
        TEST(test_torn_and_foreign_files_are_refused),
        TEST(test_abandoned_leaves_nothing),
        TEST(test_a_folder_that_is_not_there),
        TEST(test_no_room_is_told),
    };

    if (argc > 1) {
        struct content *c = content_create();
        char digest[65];

        write_content(c, argv[1], digest);
        (void)puts(digest);
        content_destroy(c);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
