/* Every evaluator against its contract. */
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"
#include "trustsweep/evaluator.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HUGE_LEN = 64 * 1024 };

/* Items of every kind there is, and of none. */
static const char *const entries[] = {
    "{}",
    "{\"source\":\"mc\",\"answer\":\"A\",\"label\":\"A\",\"task\":\"mnli\"}",
    "{\"source\":7,\"answer\":[1],\"label\":{},\"task\":null,\"option\":[]}",
    "{\"label\":1e300,\"task\":\"mnli\",\"index\":-1}",
    "{\"label\":\"9\",\"option\":\"\",\"gt-email\":\"\",\"answer\":\"\"}",
    "{\"prompt\":\"(1) a (1) b (9) c (0) d (12) e (\",\"option\":\"1\"}",
};

/* Whether a verdict is one that a reply of this state may get. */
static void check_verdict(const struct evaluator_ops *evaluator,
                          const struct reply *reply,
                          const struct verdict *verdict)
{
    int num_labels = 0;

    while (evaluator->labels[num_labels])
        num_labels++;
    assert_true(verdict->label >= 0 && verdict->label < num_labels);
    assert_true(!isinf(verdict->value));
    if (verdict->state == reply->state)
        return;
    assert_true(reply->state == STATE_ANSWERED
                || reply->state == STATE_TRUNCATED);
    assert_true(verdict->state == STATE_UNPARSED
                || verdict->state == STATE_REFUSED
                || verdict->state == STATE_UNJUDGED);
}

static void judge_with(const struct evaluator_ops *evaluator,
                       const struct reply *reply)
{
    for (size_t e = 0; e < ARRAY_LEN(entries); e++) {
        struct cJSON *entry =
            json_parse(entries[e], strlen(entries[e]), "entry", NULL);
        const char *prompt = json_member_text(entry, "prompt");
        const struct item item = { .task = "x",
                                   .entry = entry,
                                   .prompt = prompt ? prompt : "" };
        const struct item *items[] = { &item };
        const struct group group = { .items = items,
                                     .replies = &reply,
                                     .num_items = 1 };
        struct verdicts out = { 0 };
        struct verdicts again = { 0 };

        assert_non_null(entry);
        assert_int_equal(evaluator->judge(&group, &out, NULL, NULL),
                         EVALUATOR_DONE);
        assert_int_equal(evaluator->judge(&group, &again, NULL, NULL),
                         EVALUATOR_DONE);
        for (int p = 0; p < NUM_PROFILES; p++) {
            check_verdict(evaluator, reply, &out.by_profile[p]);
            assert_int_equal(out.by_profile[p].label,
                             again.by_profile[p].label);
            if (!state_has_text(reply->state)) {
                assert_int_equal(out.by_profile[p].state, reply->state);
                assert_int_equal(out.by_profile[p].label, LABEL_NONE);
            }
        }
        json_free(entry);
    }
}

static void judge_text(const struct evaluator_ops *evaluator,
                       const char *text,
                       size_t len,
                       enum finish_reason finish)
{
    struct reply reply = { 0 };

    reply_set_text(&reply, text, len, finish);
    judge_with(evaluator, &reply);
    reply_release(&reply);
}

static void test_slots(void **state)
{
    const struct evaluator_ops *const *kinds = evaluator_kinds();
    size_t num = 0;

    (void)state;
    for (; kinds[num]; num++) {
        const struct evaluator_ops *one = kinds[num];

        assert_non_null(one->name);
        assert_non_null(one->help);
        assert_non_null(one->source);
        assert_non_null(one->labels);
        assert_string_equal(one->labels[LABEL_NONE], "");
        assert_non_null(one->judge);
        assert_ptr_equal(evaluator_find(one->name), one);
    }
    assert_true(num >= 9);
    assert_null(evaluator_find("no such"));
    assert_null(evaluator_find(NULL));
}

static void test_no_items(void **state)
{
    const struct group group = { 0 };

    (void)state;
    for (size_t i = 0; evaluator_kinds()[i]; i++) {
        assert_int_equal(evaluator_kinds()[i]->judge(&group, NULL, NULL, NULL),
                         EVALUATOR_DONE);
    }
}

static void test_states_without_text(void **state)
{
    (void)state;
    for (size_t i = 0; evaluator_kinds()[i]; i++) {
        for (int s = STATE_ANSWERED; s < NUM_STATES; s++) {
            const struct reply reply = { .state = (enum state)s };

            judge_with(evaluator_kinds()[i], &reply);
        }
    }
}

/* A long run of one pattern, and bytes that are no UTF-8. */
static void test_hard_texts(void **state)
{
    static const char *const pieces[] = {
        "a",
        "@",
        ".",
        "A ",
        "(1) ",
        "yes ",
        "\n",
        "-1",
        "1",
        "\xff",
        "\xe6",
        "answer: ",
        "\xf0\x9f\x98\x80",
        "a-",
        "I am ",
        "\"",
        "is ",
    };

    (void)state;
    for (size_t p = 0; p < ARRAY_LEN(pieces); p++) {
        struct text huge = { 0 };

        while (huge.len < HUGE_LEN)
            text_add(&huge, pieces[p]);
        for (size_t i = 0; evaluator_kinds()[i]; i++) {
            const struct evaluator_ops *one = evaluator_kinds()[i];

            judge_text(one, text_data(&huge), huge.len, FINISH_STOP);
            judge_text(one, pieces[p], strlen(pieces[p]), FINISH_LENGTH);
        }
        text_release(&huge);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_no_items),
        cmocka_unit_test(test_states_without_text),
        cmocka_unit_test(test_hard_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
