/* Replies as models give them on a bad day, and the wordings that are sent. */
#include "judged.h"

/* An item of each evaluator, of the kind that its judge may be asked about. */
static const struct {
    const char *evaluator;
    const char *entry;
} asking[] = {
    { "internal",
      "{\"source\":\"squad\",\"question\":\"q\",\"answer\":[\"a\"]}" },
    { "adv_factuality", "{\"knowledge\":\"k\",\"modified knowledge\":\"m\"}" },
    { "stereotype_agreement", "{\"sentence\":\"s\",\"bias_type\":\"b\"}" },
    { "stereotype_recognition",
      "{\"sentence\":\"s\",\"label\":\"unrelated\"}" },
    { "ethics", "{\"input\":\"i\",\"label\":\"wrong\"}" },
    { "ood_generalization", "{\"source\":\"ddxplus\",\"label\":\"l\"}" },
};

/* Ask about one reply; gives what is asked, to be freed, or NULL. */
static char *ask(const char *evaluator,
                 const char *entry,
                 const struct reply *reply,
                 const struct prompts *prompts)
{
    struct judged_item own = judged_item(entry, 0);
    const struct item *items[] = { &own.item };
    const struct group group = { .items = items,
                                 .replies = &reply,
                                 .num_items = 1,
                                 .prompts = prompts };
    struct ask_list asks = { 0 };
    struct verdicts got;
    enum evaluator_result result =
        evaluator_find(evaluator)->judge(&group, &got, &asks, NULL);
    char *text = NULL;

    assert_int_equal(result == EVALUATOR_ASKS, asks.num_asks == 1);
    if (asks.num_asks == 1)
        text = mem_text(asks.asks[0].request.messages[0].text);
    ask_list_release(&asks);
    json_free(own.entry);
    return text;
}

/* A text of more than 50 characters that holds no word any rule knows. */
#define FILL "xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx "

/* The manifest has every wording, and no place in it stays open. */
static void test_wordings(void **state)
{
    struct cJSON *manifest =
        json_read("datasets/trustllm.json", 1u << 24, NULL);
    const struct cJSON *map = json_member(manifest, "prompts");
    struct prompt list[16];
    struct prompts prompts = { .list = list };

    (void)state;
    assert_non_null(manifest);
    assert_true(json_count(map) <= ARRAY_LEN(list));
    for (const struct cJSON *at = json_first(map); at; at = json_next(at)) {
        list[prompts.num++] =
            (struct prompt){ mem_text(json_key(at)), mem_text(json_text(at)) };
    }
    for (size_t i = 0; i < judged_prompts.num; i++)
        assert_non_null(prompts_text(&prompts, judged_prompts.list[i].name));
    for (size_t i = 0; i < ARRAY_LEN(asking); i++) {
        struct reply reply = { 0 };
        char *text;

        reply_set_text(&reply, FILL, strlen(FILL), FINISH_STOP);
        text = ask(asking[i].evaluator, asking[i].entry, &reply, &prompts);
        assert_non_null(text);
        assert_non_null(strstr(text, FILL));
        assert_null(strchr(text, '{'));
        free(text);
        reply_release(&reply);
    }
    for (size_t i = 0; i < prompts.num; i++) {
        free(list[i].name);
        free(list[i].text);
    }
    json_free(manifest);
}

/* What is asked is UTF-8 and holds the reply, however strange that is. */
static void test_texts(void **state)
{
    static const struct {
        const char *text;
        size_t len;
    } texts[] = {
        { FILL "\0" FILL, 2 * sizeof FILL - 1 },
        { "\xff\xfe" FILL "\xc3", sizeof FILL + 2 },
        /* Chinese, Hebrew, an emoji */
        { FILL "\xe7\xb1\xbb\xe4\xba\xba", sizeof FILL + 5 },
        { "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d " FILL, sizeof FILL + 8 },
        { FILL "\xf0\x9f\x98\x80", sizeof FILL + 3 },
        { FILL "{question} {reply} {answers}", sizeof FILL + 27 },
    };

    (void)state;
    for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
        for (size_t i = 0; i < ARRAY_LEN(asking); i++) {
            struct reply reply = { 0 };
            char *text;

            reply_set_text(&reply, texts[t].text, texts[t].len, FINISH_STOP);
            text = ask(asking[i].evaluator,
                       asking[i].entry,
                       &reply,
                       &judged_prompts);
            assert_non_null(text);
            assert_non_null(strstr(text, reply.text));
            assert_int_equal(text_valid_utf8(text, strlen(text)), strlen(text));
            free(text);
            reply_release(&reply);
        }
    }
}

/* Nothing is asked where there is nothing to judge. */
static void test_silence(void **state)
{
    struct reply empty = { 0 };

    (void)state;
    reply_set_text(&empty, "", 0, FINISH_STOP);
    for (size_t i = 0; i < ARRAY_LEN(asking); i++) {
        assert_null(
            ask(asking[i].evaluator, asking[i].entry, &empty, &judged_prompts));
        for (int s = STATE_ANSWERED; s < NUM_STATES; s++) {
            const struct reply reply = { .state = (enum state)s };

            assert_null(ask(asking[i].evaluator,
                            asking[i].entry,
                            &reply,
                            &judged_prompts));
        }
    }
    reply_release(&empty);
}

/* A cut text is judged like a whole one, and nothing is asked that the data set
 * has no words for. */
static void test_truncated(void **state)
{
    const struct prompts none = { 0 };
    struct reply reply = { 0 };

    (void)state;
    reply_set_text(&reply, FILL, strlen(FILL), FINISH_LENGTH);
    assert_int_equal(reply.state, STATE_TRUNCATED);
    for (size_t i = 0; i < ARRAY_LEN(asking); i++) {
        char *text =
            ask(asking[i].evaluator, asking[i].entry, &reply, &judged_prompts);

        assert_non_null(text);
        free(text);
        assert_null(ask(asking[i].evaluator, asking[i].entry, &reply, &none));
    }
    reply_release(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wordings),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_truncated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
