/* The published board: names, digits, verdicts and reasons. */
#include "analysis/published.h"
#include "analysis/published_compare.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "store/writer.h"
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
#include <unistd.h>

#include <cmocka.h>

static const char board_text[] =
    "{\"columns\":[\"a\",\"b\",\"c_x\",\"d\",\"e\",\"f\",\"g\",\"h\"],"
    "\"models\":[{\"name\":\"one\",\"values\":"
    "[\"0.500\",\"0.25\",\"0.9\",null,\"0.1\",\"0.6\",\"0.7\",\"0.8\"]},"
    "{\"name\":\"two\",\"values\":[\"0.1\",\"0.2\",\"0.3\",\"0.4\",null,"
    "\"0.6\",null,\"0.8\"]}],"
    "\"aliases\":{\"one-v1.0\":\"one\"},"
    "\"reasons\":[{\"column\":\"c_*\",\"model\":\"two\",\"kind\":\"other_run\","
    "\"text\":\"another run\"},"
    "{\"column\":\"g\",\"model\":\"*\",\"kind\":\"other_rule\","
    "\"text\":\"another rule\"},"
    "{\"column\":\"b\",\"model\":\"*\",\"kind\":\"other_rule\","
    "\"differs\":[0.04,0.16],\"text\":\"another rule\"}]}";

static const struct writer_column columns[] = {
    { .name = "a" },
    { .name = "b" },
    { .name = "c_x", .needs = "refusal, judge" },
    { .name = "d" },
    { .name = "f", .needs = "refusal" },
    { .name = "g", .task = "asked/g" },
    { .name = "h", .task = "other/h" },
};

static struct published *read_board(const char *text, struct error *err)
{
    char path[] = "/tmp/published-XXXXXX";
    int fd = mkstemp(path);
    struct published *board;

    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    board = published_read(path, err);
    (void)unlink(path);
    return board;
}

static void set(struct writer *writer,
                size_t model,
                size_t column,
                double value,
                enum state state,
                uint64_t num)
{
    struct writer_score score = { .score = score_none() };

    score.score.value = value;
    score.states[STATE_ANSWERED] = 10 - num;
    score.states[state] += num;
    writer_set_score(writer, PROFILE_PAPER, -1, model, column, &score);
}

/* Labels of which `num_asked` are not recorded ones. */
static void set_asked(struct writer *writer,
                      size_t model,
                      size_t column,
                      double value,
                      uint64_t num_asked)
{
    struct writer_score score = { .score = score_none() };

    score.score.value = value;
    score.states[STATE_ANSWERED] = 10;
    score.origins[ORIGIN_RECORDED] = 10 - num_asked;
    score.origins[ORIGIN_ASKED] = num_asked;
    writer_set_score(writer, PROFILE_PAPER, -1, model, column, &score);
}

/* Three models: "first" is the board's one, "TWO" by its case, and a stranger.
 */
static struct reader *make_results(void)
{
    static const struct writer_model models[] = {
        { .name = "first", .published_as = "One-V1.0" },
        { .name = "TWO" },
        { .name = "stranger" },
    };
    const struct writer_params params = { .models = models,
                                          .num_models = 3,
                                          .columns = columns,
                                          .num_columns = 7 };
    char path[] = "/tmp/published-XXXXXX";
    char digest[65];
    int fd = mkstemp(path);
    struct writer *writer;
    struct reader *reader;

    assert_true(fd >= 0);
    (void)close(fd);
    writer = writer_create(path, &params, NULL);
    assert_non_null(writer);
    set(writer, 0, 0, 0.5004, STATE_ANSWERED, 0);
    writer_set_comparable(writer, 0, 0, true);
    set(writer, 0, 1, 0.3, STATE_MISSING, 4);
    set(writer, 0, 2, (double)NAN, STATE_UNJUDGED, 10);
    set_asked(writer, 0, 4, 0.6, 3);
    set(writer, 0, 5, (double)NAN, STATE_MISSING, 10);
    set(writer, 1, 0, 0.3, STATE_ANSWERED, 0);
    writer_set_comparable(writer, 1, 0, true);
    set(writer, 1, 1, 0.35, STATE_ANSWERED, 0);
    writer_set_comparable(writer, 1, 1, true);
    set(writer, 1, 2, (double)NAN, STATE_UNJUDGED, 3);
    set(writer, 1, 3, 0.9, STATE_ANSWERED, 0);
    set_asked(writer, 1, 4, 0.6, 0);
    writer_set_comparable(writer, 1, 4, true);
    assert_int_equal(writer_add_provenance(writer,
                                           "roles",
                                           "[{\"role\":\"judge\",\"backend\":"
                                           "\"sim\"},{\"role\":\"refusal\","
                                           "\"backend\":\"builtin\"}]",
                                           NULL),
                     0);
    assert_int_equal(writer_add_provenance(writer,
                                           "job",
                                           "{\"only\":[\"asked/*\",\"\"]}",
                                           NULL),
                     0);
    assert_int_equal(writer_commit(writer, digest, NULL), 0);
    reader = reader_open(path, NULL);
    (void)unlink(path);
    assert_non_null(reader);
    return reader;
}

static void finds_models_by_name_and_alias(void **state)
{
    struct published *board = read_board(board_text, NULL);

    (void)state;
    assert_non_null(board);
    assert_string_equal(published_model(board, "one"), "one");
    assert_string_equal(published_model(board, "ONE-v1.0"), "one");
    assert_null(published_model(board, "three"));
    assert_null(published_model(board, ""));
    assert_int_equal(published_num_columns(board), 8);
    assert_string_equal(published_value(board, "one", 1), "0.25");
    assert_null(published_value(board, "one", 3));
    published_close(board);
}

static void refuses_a_broken_board(void **state)
{
    static const char *const broken[] = {
        "{}",
        "{\"columns\":[\"a\"],\"models\":[{\"name\":\"x\",\"values\":[]}],"
        "\"aliases\":{},\"reasons\":[]}",
        "{\"columns\":[\"a\"],\"models\":[{\"name\":\"x\",\"values\":[0.5]}],"
        "\"aliases\":{},\"reasons\":[]}",
        "{\"columns\":[\"a\"],\"models\":[],\"aliases\":{},"
        "\"reasons\":[{\"column\":\"a\"}]}",
        "{\"columns\":[\"a\"],\"models\":[],\"aliases\":{},\"reasons\":"
        "[{\"column\":\"a\",\"model\":\"*\",\"kind\":\"k\",\"text\":\"t\","
        "\"differs\":[0.2,0.1]}]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct error err = { 0 };

        assert_null(read_board(broken[i], &err));
        assert_int_equal(err.code, ERR_FORMAT);
    }
}

static void digits_as_printed(void **state)
{
    (void)state;
    assert_int_equal(published_digits(0.4126, "0.41"), PUBLISHED_ROUNDED);
    assert_int_equal(published_digits(0.415, "0.41"), PUBLISHED_ROUNDED);
    assert_int_equal(published_digits(0.415, "0.42"), PUBLISHED_ROUNDED);
    assert_int_equal(published_digits(0.4199, "0.41"), PUBLISHED_CUT_OFF);
    assert_int_equal(published_digits(0.4201, "0.41"), PUBLISHED_OTHER);
    assert_int_equal(published_digits(0.4148, "0.42"), PUBLISHED_ROUNDED_TWICE);
    assert_int_equal(published_digits(0.4142, "0.42"), PUBLISHED_OTHER);
    assert_int_equal(published_digits(-0.1618, "-0.161"), PUBLISHED_CUT_OFF);
    assert_int_equal(published_digits(-0.1602, "-0.161"), PUBLISHED_OTHER);
    assert_int_equal(published_digits(95.406, "95.41"), PUBLISHED_ROUNDED);
    assert_int_equal(published_digits((double)NAN, "0.5"), PUBLISHED_OTHER);
}

static const struct published_row *find(const struct published_table *table,
                                        const char *model,
                                        const char *column)
{
    for (size_t i = 0; i < table->num; i++) {
        if (strcmp(table->rows[i].model, model) == 0
            && strcmp(table->rows[i].column, column) == 0)
            return &table->rows[i];
    }
    return NULL;
}

static const struct {
    const char *model, *column;
    enum published_verdict verdict;
    const char *reason;
} compared[] = {
    { "first", "a", PUBLISHED_EQUAL, "" },
    { "first",
      "b",
      PUBLISHED_NOT_COMPARABLE,
      "4 of 10 items not among the answers; another rule" },
    { "first",
      "c_x",
      PUBLISHED_MISSING,
      "10 of 10 items not judged (needs refusal, judge)" },
    { "first", "e", PUBLISHED_MISSING, "no such column in the file" },
    { "TWO", "a", PUBLISHED_DIFFERENT, "" },
    { "TWO", "b", PUBLISHED_DIFFERENT, "another rule" },
    { "TWO",
      "c_x",
      PUBLISHED_MISSING,
      "3 of 10 items not judged (needs judge); another run" },
    { "TWO",
      "d",
      PUBLISHED_NOT_COMPARABLE,
      "not the data of the official release, or asked with other "
      "generation settings" },
    /* the same value, by recorded labels and by a classifier of ours */
    { "TWO", "f", PUBLISHED_EQUAL, "" },
    { "first",
      "f",
      PUBLISHED_NOT_COMPARABLE,
      "3 of 10 items judged by refusal (builtin), not as published" },
    /* another rule explains nothing where nothing was there */
    { "first", "g", PUBLISHED_MISSING, "10 of 10 items not among the answers" },
};

static void compares_and_says_why(void **state)
{
    struct published *board = read_board(board_text, NULL);
    struct reader *reader = make_results();
    struct published_table table;

    (void)state;
    published_compare(reader, board, &table);
    for (size_t i = 0; i < ARRAY_LEN(compared); i++) {
        const struct published_row *row =
            find(&table, compared[i].model, compared[i].column);

        if (!row || row->verdict != compared[i].verdict
            || strcmp(row->reason, compared[i].reason) != 0)
            fail_msg("%s, %s: %s",
                     compared[i].model,
                     compared[i].column,
                     row ? row->reason : "not compared");
    }
    assert_null(find(&table, "first", "d")); /* the board is empty there */
    assert_null(find(&table, "first", "h")); /* of a task not asked for */
    assert_true(find(&table, "first", "f")->ours == 0.6);
    assert_int_equal(table.num, ARRAY_LEN(compared));
    assert_int_equal(table.counts[PUBLISHED_EQUAL], 2);
    assert_int_equal(table.counts[PUBLISHED_DIFFERENT], 2);
    assert_int_equal(table.counts[PUBLISHED_NOT_COMPARABLE], 3);
    assert_int_equal(table.counts[PUBLISHED_MISSING], 4);
    assert_int_equal(table.num_same_digits, 1);
    assert_int_equal(table.num_unexplained, 1);
    assert_int_equal(table.num_strangers, 1);
    assert_string_equal(table.strangers[0], "stranger");
    published_compare_release(&table);
    published_close(board);
    reader_close(reader);
}

/* A reason is for the differences it was measured for. */
static void reasons_are_bounded(void **state)
{
    struct published *board = read_board(board_text, NULL);

    (void)state;
    assert_string_equal(published_reason(board, "one", 1, 0.05).kind,
                        "other_rule");
    assert_null(published_reason(board, "one", 1, 0.2).kind);
    assert_null(published_reason(board, "one", 1, -0.05).kind);
    assert_string_equal(published_reason(board, "one", 1, (double)NAN).kind,
                        "other_rule");
    assert_null(published_reason(board, "two", 2, 0.05).kind); /* no bounds */
    assert_string_equal(published_reason(board, "two", 2, (double)NAN).kind,
                        "other_run");
    published_close(board);
}

static void writes_both_forms(void **state)
{
    struct published *board = read_board(board_text, NULL);
    struct reader *reader = make_results();
    struct published_table table;
    struct text text = { 0 };
    struct cJSON *json;
    const struct cJSON *row;

    (void)state;
    published_compare(reader, board, &table);
    published_compare_write(&table, &text);
    assert_non_null(strstr(text_data(&text),
                           "2 equal (0 of them cut off or rounded twice), 1 "
                           "different with a reason, 1 different without, 3 "
                           "not comparable (1 of them with the printed "
                           "digits), 4 not measured"));
    assert_non_null(strstr(text_data(&text), "different: unexplained\n"));
    assert_non_null(strstr(text_data(&text),
                           "1 of the equal and different rest on labels"));
    assert_non_null(strstr(text_data(&text),
                           "not comparable: 3 of 10 items judged by refusal "
                           "(builtin), not as published\n"));
    assert_non_null(strstr(text_data(&text), "stranger is not on the board"));
    json = published_compare_json(&table);
    row = json_first(json_member(json, "comparisons"));
    assert_string_equal(json_member_text(row, "printed"), "0.500");
    assert_string_equal(json_member_text(row, "published_as"), "one");
    assert_string_equal(json_member_text(row, "digits"), "rounded");
    assert_true(json_member_number(json_member(json, "summary"),
                                   "different_without_reason")
                == 1);
    json_free(json);
    text_release(&text);
    published_compare_release(&table);
    published_close(board);
    reader_close(reader);
}

/* The installed board is whole: 16 models and 5 later ones, 31 columns. */
static void installed_board_reads(void **state)
{
    struct error err = { 0 };
    struct published *board = published_open(&err);

    (void)state;
    if (!board)
        fail_msg("%s", err.text);
    assert_int_equal(published_num_columns(board), 31);
    assert_string_equal(published_model(board, "bison-001"), "palm2");
    assert_string_equal(published_value(board, "gpt-4", 0), "0.417");
    assert_null(published_reason(board, "gpt-4", 6, 0.1).kind);
    published_close(board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_models_by_name_and_alias),
        cmocka_unit_test(refuses_a_broken_board),
        cmocka_unit_test(digits_as_printed),
        cmocka_unit_test(compares_and_says_why),
        cmocka_unit_test(reasons_are_bounded),
        cmocka_unit_test(writes_both_forms),
        cmocka_unit_test(installed_board_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
