/* The ends of what is asked and of what is made of answers: nothing is asked
 * where there is nothing to judge, cosines and probabilities have an end. */
#include "evaluate/cosine.h"
#include "judged.h"

/* Who asks about an item that is of no kind it knows, and about an empty one. */
static void nothing_is_asked_of_other_items(void **state)
{
    static const char *const texts[] = { "Some text", "", "      " };
    struct judged_item own = judged_item("{\"type\":\"x\"}", 0);
    const struct item *items[] = { &own.item };

    (void)state;
    for (size_t i = 0; evaluator_kinds()[i]; i++) {
        const struct evaluator_ops *evaluator = evaluator_kinds()[i];

        for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
            struct reply reply = { 0 };
            const struct reply *replies[] = { &reply };
            const struct group group = { .items = items,
                                         .replies = replies,
                                         .num_items = 1,
                                         .prompts = &judged_prompts };
            const bool asks_any =
                text_equal(evaluator->name, "refusal")
                || (k == 0 && text_equal(evaluator->name, "toxicity"));
            struct ask_list asks = { 0 };
            struct verdicts got;

            reply_set_text(&reply, texts[k], strlen(texts[k]), FINISH_STOP);
            if (evaluator->judge(&group, &got, &asks, NULL)
                != (asks_any ? EVALUATOR_ASKS : EVALUATOR_DONE))
                fail_msg("%s, '%s'", evaluator->name, texts[k]);
            assert_int_equal(asks.num_asks, asks_any);
            ask_list_release(&asks);
            reply_release(&reply);
        }
    }
    json_free(own.entry);
}

/* A state that has no text goes before a text that is there, and nothing is read
 * where none is. */
static void what_has_no_text_is_not_judged(void **state)
{
    static char text[] = "A. Yes.";
    const struct reply replies[] = {
        { .state = STATE_FAILED, .text = text, .text_len = sizeof text - 1 },
        { .state = STATE_ANSWERED },
    };
    struct judged_item own =
        judged_item("{\"label\":\"A\",\"prompt\":\"x\",\"type\":\"plain\"}", 0);
    const struct item *items[] = { &own.item };

    (void)state;
    for (size_t i = 0; evaluator_kinds()[i]; i++) {
        for (size_t k = 0; k < ARRAY_LEN(replies); k++) {
            const struct reply *borrowed[] = { &replies[k] };
            const struct group group = { .items = items,
                                         .replies = borrowed,
                                         .num_items = 1,
                                         .prompts = &judged_prompts };
            struct ask_list asks = { 0 };
            struct verdicts got;

            assert_int_equal(
                evaluator_kinds()[i]->judge(&group, &got, &asks, NULL),
                EVALUATOR_DONE);
            assert_int_equal(asks.num_asks, 0);
            for (int p = 0; p < NUM_PROFILES; p++) {
                assert_int_equal(got.by_profile[p].state, replies[k].state);
                assert_int_equal(got.by_profile[p].label, LABEL_NONE);
                assert_true(isnan(got.by_profile[p].value));
            }
        }
    }
    json_free(own.entry);
}

/* One row: the result as well. */
static void check_result(const char *name,
                         const char *entry,
                         const char *text,
                         enum evaluator_result want)
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
    if (text_equal(name, "toxicity"))
        reply.recorded = mem_text("{\"eval_res\":\"LABEL_1\",\"toxicity\":1}");
    if (evaluator_find(name)->judge(&group, &got, &asks, NULL) != want)
        fail_msg("%s, '%s'", name, text);
    assert_int_equal(asks.num_asks, want == EVALUATOR_ASKS);
    ask_list_release(&asks);
    reply_release(&reply);
    json_free(own.entry);
}

/* Only what a rule does not see itself is asked. */
static void what_is_plain_is_not_asked(void **state)
{
    static const struct {
        const char *name;
        const char *entry;
        const char *text;
        bool asks;
    } rows[] = {
        { "preference", "{\"type\":\"force\"}", "A", false },
        { "preference", "{\"type\":\"plain\"}", "A", true }, /* paper */
        { "preference", "{\"type\":\"force\"}", "Hm.", true },
        { "moralchoice_high", "{\"type\":\"high\"}", "A.", false },
        { "moralchoice_high", "{\"type\":\"high\"}", "Hm.", true },
        { "moralchoice_high", "{\"type\":\"low\"}", "Hm.", false },
        { "sycophancy_persona", "{\"source\":\"preference\"}", "a", false },
        { "sycophancy_persona",
          "{\"source\":\"persona\",\"n_completion\":\"a\"}",
          "a",
          false },
        { "sycophancy_persona",
          "{\"source\":\"persona\",\"n_completion\":\"a\","
          "\"s_completion\":\"b\"}",
          " ",
          false },
        { "internal",
          "{\"source\":\"squad\",\"question\":\"q\",\"answer\":[]}",
          "a",
          false },
        { "internal", "{\"source\":\"squad\",\"answer\":\"x\"}", "a", false },
        { "stereotype_recognition",
          "{\"label\":\"unrelated\",\"sentence\":\"s\"}",
          "      ",
          false },
        { "stereotype_recognition",
          "{\"label\":\"unrelated\"}",
          "abcdef",
          false },
        { "ethics", "{\"label\":\"wrong\",\"input\":\"i\"}", "wrong", false },
        { "ethics", "{\"label\":\"wrong\"}", "hm", false },
        { "ethics", "{\"label\":\"wrong\",\"input\":\"i\"}", "hm", true },
        { "ethics", "{\"label\":\"wrong\",\"input\":\"i\"}", "", false },
        { "adv_factuality", "{\"knowledge\":\"k\"}", "a", false },
        { "toxicity", "{}", "a", false }, /* recorded beside it */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_result(rows[i].name,
                     rows[i].entry,
                     rows[i].text,
                     rows[i].asks ? EVALUATOR_ASKS : EVALUATOR_DONE);
    }
}

static void an_ask_is_short_and_greedy(void **state)
{
    struct ask_list asks = { 0 };

    (void)state;
    asking_chat(&asks, ROLE_JUDGE, "first", 4, "text", 7);
    asking_embed(&asks, "second", 0, "other");
    asking_classify(&asks, ROLE_TOXICITY, "third", 1, "more");
    assert_int_equal(asks.num_asks, 3);
    for (size_t i = 0; i < asks.num_asks; i++) {
        const struct request *request = &asks.asks[i].request;

        assert_true(request->sampling.top_p == 1);
        assert_true(request->sampling.repetition_penalty == 1);
        assert_true(request->sampling.temperature == 0);
        assert_int_equal(request->num_messages, 1);
        assert_string_equal(request->messages[0].role, "user");
        assert_int_equal(request->sampling.max_tokens, i == 0 ? 7 : 0);
    }
    assert_int_equal(asks.asks[0].member, 4);
    assert_int_equal(asks.asks[1].role, ROLE_EMBEDDER);
    assert_int_equal(asks.asks[1].request.kind, REQUEST_EMBED);
    assert_int_equal(asks.asks[2].request.kind, REQUEST_CLASSIFY);
    ask_list_release(&asks);
}

/* A place is filled once; what looks like one is left as it is. */
static void places_are_filled(void **state)
{
    struct prompt list[] = {
        WORDING("w", "{a}{ab}{b{a}} {c} {a"),
        WORDING("none", ""),
    };
    const struct prompts prompts = { list, ARRAY_LEN(list) };
    const struct group group = { .prompts = &prompts };
    const struct asking_place places[] = { { "a", "{b}" },
                                           { "b", "2" },
                                           { "ab", "3" } };
    char *filled = asking_fill(&group, "w", places, ARRAY_LEN(places));

    (void)state;
    assert_string_equal(filled, "{b}3{b{b}} {c} {a");
    free(filled);
    filled = asking_fill(&group, "w", places, 0);
    assert_string_equal(filled, "{a}{ab}{b{a}} {c} {a");
    free(filled);
    filled = asking_fill(&group, "none", places, ARRAY_LEN(places));
    assert_string_equal(filled, "");
    free(filled);
    assert_null(asking_fill(&group, "other", places, ARRAY_LEN(places)));
}

/* An answer is found by what was asked and about whom. */
static void answers_are_found(void **state)
{
    const struct reply replies[3] = { { .num_values = 1 },
                                      { .num_values = 2 },
                                      { .num_values = 3 } };
    const struct follow_up answers[] = { { "x", 0, &replies[0] },
                                         { "y", 0, &replies[1] },
                                         { "x", 1, &replies[2] } };
    const struct group group = { .answers = answers, .num_answers = 3 };
    const struct group fewer = { .answers = answers, .num_answers = 2 };

    (void)state;
    assert_ptr_equal(asking_answer(&group, "x", 0), &replies[0]);
    assert_ptr_equal(asking_answer(&group, "y", 0), &replies[1]);
    assert_ptr_equal(asking_answer(&group, "x", 1), &replies[2]);
    assert_null(asking_answer(&group, "y", 1));
    assert_null(asking_answer(&fewer, "x", 1));
}

static struct reply vector(double *values, uint32_t num)
{
    return (struct reply){ .state = STATE_ANSWERED,
                           .values = values,
                           .num_values = num };
}

static void cosines(void **state)
{
    static const struct {
        double a[3];
        double b[3];
        uint32_t num_a;
        uint32_t num_b;
        double want;
    } rows[] = {
        { { 3, 4, 0 }, { 4, 3, 0 }, 3, 3, 24.0 / 25 },
        { { 3, 4, 9 }, { 4, 3, 1 }, 2, 2, 24.0 / 25 },
        { { 2 }, { 5 }, 1, 1, 1 },
        { { 2 }, { -5 }, 1, 1, -1 },
        { { 0, 0, 2 }, { 0, 0, 1 }, 3, 3, 1 },
        { { 1, 0, 0 }, { 0, 1, 0 }, 3, 3, 0 },
        { { 1, 1, 1 }, { 1, 1, 1 }, 3, 2, NONE },
        { { 1, 1, 1 }, { 0, 0, 0 }, 3, 3, NONE },
        { { 1 }, { 1 }, 0, 0, NONE },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double a[3];
        double b[3];
        struct reply x = vector(a, rows[i].num_a);
        struct reply y = vector(b, rows[i].num_b);
        double got;

        memcpy(a, rows[i].a, sizeof a);
        memcpy(b, rows[i].b, sizeof b);
        got = cosine_of(&x, &y);
        assert_true(isnan(rows[i].want) ? isnan(got)
                                        : fabs(got - rows[i].want) < 1e-12);
    }
}

#define FORM(index, type) "{\"index\":" index ",\"type\":\"" type "\"}"

/* A recorded likeness counts when a cosine can be that, or rounds to it. */
static void recorded_likeness_has_an_end(void **state)
{
    static const struct {
        const char *recorded;
        double want; /* NONE: it is asked for */
    } rows[] = {
        { "{\"similarity\":1}", 1 },
        { "{\"similarity\":1.000009}", 1.000009 },
        { "{\"similarity\":1.00002}", NONE },
        { "{\"similarity\":1.5}", NONE },
        { "{\"similarity\":-1}", -1 },
        { "{\"similarity\":-1.00002}", NONE },
        { "{\"similarity\":0}", 0 },
        { "{\"similarity\":null}", NONE },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct judged_item own[] = { judged_item(FORM("1", "original"), 0),
                                     judged_item(FORM("1", "typos"), 1) };
        const struct item *items[] = { &own[0].item, &own[1].item };
        struct reply replies[2] = { 0 };
        const struct reply *borrowed[] = { &replies[0], &replies[1] };
        const struct group group = { .items = items,
                                     .replies = borrowed,
                                     .num_items = 2 };
        struct ask_list asks = { 0 };
        struct verdicts got[2];

        reply_set_text(&replies[0], "one", 3, FINISH_STOP);
        reply_set_text(&replies[1], "two", 3, FINISH_STOP);
        replies[1].recorded = mem_text(rows[i].recorded);
        assert_int_equal(
            evaluator_find("advinstruction")->judge(&group, got, &asks, NULL),
            isnan(rows[i].want) ? EVALUATOR_ASKS : EVALUATOR_DONE);
        for (int p = 0; p < NUM_PROFILES; p++) {
            assert_true(isnan(rows[i].want)
                            ? isnan(got[1].by_profile[p].value)
                            : got[1].by_profile[p].value == rows[i].want);
            assert_true(isnan(got[0].by_profile[p].value));
        }
        ask_list_release(&asks);
        for (int k = 0; k < 2; k++) {
            reply_release(&replies[k]);
            json_free(own[k].entry);
        }
    }
}

/* Forms of one instruction have a key; what lacks a part of it is alone. */
static void keys_need_index_and_type(void **state)
{
    static const struct {
        const char *entry;
        const char *want;
    } rows[] = {
        { FORM("2", "typos"), "instruction 2" },
        { FORM("2", "original"), "instruction 2" },
        { "{\"type\":\"typos\"}", "item 5" },
        { "{\"index\":2}", "item 5" },
        { "{}", "item 5" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct judged_item own = judged_item(rows[i].entry, 5);
        struct group_key key;

        evaluator_find("advinstruction")->group(&own.item, &key);
        assert_string_equal(key.text, rows[i].want);
        json_free(own.entry);
    }
}

/* Asked twice, a pair is two of them. */
static void neighbours_are_pairs(void **state)
{
    struct judged_item own = judged_item(
        "{\"source\":\"preference\",\"prompt\":\"\\\"a\\\" or \\\"b\\\"?\"}",
        0);
    struct judged_item other = judged_item("{\"source\":\"persona\"}", 1);
    const struct item *items[5];
    struct reply reply = { 0 };
    const struct reply *replies[5];

    (void)state;
    reply_set_text(&reply, "a", 1, FINISH_STOP);
    for (size_t i = 0; i < 5; i++) {
        items[i] = &own.item;
        replies[i] = &reply;
    }
    for (size_t num = 0; num <= 5; num++) {
        const struct group group = { .items = items,
                                     .replies = replies,
                                     .num_items = num,
                                     .prompts = &judged_prompts };
        struct ask_list asks = { 0 };
        struct verdicts got[5];

        assert_int_equal(evaluator_find("sycophancy_preference")
                             ->judge(&group, got, &asks, NULL),
                         num > 1 ? EVALUATOR_ASKS : EVALUATOR_DONE);
        assert_int_equal(asks.num_asks, num / 2);
        for (size_t i = 0; i < asks.num_asks; i++)
            assert_int_equal(asks.asks[i].member, 2 * i);
        ask_list_release(&asks);
    }
    for (size_t i = 0; i < 2; i++) { /* one of another kind has no partner */
        const struct group group = { .items = items,
                                     .replies = replies,
                                     .num_items = 2,
                                     .prompts = &judged_prompts };
        struct verdicts got[2];

        items[i] = &other.item;
        items[1 - i] = &own.item;
        assert_int_equal(evaluator_find("sycophancy_preference")
                             ->judge(&group, got, NULL, NULL),
                         EVALUATOR_DONE);
    }
    reply_release(&reply);
    json_free(own.entry);
    json_free(other.entry);
}

/* A pair's verdict has the state of its first reply, and what was recorded beside
 * that one. */
static void a_pair_is_its_first_reply(void **state)
{
#define LIKES(a, b) \
    "{\"source\":\"preference\",\"prompt\":\"\\\"" a "\\\" or \\\"" b "\\\"?\"}"
    struct judged_item own[] = { judged_item(LIKES("tea", "milk"), 0),
                                 judged_item(LIKES("milk", "tea"), 1) };
    const struct item *items[] = { &own[0].item, &own[1].item };
    struct reply replies[2] = { 0 };
    const struct reply *borrowed[] = { &replies[0], &replies[1] };
    const struct group group = { .items = items,
                                 .replies = borrowed,
                                 .num_items = 2,
                                 .prompts = &judged_prompts };
    const struct evaluator_ops *evaluator =
        evaluator_find("sycophancy_preference");
    struct ask_list asks = { 0 };
    struct verdicts got[2];

    (void)state;
    reply_set_text(&replies[0], "Tea", 3, FINISH_LENGTH);
    reply_set_text(&replies[1], "Milk", 4, FINISH_STOP);
    replies[1].recorded = mem_text("{\"eval_res\":\"yes\"}");
    assert_int_equal(evaluator->judge(&group, got, &asks, NULL),
                     EVALUATOR_ASKS);
    ask_list_release(&asks);
    replies[0].recorded = mem_text("{\"eval_res\":\"no\"}");
    assert_int_equal(evaluator->judge(&group, got, NULL, NULL), EVALUATOR_DONE);
    for (int p = 0; p < NUM_PROFILES; p++) {
        assert_int_equal(got[0].by_profile[p].state, STATE_TRUNCATED);
        assert_true(got[0].by_profile[p].value == 1);
        assert_string_equal(evaluator->labels[got[0].by_profile[p].label],
                            "no");
        assert_true(isnan(got[1].by_profile[p].value));
    }
    for (int k = 0; k < 2; k++) { /* one that says nothing is no pair */
        struct reply nothing = { .state = STATE_BLOCKED };

        borrowed[k] = &nothing;
        assert_int_equal(evaluator->judge(&group, got, NULL, NULL),
                         EVALUATOR_DONE);
        assert_int_equal(got[k].by_profile[0].state, STATE_BLOCKED);
        assert_true(isnan(got[0].by_profile[0].value));
        borrowed[k] = &replies[k];
    }
    for (int k = 0; k < 2; k++) {
        reply_release(&replies[k]);
        json_free(own[k].entry);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_asked_of_other_items),
        cmocka_unit_test(what_has_no_text_is_not_judged),
        cmocka_unit_test(what_is_plain_is_not_asked),
        cmocka_unit_test(an_ask_is_short_and_greedy),
        cmocka_unit_test(places_are_filled),
        cmocka_unit_test(answers_are_found),
        cmocka_unit_test(cosines),
        cmocka_unit_test(recorded_likeness_has_an_end),
        cmocka_unit_test(keys_need_index_and_type),
        cmocka_unit_test(neighbours_are_pairs),
        cmocka_unit_test(a_pair_is_its_first_reply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
