/* The parts of the analysis on the published board, whose figures were worked
 * out before with SciPy; and tables. */
#include "analysis/analysis.h"
#include "analysis/parts_table.h"
#include "analysis/published.h"
#include "analysis/table.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
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

static struct analysis board;

static int set_up(void **state)
{
    const struct analysis_options options = analysis_defaults();
    struct error err = { 0 };

    (void)state;
    if (analysis_make(&board, NULL, 0, &options, &err) == 0)
        return 0;
    print_error("%s\n", err.text);
    return -1;
}

static int tear_down(void **state)
{
    (void)state;
    analysis_release(&board);
    return 0;
}

/* scipy.stats.spearmanr over the 13 models with a figure. */
static const struct {
    const char *scope, *measure;
    double spearman;
} trusted[] = {
    { "overall", "arena_elo", 0.7802 },
    { "overall", "mt_bench", 0.7527 },
    { "overall", "mmlu_5shot", 0.7538 },
    { "truthfulness", "mmlu_5shot", 0.7961 },
    { "safety", "mmlu_5shot", 0.0468 },
    { "fairness", "mmlu_5shot", 0.5503 },
    { "robustness", "mmlu_5shot", 0.7273 },
    { "privacy", "mmlu_5shot", 0.291 },
    { "ethics", "mmlu_5shot", 0.8638 },
};

static const struct correlation_row *find(const char *scope,
                                          const char *measure)
{
    for (size_t i = 0; i < board.correlation.num_rows; i++) {
        const struct correlation_row *row = &board.correlation.rows[i];

        if (text_equal(board.ranking.scopes[row->scope].name, scope)
            && text_equal(board.utility.measures[row->measure].name, measure))
            return row;
    }
    fail_msg("no row %s, %s", scope, measure);
    return NULL;
}

static void test_trust_against_utility(void **state)
{
    const struct correlation_value *value;

    (void)state;
    assert_int_equal(board.correlation.num_rows, 7 * 3);
    for (size_t i = 0; i < ARRAY_LEN(trusted); i++) {
        const struct correlation_row *row =
            find(trusted[i].scope, trusted[i].measure);

        value = &row->kinds[CORRELATION_SPEARMAN];
        assert_int_equal(row->num, 13);
        if (fabs(value->value - trusted[i].spearman) > 5e-5)
            fail_msg("%s: %.4f", trusted[i].scope, value->value);
        assert_true(value->models.low < value->value
                    && value->value < value->models.high);
        assert_true(value->without_low <= value->value
                    && value->value <= value->without_high);
    }
    value = &find("overall", "arena_elo")->kinds[CORRELATION_SPEARMAN];
    assert_true(value->test.p > 0.0005 && value->test.p < 0.005);
    value = &find("safety", "mmlu_5shot")->kinds[CORRELATION_SPEARMAN];
    assert_true(value->test.p > 0.8);
    /* three Llama 2 and three Vicuna of 13 */
    assert_int_equal(find("overall", "arena_elo")->num_families, 9);
}

static void test_access(void **state)
{
    const struct access_scope *all = &board.access.scopes[0];

    (void)state;
    assert_int_equal(all->models.num_proprietary, 4);
    assert_int_equal(all->models.num_open, 12);
    assert_true(fabs(all->models.mean_proprietary - 7.0887) < 5e-5);
    assert_true(fabs(all->models.mean_open - 8.6613) < 5e-5);
    assert_true(all->models.test.is_exact);
    assert_true(fabs(all->models.test.least - 1 / 1820.0) < 1e-12);
    assert_int_equal(all->families.num_open, 8);
    assert_true(fabs(all->families.test.least - 1 / 495.0) < 1e-12);
    assert_true(all->models.shift.interval.low < all->models.shift.value
                && all->models.shift.value < all->models.shift.interval.high);
    assert_true(all->models.shift.level >= 0.95);
}

static void test_over_alignment(void **state)
{
    const struct over_alignment *all = &board.over_alignment;

    (void)state;
    assert_int_equal(all->num_rows, 16);
    for (size_t i = 0; i < all->num_rows; i++) {
        const struct over_alignment_row *row = &all->rows[i];
        const char *name = board.grid.models[row->model].name;

        assert_true(
            fabs(row->index.value - row->harmless.value / row->harmful.value)
            < 1e-12);
        assert_true(row->index.low < row->index.value
                    && row->index.value < row->index.high);
        /* least harmless, and most harmful refused */
        if (text_equal(name, "vicuna-33b") || text_equal(name, "llama2-13b"))
            assert_true(row->is_on_frontier);
        if (text_equal(name, "palm2"))
            assert_false(row->is_on_frontier);
        /* ten types are no 200 prompts: mistral-7b's own are [0.24, 0.69] */
        if (text_equal(name, "mistral-7b")) {
            assert_true(row->harmless.low > 0.2 && row->harmless.low < 0.3);
            assert_true(row->harmless.high > 0.63 && row->harmless.high < 0.72);
        }
    }
}

static const struct {
    const char *id;
    enum statement_verdict verdict;
} verdicts[] = {
    { "mean_ranks", STATEMENT_HOLDS },
    { "gpt4_first", STATEMENT_UNKNOWN },
    { "utility", STATEMENT_HOLDS },
    { "utility_dimensions", STATEMENT_UNKNOWN },
    { "recognition", STATEMENT_HOLDS },
    { "proprietary", STATEMENT_UNKNOWN },
    { "llama2_7b_harmless", STATEMENT_FAILS },
    { "llama2_over", STATEMENT_UNKNOWN },
    { "gaps", STATEMENT_UNKNOWN },
    { "ood_worst", STATEMENT_HOLDS },
    { "agreement_worst", STATEMENT_FAILS },
    { "ood_generalization_worst", STATEMENT_FAILS },
    { "emotional_best", STATEMENT_HOLDS },
};

static void test_statements(void **state)
{
    (void)state;
    assert_true(board.statements.num >= 15);
    for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
        size_t k = 0;

        while (k < board.statements.num
               && !text_equal(board.statements.list[k].id, verdicts[i].id))
            k++;
        assert_true(k < board.statements.num);
        if (board.statements.list[k].verdict != verdicts[i].verdict) {
            fail_msg("%s %s: %s",
                     verdicts[i].id,
                     statements_verdict_name(board.statements.list[k].verdict),
                     board.statements.list[k].why);
        }
        assert_true(board.statements.list[k].why[0] != '\0');
    }
}

static void test_summary(void **state)
{
    static const char *const parts[] = {
        "gpt-4 has the best mean rank, 4.97 [",
        "Spearman 0.78",
        "better than open ones (4 against 12 models)",
        "Of harmless prompts llama2-13b refuses most (of 16 models), ",
        ("p = 0.203 (0.0005 is the least that so few can give), of "
         "families 0.117 (0.0020)"),
        "furthest apart in fairness",
        "16 of 16 published averages",
        "disparagement_sex_p",
    };
    struct text text = { 0 };

    (void)state;
    for (size_t i = 0; i < board.summary.num; i++)
        text_addf(&text, "%s\n", board.summary.sentences[i]);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!strstr(text_data(&text), parts[i]))
            fail_msg("no '%s' in:\n%s", parts[i], text_data(&text));
    }
    text_release(&text);
}

/* Models whose mean ranks are equal: none of them is said to be ahead. */
static void test_summary_of_equals(void **state)
{
    struct rank_row *rows = board.ranking.scopes[0].rows;
    const double second = rows[1].mean_rank;
    struct summary summary;

    (void)state;
    rows[1].mean_rank = rows[0].mean_rank;
    summary_make(&summary, &board);
    rows[1].mean_rank = second;
    assert_non_null(strstr(summary.sentences[0],
                           "2 models share the best mean rank, 4.97, over"));
    assert_non_null(strstr(summary.sentences[0], ": gpt-4, "));
    assert_null(strstr(summary.sentences[0], "has the best"));
    summary_release(&summary);
}

/* Of one model alone nothing is said of others. */
static void test_summary_of_one_model(void **state)
{
    struct analysis one = board;
    struct summary summary;
    struct text text = { 0 };

    (void)state;
    one.over_alignment.num_rows = 1;
    summary_make(&summary, &one);
    for (size_t i = 0; i < summary.num; i++)
        text_addf(&text, "%s\n", summary.sentences[i]);
    assert_non_null(strstr(text_data(&text), "Of harmless prompts "));
    assert_null(strstr(text_data(&text), "refuses most"));
    assert_null(strstr(text_data(&text), "no other model"));
    text_release(&text);
    summary_release(&summary);
}

static void test_spread(void **state)
{
    (void)state;
    assert_string_equal(board.spread.dimensions[0].name, "fairness");
    assert_string_equal(board.spread.dimensions[5].name, "truthfulness");
    for (size_t m = 0; m < board.grid.num_models; m++) {
        const struct spread_advice *advice = &board.spread.advice[m];

        assert_int_equal(advice->num, SPREAD_ADVICE);
        for (size_t i = 1; i < advice->num; i++)
            assert_true(advice->excess[i] <= advice->excess[i - 1]);
    }
}

static void test_every_part_is_a_table(void **state)
{
    static const char *const empty[] = { "pairs",
                                         "compare",
                                         "series",
                                         "beside" };
    const struct table_style style = { .width = 80 };

    (void)state;
    for (size_t i = 0; parts_table_names[i]; i++) {
        struct table *tables[PARTS_TABLES];
        bool is_empty = false;
        const size_t num =
            parts_table_make(&board, parts_table_names[i], tables);

        /* the board has no items, so no pairs, and is no file */
        for (size_t k = 0; k < ARRAY_LEN(empty); k++)
            is_empty = is_empty || text_equal(parts_table_names[i], empty[k]);
        assert_true((num == 0) == is_empty);
        for (size_t t = 0; t < num; t++) {
            struct text text = { 0 };

            table_write(tables[t], &style, &text);
            assert_true(text.len > 40);
            text_clear(&text);
            table_csv(tables[t], &text);
            assert_true(text_ends(text_data(&text), "\r\n"));
            text_release(&text);
            table_destroy(tables[t]);
        }
    }
    assert_int_equal(parts_table_make(&board, "nothing", NULL), 0);
}

/* What rounds to nothing has no sign. */
static void test_zero_has_no_sign(void **state)
{
    const struct table_style wide = { .width = 80 };
    struct table *table = table_create("A title", NULL);
    struct text text = { 0 };

    (void)state;
    table_column(table, "n", TABLE_NUMBER, 1);
    table_column(table, "v", TABLE_INTERVAL, 2);
    table_number(table, -0.04);
    table_interval(table, -0.004, -0.006, 0.3);
    table_write(table, &wide, &text);
    assert_non_null(strstr(text_data(&text), "\n0.0  0.00 [-0.01, 0.30]\n"));
    table_destroy(table);
    text_release(&text);
}

static void test_tables(void **state)
{
    const struct table_style wide = { .width = 80 };
    const struct table_style narrow = { .width = 16 };
    struct table *table = table_create("A title", NULL);
    struct text text = { 0 };

    (void)state;
    table_column(table, "name", TABLE_TEXT, 0);
    table_column(table, "n", TABLE_NUMBER, 1);
    table_column(table, "v", TABLE_INTERVAL, 2);
    table_text(table, "a, \"b\"");
    table_number(table, 2);
    table_interval(table, 0.5, 0.25, 1.0 / 3);
    table_text(table, "c");
    table_number(table, (double)NAN);
    table_no_interval(table, 1, "two");
    assert_int_equal(table_num_rows(table), 2);
    table_write(table, &wide, &text);
    assert_string_equal(text_data(&text),
                        "A title\n"
                        "name      n  v\n"
                        "a, \"b\"  2.0  0.50 [0.25, 0.33]\n"
                        "c         -  1.00 (two)\n");
    text_clear(&text);
    table_write(table, &narrow, &text);
    assert_string_equal(text_data(&text),
                        "A title\n"
                        "name      n\n"
                        "a, \"b\"  2.0\n"
                        "c         -\n"
                        "\n"
                        "name    v\n"
                        "a, \"b\"  0.50 [0.25, 0.33]\n"
                        "c       1.00 (two)\n");
    text_clear(&text);
    table_csv(table, &text);
    assert_string_equal(
        text_data(&text),
        "name,n,v,v low,v high,table\r\n"
        "\"a, \"\"b\"\"\",2,0.5,0.25,0.333333333333333,A title\r\n"
        "c,,1,,,A title\r\n");
    text_release(&text);
    table_destroy(table);
}

/* Whichever part is looked at, it says whose rows these are. */
static void test_parts_repeat_names(void **state)
{
    const struct table_style style = { .width = 24 };
    struct table *table = table_create("T", NULL);
    struct text text = { 0 };

    (void)state;
    table_column(table, "m", TABLE_TEXT, 0);
    table_column(table, "role", TABLE_TEXT, 0);
    table_column(table, "asked", TABLE_NUMBER, 0);
    table_column(table, "v", TABLE_INTERVAL, 2);
    table_column(table, "why", TABLE_TEXT, 0);
    table_text(table, "a");
    table_text(table, "judge");
    table_number(table, 7);
    table_interval(table, 0.5, 0.25, 1);
    table_text(table, "x");
    table_write(table, &style, &text);
    assert_string_equal(text_data(&text),
                        "T\n"
                        "m  role   asked\n"
                        "a  judge      7\n"
                        "\n"
                        "m  role   v\n"
                        "a  judge  0.50 [0.25, 1.00]\n"
                        "\n"
                        "m  role   why\n"
                        "a  judge  x\n");
    text_release(&text);
    table_destroy(table);
}

static void test_long_texts_wrap(void **state)
{
    const struct table_style style = { .width = 80 };
    struct table *table =
        table_create("T",
                     "a note that is longer than the eighty columns that a "
                     "line of it may have, as this one is\nand more");
    struct text text = { 0 };

    (void)state;
    table_column(table, "a", TABLE_TEXT, 0);
    table_column(table, "b", TABLE_TEXT, 0);
    table_text(table, "one");
    table_text(table, "more words than go on a single line of forty columns");
    table_write(table, &style, &text);
    assert_string_equal(text_data(&text),
                        "T\n"
                        "a note that is longer than the eighty columns that a "
                        "line of it may have, as\nthis one is\nand more\n"
                        "a    b\n"
                        "one  more words than go on a single line of\n"
                        "     forty columns\n");
    text_release(&text);
    table_destroy(table);
}

/* A file of that content; its path. */
static char *write_file(const char *ending, const char *content)
{
    char *path = text_format("/tmp/test-parts-%ld%s", (long)getpid(), ending);

    assert_int_equal(file_write(path, content, strlen(content), NULL), 0);
    return path;
}

static double value_of(const struct utility *utility,
                       const char *measure,
                       const char *model)
{
    for (size_t i = 0; i < utility->num_measures; i++) {
        for (size_t m = 0; m < board.grid.num_models; m++) {
            if (text_equal(utility->measures[i].name, measure)
                && text_equal(board.grid.models[m].name, model))
                return utility->measures[i].values[m];
        }
    }
    return (double)NAN;
}

static const struct {
    const char *ending, *content, *model, *measure;
    double value;        /* NaN: refused */
    const char *refusal; /* a part of the error */
} tables[] = {
    { ".csv",
      "model,mmlu,\"arc\"\ngpt-4,86.4,\r\nnobody,1,2\n",
      "gpt-4",
      "mmlu",
      86.4,
      NULL },
    { ".csv", "model,mmlu\nGPT-3.5-turbo , 70\n", "chatgpt", "mmlu", 70, NULL },
    { ".csv",
      "#a, \"note\n \t\r\nmodel, \"mmlu, \"\"5 shot\"\"\" ,b\n"
      " \"gpt-4\" , \" 70 \",\n",
      "gpt-4",
      "mmlu, \"5 shot\"",
      70,
      NULL },
    { ".csv", "model,b\",a,\r\ngpt-4,2\",3,\r\n", "gpt-4", "b", 2, NULL },
    { ".csv", "model,a,\ngpt-4,3\n", "gpt-4", "a", 3, NULL },
    { ".csv", "model,a,\ngpt-4,3,4\n", NULL, NULL, (double)NAN, ":2: more" },
    { ".csv",
      "model,a\n\"gpt-4,1\n",
      NULL,
      NULL,
      (double)NAN,
      ":2:1: the quote that begins here" },
    { ".csv",
      "model,a\n\"gpt-4\"x,1\n",
      NULL,
      NULL,
      (double)NAN,
      ":2:8: text behind a closing quote" },
    { ".csv",
      "# of May\nmodel;mmlu\ngpt-4;86,4\n",
      "gpt-4",
      "mmlu",
      86.4,
      NULL },
    { ".csv", "model\tmmlu\ngpt-4\t86.4\n", "gpt-4", "mmlu", 86.4, NULL },
    { ".csv",
      "model,mmlu\ngpt-4,\"86,4\"\n",
      NULL,
      NULL,
      (double)NAN,
      ":2: '86,4' of column 'mmlu' is no number" },
    { ".csv",
      "model,mmlu\ngpt-4,x\n",
      NULL,
      NULL,
      (double)NAN,
      ":2: 'x' of column 'mmlu' is no number" },
    { ".csv",
      "model,a,b\ngpt-4,1\n",
      NULL,
      NULL,
      (double)NAN,
      ":2: fewer fields" },
    { ".csv",
      "model,a\ngpt-4,1,2\n",
      NULL,
      NULL,
      (double)NAN,
      ":2: more fields" },
    { ".csv", "model\ngpt-4\n", NULL, NULL, (double)NAN, ":1: no measure" },
    { ".csv", "", NULL, NULL, (double)NAN, "none of its models" },
    { ".csv",
      "model,a\nnobody,1\n",
      NULL,
      NULL,
      (double)NAN,
      "none of its models" },
    { ".json",
      "{\"measures\":[\"a\"],\"values\":{\"ernie\":[3]}}",
      "ernie",
      "a",
      3,
      NULL },
    { ".json",
      "{\"measures\":[\"a\"],\"values\":{\"ernie\":[3,4]}}",
      NULL,
      NULL,
      (double)NAN,
      "values of ernie" },
    { ".json",
      "{\"measures\":[1],\"values\":{\"ernie\":[3]}}",
      NULL,
      NULL,
      (double)NAN,
      "no text" },
    { ".json",
      "{\"model_name\":\"mistralai/Mistral-7B-Instruct-v0.1\",\"results\":{\"arc_easy\":{\"acc,none\":0.7,\"acc_norm,none\":0.6}}}",
      "mistral-7b",
      "arc_easy",
      0.6,
      NULL },
    { ".json",
      "{\"results\":{\"arc_easy\":{\"acc,none\":0.7}}}",
      NULL,
      NULL,
      (double)NAN,
      "no model_name" },
    { ".json",
      "{\"model_name\":\"gpt-4\",\"results\":{\"arc\":{\"acc,none\":\"N/A\"}}}",
      NULL,
      NULL,
      (double)NAN,
      "no task in it has a number" },
    { ".json", "{\"x\":1}", NULL, NULL, (double)NAN, "neither" },
    { ".json", "[", NULL, NULL, (double)NAN, "json" },
};

static void test_utility_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        char *path = write_file(tables[i].ending, tables[i].content);
        struct error err = { 0 };
        struct utility utility;
        const int rc =
            utility_read(&utility, &board.grid, board.board, path, NULL, &err);

        if ((rc < 0) != (tables[i].refusal != NULL))
            fail_msg("table %zu: %s", i, err.text);
        if (rc < 0) {
            if (!tables[i].refusal || !strstr(err.text, tables[i].refusal)
                || !strstr(err.text, "test-parts"))
                fail_msg("table %zu: %s", i, err.text);
        } else {
            assert_true(value_of(&utility, tables[i].measure, tables[i].model)
                        == tables[i].value);
            utility_release(&utility);
        }
        (void)unlink(path);
        free(path);
    }
}

static const struct {
    const char *content;
    const char *refusal; /* NULL: taken */
} facts[] = {
    { "{\"ernie\":{\"licence\":\"none\",\"source\":\"a page\"}}", NULL },
    { "{\"ernie\":{\"licence\":\"none\"}}", "ernie: \"source\" is missing" },
    { "{\"mine\":{\"source\":\"a page\"}}", "'mine' is no model" },
    { "[]", "an object is wanted" },
    { "{", "json" },
};

static void test_facts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
        char *path = write_file(".facts.json", facts[i].content);
        struct error err = { 0 };
        struct sheet sheet;
        const int rc = sheet_make(&sheet, &board.grid, board.board, path, &err);

        if (facts[i].refusal) {
            assert_int_equal(rc, -1);
            if (!strstr(err.text, facts[i].refusal))
                fail_msg("%s", err.text);
        } else {
            assert_int_equal(rc, 0);
            /* the third of the board, which tells the rest */
            assert_string_equal(sheet.rows[2].licence, "none");
            assert_string_equal(sheet.rows[2].weights, "service only");
            assert_true(text_starts(sheet.rows[2].source, "a page; recorded"));
            assert_string_equal(sheet.rows[0].weights, "service only");
            sheet_release(&sheet);
        }
        (void)unlink(path);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trust_against_utility),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_over_alignment),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_summary_of_equals),
        cmocka_unit_test(test_summary_of_one_model),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_every_part_is_a_table),
        cmocka_unit_test(test_zero_has_no_sign),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_parts_repeat_names),
        cmocka_unit_test(test_long_texts_wrap),
        cmocka_unit_test(test_utility_tables),
        cmocka_unit_test(test_facts),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
