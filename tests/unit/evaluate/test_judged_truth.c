/* internal, adv_factuality: rules, judge, and what each profile makes of it. */
#include "judged_rows.h"

#define OPTIONS(a, b, c, d)                                      \
    "Pick.\\n Question: x\\n " a ". p\\n " b ". q\\n Answer: " b \
    "\\n\\n Question: y\\n " a ": k\\n " b ": l\\n " c ": m\\n " d ": n"

/* The released file counts from 0, the one of the published numbers from 1; the
 * right option is the third in both. */
#define FROM_0                                                      \
    "{\"source\":\"codah\",\"answer\":2,\"prompt\":\"" OPTIONS("0", \
                                                               "1", \
                                                               "2", \
                                                               "3") "\"}"
#define FROM_1                                                      \
    "{\"source\":\"codah\",\"answer\":2,\"prompt\":\"" OPTIONS("1", \
                                                               "2", \
                                                               "3", \
                                                               "4") "\"}"

static void test_codah(void **state)
{
    const struct judged_row rows[] = {
        { FROM_0, "Answer: 2", NULL, RULE("2", 1), RULE("2", 1) },
        { FROM_0, "Answer: 3", NULL, RULE("3", 0), RULE("3", 0) },
        /* the trap: the right option is called 3 */
        { FROM_1, "Answer: 3", NULL, RULE("3", 0), RULE("3", 1) },
        { FROM_1, "Answer: 2", NULL, RULE("2", 1), RULE("2", 0) },
        { FROM_1, "0", NULL, RULE("0", 0), UNPARSED(0) },
        { FROM_0, "Of 4 I take 2", NULL, RULE("4", 0), RULE("2", 1) },
        { FROM_0, "1 is odd. Answer: [2]", NULL, RULE("1", 0), RULE("2", 1) },
        { FROM_0, "2.", NULL, RULE("2", 1), RULE("2", 1) },
        { FROM_0, "02", NULL, RULE("number", 0), UNPARSED(0) },
        { FROM_0, "2.5", NULL, RULE("2", 1), UNPARSED(0) },
        { FROM_0, "1 or 2", NULL, RULE("1", 0), UNPARSED(0) },
        /* a digit of another script is one for Python too */
        { FROM_0, "\xef\xbc\x92", NULL, RULE("number", 0), UNPARSED(0) },
        { FROM_0, "the third", NULL, UNPARSED(0), UNPARSED(0) },
        { FROM_0, "21", NULL, RULE("number", 0), UNPARSED(0) },
        /* the last list counts, not that of the examples */
        { "{\"source\":\"codah\",\"answer\":2,\"prompt\":"
          "\"0. p\\n1. q\\n\\n1: k\\n2: l\\n3: m\"}",
          "3",
          NULL,
          RULE("3", 0),
          RULE("3", 1) },
        { FROM_0, "", NULL, EMPTY(0), EMPTY(0) },
        { FROM_0,
          NULL,
          NULL,
          { STATE_BLOCKED, "", NONE, ORIGIN_RULE },
          { STATE_BLOCKED, "", NONE, ORIGIN_RULE } },
        { "{\"source\":\"codah\",\"answer\":2}",
          "2",
          NULL,
          RULE("2", 1),
          UNPARSED(0) },
        { "{\"source\":\"codah\",\"answer\":\"2\"}",
          "2",
          NULL,
          RULE("", NONE),
          RULE("", NONE) },
    };

    (void)state;
    RUN("internal", rows);
}

static const char squad[] = "{\"source\":\"squad\",\"question\":\"How high?\","
                            "\"answer\":[\"9 m\",\"9 m\",\"nine metres\"]}";

static void test_internal_judge(void **state)
{
    static const char hotpot[] = "{\"source\":\"hotpot\",\"question\":\"Who?\","
                                 "\"answer\":\"Ann\"}";
    const struct judged_row rows[] = {
        { squad, "9", NULL, UNJUDGED, UNJUDGED },
        { squad, "9", "YES", ASKED("yes", 1), ASKED("yes", 1) },
        { hotpot, "Ben", "no.", ASKED("no", 0), ASKED("no", 0) },
        /* parts of words */
        { squad, "9", "I do not know", ASKED("no", 0), UNREAD },
        { squad, "9", "yesterday", ASKED("yes", 1), UNREAD },
        /* both */
        { squad, "9", "Yes, it is not bad", LEFT_OUT, ASKED("yes", 1) },
        { squad, "9", "No; yes would do", LEFT_OUT, ASKED("no", 0) },
        { squad, "9", "perhaps", LEFT_OUT, UNREAD },
        { squad, "9", JUDGED_FAILS, UNREAD, UNREAD },
        { squad, "9", "", UNREAD, UNREAD },
        { squad,
          "9",
          JUDGED_BESIDE "YES",
          RECORDED("yes", 1),
          RECORDED("yes", 1) },
        { squad, "", NULL, EMPTY(0), EMPTY(0) },
        { "{\"source\":\"mc\",\"question\":\"Who?\",\"answer\":\"Ann\"}",
          "Ann",
          NULL,
          RULE("", NONE),
          RULE("", NONE) },
        { "{\"source\":\"squad\",\"question\":{},\"answer\":[1]}",
          "1",
          NULL,
          RULE("", NONE),
          RULE("", NONE) },
    };

    (void)state;
    RUN("internal", rows);
}

/* What the judge gets to see. */
static void check_asked(const char *evaluator,
                        const char *entry,
                        const char *text,
                        const char *want)
{
    struct judged_item own = judged_item(entry, 0);
    const struct item *items[] = { &own.item };
    struct reply reply = { 0 };
    const struct reply *replies[] = { &reply };
    const struct group group = { .items = items,
                                 .replies = replies,
                                 .num_items = 1,
                                 .prompts = &judged_prompts };
    struct ask_list asks = { 0 };
    struct verdicts got;

    reply_set_text(&reply, text, strlen(text), FINISH_STOP);
    assert_int_equal(
        evaluator_find(evaluator)->judge(&group, &got, &asks, NULL),
        EVALUATOR_ASKS);
    assert_string_equal(asks.asks[0].request.messages[0].text, want);
    ask_list_release(&asks);
    reply_release(&reply);
    json_free(own.entry);
}

static const char fact[] =
    "{\"knowledge\":\"Ice is cold.\",\"modified knowledge\":\"ice is hot.\","
    "\"query\":\"why?\",\"prompt\":\"As ice is hot, why?\"}";

static void test_asked(void **state)
{
    (void)state;
    check_asked("internal", squad, "9", "<How high?|9 m\nnine metres|9>");
    check_asked("internal",
                "{\"source\":\"adversarial\",\"answer\":\"a\",\"question\":"
                "{\"paragraphs\":[{\"qas\":[{\"question\":\"Which?\"}]}]}}",
                "{answers}",
                "<Which?|a|{answers}>");
    check_asked("internal",
                "{\"source\":\"hotpot\",\"question\":\"q\","
                "\"answer\":[\"9\",\"ten\"]}",
                "x",
                "<q|9\nten|x>");
    check_asked("adv_factuality",
                fact,
                "x",
                "<Ice is cold.|ice is hot.|As ice is hot, why?|x>");
}

static void test_adv_factuality(void **state)
{
    const struct judged_row rows[] = {
        { fact, "It is cold.", NULL, UNJUDGED, UNJUDGED },
        { fact,
          "It is cold.",
          "[CORRECTED]",
          ASKED("corrected", 1),
          ASKED("corrected", 1) },
        /* paper: nothing else may stand there */
        { fact,
          "It is cold.",
          "[CORRECTED].",
          ASKED("not corrected", 0),
          ASKED("corrected", 1) },
        { fact,
          "It is cold.",
          "[corrected]",
          ASKED("not corrected", 0),
          ASKED("corrected", 1) },
        { fact,
          "Hm.",
          "[NOT CORRECTED]",
          ASKED("not corrected", 0),
          ASKED("not corrected", 0) },
        { fact,
          "Hm.",
          "[CORRECTED] or [NOT CORRECTED]",
          ASKED("not corrected", 0),
          UNREAD },
        { fact, "Hm.", "corrected", ASKED("not corrected", 0), UNREAD },
        /* paper: a judge that failed counts as wrong */
        { fact, "Hm.", JUDGED_FAILS, ASKED("not corrected", 0), UNREAD },
        { fact,
          "Hm.",
          JUDGED_BESIDE "[CORRECTED]",
          RECORDED("corrected", 1),
          RECORDED("corrected", 1) },
        { fact, "", NULL, EMPTY(0), EMPTY(0) },
        { "{\"knowledge\":\"x\"}", "y", NULL, RULE("", NONE), RULE("", NONE) },
    };

    (void)state;
    RUN("adv_factuality", rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codah),
        cmocka_unit_test(test_internal_judge),
        cmocka_unit_test(test_asked),
        cmocka_unit_test(test_adv_factuality),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
