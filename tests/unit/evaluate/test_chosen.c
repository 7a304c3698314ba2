/* Multiple choice: by likelihood, by letter, by the option's own words. */
#include "base/json.h"
#include "base/mem.h"
#include "trustsweep/bug.h"
#include "trustsweep/evaluator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char letters[] =
    "{\"answer\":\"B\",\"choices\":[\"red paint\",\"blue\",\"green\"],"
    "\"weighed\":[\"A\",\"B\",\"C\"]}";
static const char answers[] =
    "{\"answer\":\"A\",\"choices\":[\"a long answer\",\"short\"],"
    "\"weighed\":[\"a long answer\",\"short\"]}";

static struct verdict judge_reply(const char *evaluator,
                                  const char *json,
                                  const struct reply *reply)
{
    struct cJSON *entry = json_parse(json, strlen(json), "item", NULL);
    const struct item item = { .task = "utility/x",
                               .entry = entry,
                               .prompt = "" };
    const struct item *items[] = { &item };
    const struct reply *replies[] = { reply };
    const struct group group = { .items = items,
                                 .replies = replies,
                                 .num_items = 1 };
    struct verdicts out;

    assert_int_equal(evaluator_find(evaluator)->judge(&group, &out, NULL, NULL),
                     EVALUATOR_DONE);
    assert_int_equal(out.by_profile[PROFILE_PAPER].label,
                     out.by_profile[PROFILE_CORRECTED].label);
    json_free(entry);
    return out.by_profile[PROFILE_CORRECTED];
}

static struct verdict judge_text(const char *text)
{
    struct reply reply = { 0 };
    struct verdict verdict;

    reply_set_text(&reply, text, strlen(text), FINISH_STOP);
    verdict = judge_reply("choice", letters, &reply);
    reply_release(&reply);
    return verdict;
}

static void by_words(void **state)
{
    static const struct {
        const char *text;
        int label;
    } cases[] = {
        { "B", 2 },
        { "b)", 2 },
        { "(C)", 3 },
        { "The answer is A.", 1 },
        { " B. blue", 2 },
        { "**B**", 2 },
        { "blue", 2 },
        { "red paint.", 1 },
        { "bluer", 0 },
        { "A or B", 0 },
        { "I do not know", 0 },
        { "D", 0 },
        { "H", 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct verdict it = judge_text(cases[i].text);

        if (it.label != cases[i].label)
            fail_msg("%s: %d", cases[i].text, it.label);
        assert_int_equal(it.state, it.label ? STATE_ANSWERED : STATE_UNPARSED);
        /* no letter is no right answer */
        assert_true(it.value == (it.label == 2));
    }
    assert_int_equal(judge_text("").state, STATE_EMPTY);
    assert_true(judge_text("").value == 0);
}

static struct verdict judge_values(const char *evaluator,
                                   const char *json,
                                   double *values,
                                   uint32_t num)
{
    const struct reply reply = { .state = STATE_ANSWERED,
                                 .text = (char[1]){ 0 },
                                 .values = values,
                                 .num_values = num };

    return judge_reply(evaluator, json, &reply);
}

static void by_likelihood(void **state)
{
    double second[] = { -4, -1, -2 };
    double equal[] = { -2, -2, -2 };
    double none[] = { -2, (double)NAN, -1 };
    /* 13 characters and 5: per character the long one is likelier */
    double sums[] = { -13, -10 };
    static const char empty[] = "{\"answer\":\"B\",\"choices\":[\"1\",\"2\"],"
                                "\"weighed\":[\"\",\"of 8.00\"]}";
    double nearly[] = { -3, -14 };
    double sure[] = { 0, -14 };

    (void)state;
    assert_int_equal(judge_values("choice", letters, second, 3).label, 2);
    assert_true(judge_values("choice", letters, second, 3).value == 1);
    assert_int_equal(judge_values("choice", letters, equal, 3).label, 1);
    assert_int_equal(judge_values("choice", letters, none, 3).label, 0);
    assert_int_equal(judge_values("choice", answers, sums, 2).label, 2);
    assert_int_equal(
        judge_values("choice_per_character", answers, sums, 2).label,
        1);
    /* an option without a character weighs as one of a single one does */
    assert_int_equal(
        judge_values("choice_per_character", empty, nearly, 2).label,
        2);
    assert_int_equal(judge_values("choice_per_character", empty, sure, 2).label,
                     1);
    /* numbers of another question are none of this */
    assert_int_equal(judge_values("choice", letters, sums, 2).state,
                     STATE_UNPARSED);
}

/* As many as there may be, and one more, of which nothing is said. */
static void of_eight_options(void **state)
{
    static const char eight[] =
        "{\"answer\":\"H\",\"choices\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\","
        "\"7\",\"8\"],\"weighed\":[\"A\",\"B\",\"C\",\"D\",\"E\",\"F\",\"G\","
        "\"H\"]}";
    static const char nine[] =
        "{\"answer\":\"H\",\"choices\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\","
        "\"7\",\"8\",\"9\"],\"weighed\":[\"A\",\"B\",\"C\",\"D\",\"E\",\"F\","
        "\"G\",\"H\",\"I\"]}";
    double last[] = { -9, -8, -7, -6, -5, -4, -3, -2, -1 };

    (void)state;
    assert_int_equal(judge_values("choice", eight, last, 8).label, 8);
    assert_true(judge_values("choice", eight, last, 8).value == 1);
    assert_true(isnan(judge_values("choice", nine, last, 9).value));
}

static void without_a_reply(void **state)
{
    const struct reply reply = { .state = STATE_FAILED };
    const struct verdict it = judge_reply("choice", letters, &reply);

    (void)state;
    assert_int_equal(it.state, STATE_FAILED);
    assert_true(isnan(it.value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_words),
        cmocka_unit_test(by_likelihood),
        cmocka_unit_test(of_eight_options),
        cmocka_unit_test(without_a_reply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
