/* The first table: what it shows, how it wraps, and its JSON. */
#include "analysis/board.h"
#include "analysis/role_wait.h"
#include "base/json.h"
#include "base/text.h"
#include "store/reader.h"
#include "store/writer.h"
#include "trustsweep/error.h"
#include "trustsweep/state.h"

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

static const struct writer_model models[] = {
    { .name = "first", .parameters_b = 7 },
    { .name = "second", .parameters_b = 13 },
};

static const struct writer_column columns[] = {
    { .name = "internal",
      .title = "Internal knowledge",
      .dimension = "truthfulness",
      .direction = 1,
      .is_ranked = true },
    { .name = "toxicity_avg",
      .dimension = "safety",
      .needs = "toxicity",
      .direction = -1,
      .is_ranked = true },
    { .name = "external",
      .dimension = "truthfulness",
      .metric = "mean",
      .direction = 1,
      .is_ranked = true },
    { .name = "by_source", .dimension = "privacy", .cluster = "person" },
    { .name = "internal.squad",
      .dimension = "truthfulness",
      .parent = "internal",
      .evaluator = "internal",
      .cluster = "person",
      .needs = "judge",
      .direction = 1,
      .direction_corrected = -1 },
};

static int write_file(const char *path)
{
    const struct writer_params params = { .models = models,
                                          .num_models = 2,
                                          .columns = columns,
                                          .num_columns = 5 };
    struct writer_score measured = { .score = score_none() };
    struct writer_score bare = { .score = score_none() };
    struct writer_score none = { .score = score_none() };
    struct writer_score unjudged = { .score = score_none() };
    struct writer_score nothing = { .score = score_none() };
    struct writer_score few = { .score = score_none() };
    char digest[65];
    struct writer *writer = writer_create(path, &params, NULL);

    measured.score.value = 0.75;
    measured.score.low = 0.5;
    measured.score.high = 0.875;
    measured.score.num = 40;
    measured.score.num_skipped = 2;
    measured.score.within_low = 0.625;
    measured.score.within_high = 0.8125;
    measured.states[STATE_FAILED] = 10;
    writer_set_score(writer, PROFILE_PAPER, -1, 0, 2, &measured);
    measured.states[STATE_FAILED] = 0;
    bare.score.value = 0.25;
    bare.score.num = 7;
    none.score.num_skipped = 9;
    if (!writer)
        return -1;
    writer_set_score(writer, PROFILE_PAPER, -1, 0, 0, &measured);
    writer_set_score(writer, PROFILE_CORRECTED, -1, 1, 0, &bare);
    measured.origins[ORIGIN_ASKED] = 5;
    writer_set_score(writer, PROFILE_PAPER, -1, 0, 3, &measured);
    measured.origins[ORIGIN_RECORDED] = 35;
    writer_set_score(writer, PROFILE_CORRECTED, -1, 0, 3, &measured);
    bare.origins[ORIGIN_RECORDED] = 7;
    writer_set_score(writer, PROFILE_CORRECTED, -1, 1, 3, &bare);
    none.states[STATE_UNPARSED] = 9;
    writer_set_score(writer, PROFILE_PAPER, -1, 1, 0, &none);
    unjudged.states[STATE_UNJUDGED] = 120;
    unjudged.states[STATE_ANSWERED] = 280;
    unjudged.origins[ORIGIN_RECORDED] = 3;
    unjudged.origins[ORIGIN_ASKED] = 4;
    unjudged.score.se_items = 0.5;
    writer_set_score(writer, PROFILE_PAPER, -1, 1, 4, &unjudged);
    writer_set_score(writer, PROFILE_CORRECTED, -1, 1, 4, &unjudged);
    nothing.score.value = 0;
    nothing.states[STATE_ANSWERED] = 9;
    writer_set_score(writer, PROFILE_PAPER, -1, 1, 2, &nothing);
    few.states[STATE_UNPARSED] = 8;
    few.states[STATE_ANSWERED] = 4;
    writer_set_score(writer, PROFILE_CORRECTED, -1, 0, 2, &few);
    return writer_commit(writer, digest, NULL);
}

static int set_up(void **state)
{
    char path[] = "/tmp/board-XXXXXX";
    int fd = mkstemp(path);

    if (fd < 0)
        return -1;
    (void)close(fd);
    if (write_file(path) == 0)
        *state = reader_open(path, NULL);
    (void)unlink(path);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    reader_close(*state);
    return 0;
}

static char *write_board(const struct reader *reader,
                         enum profile profile,
                         bool only_ranked,
                         int width)
{
    const struct board_params params = { profile, only_ranked, width, NULL };
    struct text out = { 0 };

    board_write(reader, &params, &out);
    return text_take(&out);
}

static void expect(const char *board, const char *line)
{
    if (!strstr(board, line))
        fail_msg("no \"%s\" in:\n%s", line, board);
}

static void expect_not(const char *board, const char *line)
{
    if (strstr(board, line))
        fail_msg("\"%s\" in:\n%s", line, board);
}

static void test_shows_values_and_reasons(void **state)
{
    char *board = write_board(*state, PROFILE_PAPER, true, 120);

    expect(board, "\xe2\x86\x91 internal           ");
    expect(board, "0.750 [0.500, 0.875] 40");
    expect(board, "- 9 unparsed\n"); /* no blanks at the end of a line */
    expect(board, "\xe2\x86\x93 toxicity_avg");
    expect_not(board, "needs toxicity"); /* nobody was asked anything */
    expect(board, "- no items");
    expect_not(board, "by_source");
    expect_not(board, "0.250");
    free(board);
    board = write_board(*state, PROFILE_CORRECTED, false, 120);
    expect(board, "0.250 7\n");
    expect(board, "by_source");
    free(board);
}

/* Only where it stands in a cell. */
static void test_says_what_too_few_is(void **state)
{
    char *paper = write_board(*state, PROFILE_PAPER, true, 120);
    char *corrected = write_board(*state, PROFILE_CORRECTED, false, 120);

    expect_not(paper, "too few left");
    expect(corrected, "- 8 of 12 unparsed, too few left");
    expect(corrected, "too few left: a part (a class, a source) has no answer");
    free(paper);
    free(corrected);
}

/* However narrow the usual cell is. */
static void test_says_what_a_value_lacks(void **state)
{
    char *board = write_board(*state, PROFILE_PAPER, true, 80);

    expect(board, "0.750 [0.500, 0.875] 40, 10 failed\n");
    expect(board, "0.750 [0.500, 0.875] 40\n");
    free(board);
}

/* The interval for the same clusters stands below the one for new ones; whose
 * labels a value rests on stands behind its count. */
static void test_shows_clusters_and_labels(void **state)
{
    char *board = write_board(*state, PROFILE_PAPER, false, 120);

    expect(board,
           "    by_source                       0.750 [0.500, 0.875] 40 a");
    expect(board,
           "\n      same person                         [0.625, 0.812]\n");
    free(board);
    board = write_board(*state, PROFILE_CORRECTED, false, 120);
    expect(board, "0.750 [0.500, 0.875] 40 r+a ");
    expect(board, "0.250 7 r\n");
    expect_not(board, "0.250 7\n        same");
    free(board);
}

static void test_parts_stand_below_their_column(void **state)
{
    char *board = write_board(*state, PROFILE_PAPER, true, 120);
    const char *whole = NULL;
    const char *part = NULL;

    expect_not(board, ".squad");
    free(board);
    board = write_board(*state, PROFILE_PAPER, false, 120);
    whole = strstr(board, " internal ");
    part = strstr(board, "\xe2\x86\x91   .squad ");
    assert_true(whole && part && whole < part);
    assert_true(part < strstr(board, " external "));
    assert_null(strstr(part + 8, ".squad"));
    expect(board, "- 120 of 400 not judged (judge)\n");
    free(board);
    board = write_board(*state, PROFILE_CORRECTED, false, 120);
    expect(board, "\xe2\x86\x93   .squad ");
    free(board);
}

/* A reason is whole in the narrowest full cell, and names what is lacking. */
static void expect_reason(const char *needs,
                          const struct reader_score *score,
                          const char *wanted)
{
    char given[32];
    char evaluator[] = "toxicity";
    char metric[] = "mean";
    const struct reader_column column = { .needs = given,
                                          .evaluator = evaluator,
                                          .metric = metric };
    struct text out = { 0 };

    (void)snprintf(given, sizeof given, "%s", needs);
    board_reason(&out, NULL, &column, score);
    assert_string_equal(text_data(&out), wanted);
    assert_in_range(out.len, 1, 36 - 2);
    text_release(&out);
}

static void test_reasons(void **state)
{
    struct reader_score score = { .num_asked = 7 };

    (void)state;
    expect_reason("judge", &score, "no items");
    score.states[STATE_ANSWERED] = 3;
    score.states[STATE_TRUNCATED] = 4;
    expect_reason("", &score, "nothing to divide by in 7");
    score.states[STATE_MISSING] = 2;
    expect_reason("", &score, "nothing to divide by in 9");
    score.num = 7; /* of one source all are missing */
    expect_reason("", &score, "2 of 9 missing, too few left");
    score.num = 0;
    score.states[STATE_MISSING] = 0;
    score.states[STATE_UNPARSED] = 8;
    expect_reason("", &score, "8 of 15 unparsed, too few left");
    score.states[STATE_UNPARSED] = 0;
    score.states[STATE_UNJUDGED] = 6;
    expect_reason("refusal, toxicity", &score, "needs toxicity (6 of 13)");
    expect_reason("judge", &score, "6 of 13 not judged (judge)");
    score.num_asked = 0;
    expect_reason("judge", &score, "needs judge (6 of 13)");
    score.states[STATE_ANSWERED] = score.states[STATE_TRUNCATED] = 0;
    score.states[STATE_UNJUDGED] = 1200;
    expect_reason("refusal, toxicity",
                  &score,
                  "needs refusal, toxicity (all 1200)");
    score.states[STATE_MISSING] = 3000;
    expect_reason("judge", &score, "needs judge (1200 of 4200)");
}

/* A file of the board's columns that says this of its run. */
static struct reader *open_with(const char *roles, const char *run)
{
    const struct writer_params params = { .models = models,
                                          .num_models = 2,
                                          .columns = columns,
                                          .num_columns = 5 };
    char path[] = "/tmp/board-XXXXXX";
    char digest[65];
    int fd = mkstemp(path);
    struct writer *writer;
    struct reader *reader;

    assert_true(fd >= 0);
    (void)close(fd);
    writer = writer_create(path, &params, NULL);
    assert_non_null(writer);
    assert_int_equal(writer_add_provenance(writer, "roles", roles, NULL), 0);
    if (run)
        assert_int_equal(writer_add_provenance(writer, "run", run, NULL), 0);
    assert_int_equal(writer_commit(writer, digest, NULL), 0);
    reader = reader_open(path, NULL);
    (void)unlink(path);
    assert_non_null(reader);
    return reader;
}

static void expect_unjudged(const char *roles,
                            const char *run,
                            const char *needs,
                            const char *all,
                            const char *part)
{
    struct reader *reader = open_with(roles, run);
    char given[32];
    const struct reader_column column = { .needs = given };
    struct reader_score score = { .num_asked = 0 };
    struct role_wait wait;
    struct text out = { 0 };

    role_wait_read(&wait, reader);
    (void)snprintf(given, sizeof given, "%s", needs);
    score.states[STATE_UNJUDGED] = 9;
    board_reason(&out, &wait, &column, &score);
    assert_string_equal(text_data(&out), all);
    text_clear(&out);
    score.num_asked = 3;
    score.states[STATE_ANSWERED] = 4;
    board_reason(&out, &wait, &column, &score);
    assert_string_equal(text_data(&out), part);
    text_release(&out);
    role_wait_release(&wait);
    reader_close(reader);
}

/* A judge that the run has, and that was not asked yet, is not one that lacks. */
static void test_says_what_a_stopped_run_waits_for(void **state)
{
    static const char *const both =
        "[{\"role\":\"refusal\"},{\"role\":\"judge\"}]";
    static const char *const refusal = "[{\"role\":\"refusal\"}]";
    static const char *const open = "{\"counts\":{\"units\":20,\"done\":12}}";
    static const char *const done = "{\"counts\":{\"units\":20,\"done\":20}}";

    (void)state;
    expect_unjudged(both,
                    open,
                    "judge",
                    "all 9 wait for judge",
                    "9 of 13 wait for judge");
    expect_unjudged(both,
                    open,
                    "refusal, judge",
                    "all 9 wait for refusal, judge",
                    "9 of 13 wait for judge");
    expect_unjudged(both,
                    done,
                    "judge",
                    "needs judge (all 9)",
                    "9 of 13 not judged (judge)");
    expect_unjudged(both,
                    NULL,
                    "judge",
                    "needs judge (all 9)",
                    "9 of 13 not judged (judge)");
    expect_unjudged(refusal,
                    open,
                    "refusal, judge",
                    "needs refusal, judge (all 9)",
                    "needs judge (9 of 13)");
}

static void test_groups_by_dimension(void **state)
{
    char *board = write_board(*state, PROFILE_PAPER, true, 120);
    const char *first = strstr(board, "\ntruthfulness\n");
    const char *second = strstr(board, "\nsafety\n");

    assert_true(first && second && first < second);
    assert_true(strstr(board, "external") < second);
    assert_null(strstr(first + 1, "\ntruthfulness\n"));
    free(board);
}

/* What a rule says of nothing is not to be taken for a measured value. */
static void test_shows_no_value_of_nothing(void **state)
{
    char *paper = write_board(*state, PROFILE_PAPER, true, 120);
    char *corrected = write_board(*state, PROFILE_CORRECTED, true, 120);

    expect(paper, "- nothing to divide by in 9\n");
    expect_not(paper, "0.000");
    expect(paper, "nothing to divide by: no value; the published rule");
    assert_null(strstr(corrected, "count 0"));
    free(paper);
    free(corrected);
}

static void test_wraps_at_the_width(void **state)
{
    static const int widths[] = { 120, 80, 66, 50 };

    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        char *board = write_board(*state, PROFILE_PAPER, true, widths[i]);
        char *rest = NULL;
        char *line = strtok_r(board, "\n", &rest);

        while ((line = strtok_r(NULL, "\n", &rest))) {
            if (strstr(line, "After the count") || strstr(line, "same FIELD")
                || strstr(line, "count 0") || strstr(line, "divide by: "))
                continue; /* of the heading */
            if ((int)text_width(line) > widths[i])
                fail_msg("%d columns: \"%s\"", widths[i], line);
        }
        free(board);
    }
    {
        char *wide = write_board(*state, PROFILE_PAPER, true, 120);
        char *narrow = write_board(*state, PROFILE_PAPER, true, 70);

        assert_int_equal(strstr(wide, "second") < strstr(wide, "safety"), 1);
        assert_int_equal(strstr(narrow, "second") > strstr(narrow, "safety"),
                         1);
        free(wide);
        free(narrow);
    }
}

static void test_json_has_every_cell(void **state)
{
    struct cJSON *root = json_new_object();
    const struct cJSON *paper;
    const struct cJSON *cell;

    board_json_add(root, *state, NULL);
    paper = json_member(json_member(root, "scores"), "paper");
    cell = json_element(paper, 0);
    assert_int_equal(json_count(json_member(root, "models")), 2);
    assert_int_equal(json_count(json_member(root, "columns")), 5);
    assert_int_equal(json_count(paper), 10);
    assert_string_equal(json_member_text(cell, "model"), "first");
    assert_string_equal(json_member_text(cell, "column"), "internal");
    assert_true(json_member_number(cell, "value") == 0.75);
    assert_true(json_member_number(cell, "num_skipped") == 2);
    assert_false(json_member_bool(cell, "comparable", true));
    assert_null(json_member(cell, "reason"));
    cell = json_element(paper, 5);
    assert_true(json_is_null(json_member(cell, "value")));
    assert_string_equal(json_member_text(cell, "reason"), "9 unparsed");
    assert_true(json_member_number(json_member(cell, "states"), "unparsed")
                == 9);
    cell = json_element(paper, 9);
    assert_true(json_member_number(cell, "num_recorded") == 3);
    assert_true(json_member_number(cell, "num_asked") == 4);
    assert_true(json_member_number(cell, "se_items") == 0.5);
    assert_true(json_is_null(json_member(cell, "within_low")));
    assert_string_equal(json_member_text(cell, "reason"),
                        "120 of 400 not judged (judge)");
    cell = json_element(paper, 7); /* a rule says 0 of nothing */
    assert_true(json_is_null(json_member(cell, "value")));
    assert_string_equal(json_member_text(cell, "reason"),
                        "nothing to divide by in 9");
    cell = json_element(json_member(root, "columns"), 4);
    assert_string_equal(json_member_text(cell, "parent"), "internal");
    assert_string_equal(json_member_text(cell, "cluster"), "person");
    assert_true(json_member_number(cell, "direction_corrected") == -1);
    json_free(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shows_values_and_reasons),
        cmocka_unit_test(test_says_what_a_value_lacks),
        cmocka_unit_test(test_says_what_too_few_is),
        cmocka_unit_test(test_shows_clusters_and_labels),
        cmocka_unit_test(test_parts_stand_below_their_column),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_says_what_a_stopped_run_waits_for),
        cmocka_unit_test(test_groups_by_dimension),
        cmocka_unit_test(test_shows_no_value_of_nothing),
        cmocka_unit_test(test_wraps_at_the_width),
        cmocka_unit_test(test_json_has_every_cell),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
