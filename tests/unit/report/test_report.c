/* What a report hides, which verdicts it shows, and what its page is made of. */
#include "analysis/report/report_mask.h"
#include "analysis/report/report_sample.h"
#include "base/json.h"
#include "base/text.h"
#include "trustsweep/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BLOT "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"

static void test_personal(void **state)
{
    static const char *const cases[][2] = {
        { "", "" },
        { "no secret", "no secret" },
        { "write to a.b+c@mail.example.org.", "write to " BLOT "." },
        { "<a@b.co>", "<" BLOT ">" },
        { "j\xc3\xbcrgen@b\xc3\xbcro.example", BLOT },
        { "a@b is no address", "a@b is no address" },
        { "@home.com", "@home.com" },
        { "call +1 (555) 123-4567 now", "call +" BLOT " now" },
        { "4111 1111 1111 1111", BLOT },
        { "in 1984 and 2001", "in 1984 and 2001" },
        { "123456", "123456" },
        { "1234567", BLOT },
        { "v1234567 v123456", "v" BLOT " v123456" },
        { "+15551234567, tel.5551234567", "+" BLOT ", tel." BLOT },
        { "+44-20-7946-0958", "+" BLOT },
        { "'5551234567' _5551234567_", "'" BLOT "' _" BLOT "_" },
        { "IBAN DE89370400440532013000.", "IBAN DE" BLOT "." },
        { "-4111111111111111", "-" BLOT },
        { "bad \xff byte x@y.zz", "bad \xef\xbf\xbd byte " BLOT },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text out = { 0 };

        report_mask_personal(cases[i][0], strlen(cases[i][0]), &out);
        assert_string_equal(text_data(&out), cases[i][1]);
        text_release(&out);
    }
}

/* Where a text is cut, what goes on behind is known. */
static void test_start_of_a_text(void **state)
{
    static const char text[] = "to bob.smith@example.org or 555 123 4567.";
    static const struct {
        size_t shown;
        const char *seen;
    } cases[] = { { 3, "to " },
                  { 6, "to " BLOT },
                  { sizeof text - 1, "to " BLOT " or " BLOT "." },
                  { 30, "to " BLOT " or " BLOT },
                  { 0, "" } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text out = { 0 };

        report_mask_start(text, cases[i].shown, sizeof text - 1, &out);
        assert_string_equal(text_data(&out), cases[i].seen);
        text_release(&out);
    }
}

static void test_what_is_recorded_beside_a_reply(void **state)
{
    static const struct {
        const char *recorded;
        bool shows;
        const char *seen;
    } cases[] = {
        { "{\"eval_res\":\"LABEL_1\",\"toxicity\":0.3}",
          false,
          "{\"eval_res\":\"LABEL_1\",\"toxicity\":0.3}" },
        { "{\"eval_res\":\"a long word of a judge that quotes\"}",
          false,
          "{\"eval_res\":\"[34 bytes]\"}" },
        { "{\"eval_res\":\"a long word of a@b.cd, who judges\"}",
          true,
          "{\"eval_res\":\"a long word of " BLOT ", who judges\"}" },
        { "{\"eval_score\":{\"toxicity\":0.3,\"text\":\"what it said\"}}",
          false,
          "{\"eval_score\":\"[41 bytes]\"}" },
        { "{\"similarity\":\"call 5551234567\"}",
          false,
          "{\"similarity\":\"call " BLOT "\"}" },
        { "{\"toxicity\":[\"a text that is longer than a verdict\"]}",
          false,
          "{\"toxicity\":\"[40 bytes]\"}" },
        { "{\"rendered\":\"0123456789abcdef0123456789abcdef\","
          "\"served\":\"claude-3-5-sonnet-20241022\"}",
          false,
          "{\"rendered\":\"0123456789abcdef0123456789abcdef\","
          "\"served\":\"claude-3-5-sonnet-20241022\"}" },
        { "{\"left_out\":[\"repetition_penalty\",\"seed\"],"
          "\"refused\":[\"top_p\"]}",
          false,
          "{\"left_out\":[\"repetition_penalty\",\"seed\"],"
          "\"refused\":[\"top_p\"]}" },
        { "{\"served\":\"call 5551234567 for it\"}",
          false,
          "{\"served\":\"call " BLOT " for it\"}" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = cases[i].recorded;
        struct cJSON *recorded = json_parse(text, strlen(text), "r", NULL);
        struct text out = { 0 };
        const bool is_changed = report_mask_recorded(recorded, cases[i].shows);

        json_canonical(recorded, &out);
        assert_string_equal(text_data(&out), cases[i].seen);
        assert_int_equal(is_changed, strcmp(text, cases[i].seen) != 0);
        text_release(&out);
        json_free(recorded);
    }
}

static void test_cause_without_what_a_server_said(void **state)
{
    static const char said[] = "HTTP 400: flagged input: how to";
    static const char plain[] = "no answer within 60 s";
    static const char endless[] =
        "a sentence of somebody else that goes on and";

    (void)state;
    assert_int_equal(report_mask_cause(said, sizeof said - 1), 8);
    assert_int_equal(report_mask_cause(plain, sizeof plain - 1),
                     sizeof plain - 1);
    assert_int_equal(report_mask_cause(endless, sizeof endless - 1), 0);
}

static void test_tasks_that_are_shown(void **state)
{
    (void)state;
    assert_true(report_mask_shows("truthfulness/internal"));
    assert_true(report_mask_shows("robustness/ood_generalization"));
    assert_true(report_mask_shows("ethics/awareness"));
    assert_false(report_mask_shows("ethics/implicit_ETHICS"));
    assert_false(report_mask_shows("ethics/implicit_SocialChemistry101"));
    assert_false(report_mask_shows("ethics/explicit_moralchoice"));
    assert_false(report_mask_shows("safety/jailbreak"));
    assert_false(report_mask_shows("fairness/preference"));
    assert_false(report_mask_shows("privacy/privacy_leakage"));
    assert_false(report_mask_shows("truthfulness/of_a_user"));
    assert_false(report_mask_shows("truthfulness"));
    assert_false(report_mask_shows(""));
}

static void test_facts(void **state)
{
    (void)state;
    assert_true(report_mask_is_fact("type", "direct"));
    assert_false(report_mask_is_fact("gt-name", "A Person"));
    assert_false(report_mask_is_fact("type", "x@y.zz"));
    assert_false(report_mask_is_fact(
        "type",
        "a type that is longer than a name of a kind ever is"));
}

static size_t opening(const char *text)
{
    return report_mask_opening(text, strlen(text));
}

static void test_opening_of_a_refusal(void **state)
{
    (void)state;
    assert_int_equal(opening("I'm sorry, but how to"), 9);
    assert_int_equal(opening("I\xe2\x80\x99m sorry, but"), 11);
    assert_int_equal(opening(" \nSORRY"), 7);
    assert_int_equal(opening("It is no secret that"), 0);
    assert_int_equal(opening("I'm sor"), 0);
    assert_int_equal(opening(""), 0);
}

enum { MODELS = 2, ITEMS = 10, COLUMNS = 2, UNITS = MODELS * ITEMS };

/* Column 1 judges every unit, column 0 none; verdicts are answered but for
 * one failed and one refused of the second model, at items 3 and 8. */
struct table {
    uint32_t unit_model[UNITS], column[UNITS];
    uint64_t unit_item[UNITS], unit[UNITS];
    uint8_t states[UNITS];
    int32_t labels[UNITS];
    struct reader_rows rows;
};

static void fill(struct table *t)
{
    *t = (struct table){ 0 };
    for (size_t u = 0; u < UNITS; u++) {
        t->unit_model[u] = (uint32_t)(u / ITEMS);
        t->unit_item[u] = u % ITEMS;
        t->unit[u] = u;
        t->column[u] = 1;
        t->states[u] = STATE_ANSWERED;
    }
    t->states[ITEMS + 3] = STATE_FAILED;
    t->states[ITEMS + 8] = STATE_REFUSED;
    t->rows.num_items = ITEMS;
    t->rows.num_units = UNITS;
    t->rows.num_observations = UNITS;
    t->rows.unit_model = t->unit_model;
    t->rows.unit_item = t->unit_item;
    t->rows.column = t->column;
    t->rows.unit = t->unit;
    t->rows.by_profile[PROFILE_PAPER].state = t->states;
    t->rows.by_profile[PROFILE_PAPER].label = t->labels;
}

static size_t count(const struct report_sample *sample, size_t model)
{
    size_t num = 0;

    for (size_t o = 0; o < UNITS; o++)
        num += sample->is_chosen[o] && o / ITEMS == model;
    return num;
}

static void test_sample_is_the_same_for_all_models(void **state)
{
    struct report_sample sample;
    struct table t;

    (void)state;
    fill(&t);
    report_sample_draw(&t.rows, COLUMNS, 2, &sample);
    for (size_t i = 0; i < ITEMS; i += 5) {
        assert_true(sample.is_chosen[i]);
        assert_true(sample.is_chosen[ITEMS + i]);
    }
    assert_int_equal(count(&sample, 0), 2);
    /* and its only failed and refused one */
    assert_int_equal(count(&sample, 1), 4);
    assert_true(sample.is_chosen[ITEMS + 3]);
    assert_true(sample.is_chosen[ITEMS + 8]);
    assert_int_equal(sample.start[1], 0);
    assert_int_equal(sample.start[2], UNITS);
    /* slots follow the file's order */
    assert_int_equal(sample.item_slot[0], 1);
    assert_int_equal(sample.item_slot[1], 0);
    assert_int_equal(sample.item_slot[3], 2);
    assert_int_equal(sample.item_slot[5], 3);
    assert_int_equal(sample.unit_slot[ITEMS + 8], 6);
    report_sample_release(&sample);
}

static void test_none_and_all(void **state)
{
    struct report_sample sample;
    struct table t;

    (void)state;
    fill(&t);
    report_sample_draw(&t.rows, COLUMNS, 0, &sample);
    assert_int_equal(count(&sample, 0) + count(&sample, 1), 0);
    report_sample_release(&sample);
    report_sample_draw(&t.rows, COLUMNS, SIZE_MAX, &sample);
    assert_int_equal(count(&sample, 0), ITEMS);
    assert_int_equal(count(&sample, 1), ITEMS);
    report_sample_release(&sample);
    t.rows.num_observations = 0;
    t.rows.num_items = 0;
    t.rows.num_units = 0;
    report_sample_draw(&t.rows, 0, 5, &sample);
    report_sample_release(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_personal),
        cmocka_unit_test(test_start_of_a_text),
        cmocka_unit_test(test_what_is_recorded_beside_a_reply),
        cmocka_unit_test(test_cause_without_what_a_server_said),
        cmocka_unit_test(test_tasks_that_are_shown),
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_opening_of_a_refusal),
        cmocka_unit_test(test_sample_is_the_same_for_all_models),
        cmocka_unit_test(test_none_and_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
