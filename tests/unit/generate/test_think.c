/* Reasoning and final text are kept apart. */
#include "generate/parts/think.h"
#include "tests/unit/generate/asking.h"

static const struct think_tags own = { "<reason>", "</reason>" };
static const struct think_tags channels = { "<|channel|>analysis<|message|>",
                                            "<|end|>" };

struct example {
    const char *text;
    bool is_open;
    enum finish_reason finish;
    enum state state;
    const char *final;
    const char *reasoning;
};

/* Of any model. */
static const struct example cases[] = {
    { "plain", false, FINISH_STOP, STATE_ANSWERED, "plain", NULL },
    { "plain", false, FINISH_LENGTH, STATE_TRUNCATED, "plain", NULL },
    { "", false, FINISH_STOP, STATE_EMPTY, "", NULL },
    { "<think>a</think>b", false, FINISH_STOP, STATE_ANSWERED, "b", "a" },
    { " \n<think>\na\n</think>\n\nb\n",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "b\n",
      "\na\n" },
    { "<think></think>", false, FINISH_STOP, STATE_EMPTY, "", "" },
    { "<think>a</think>b", false, FINISH_LENGTH, STATE_TRUNCATED, "b", "a" },
    { "<think>a b", false, FINISH_LENGTH, STATE_NO_FINAL, NULL, "a b" },
    { "<think>a</think>\n", false, FINISH_LENGTH, STATE_NO_FINAL, NULL, "a" },
    { "<think>a b", false, FINISH_STOP, STATE_NO_FINAL, NULL, "a b" },
    { "a</think>b", false, FINISH_STOP, STATE_ANSWERED, "b", "a" },
    { "a</think>b", true, FINISH_STOP, STATE_ANSWERED, "b", "a" },
    { "a b", true, FINISH_LENGTH, STATE_NO_FINAL, NULL, "a b" },
    { "<think>a b", true, FINISH_LENGTH, STATE_NO_FINAL, NULL, "a b" },
    { "no <think> at the start",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "no <think> at the start",
      NULL },
    { "<think>\xff</think>b",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "b",
      "\xef\xbf\xbd" },
    { "[THINK]a[/THINK]b", false, FINISH_STOP, STATE_ANSWERED, "b", "a" },
    { "[THINK]a", false, FINISH_LENGTH, STATE_NO_FINAL, NULL, "a" },
    { "<|channel|>analysis<|message|>a<|channel|>final<|message|>b",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "b",
      "a" },
    { "<|START_THINKING|>a<|END_THINKING|>b",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "b",
      "a" },
    { "<reason>a</reason>b",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "<reason>a</reason>b",
      NULL },
};

static const struct example own_cases[] = {
    { "<reason>a</reason>b", false, FINISH_STOP, STATE_ANSWERED, "b", "a" },
    { "a</reason>b", true, FINISH_STOP, STATE_ANSWERED, "b", "a" },
};

static const struct example channel_cases[] = {
    { "<|channel|>analysis<|message|>a<|end|><|start|>assistant"
      "<|channel|>final<|message|>an assistant<|end|>",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "an assistant",
      "a" },
    { "<|channel|>final<|message|>b",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "b",
      "" },
    { "<|channel|>analysis<|message|>a<|end|>",
      false,
      FINISH_LENGTH,
      STATE_NO_FINAL,
      NULL,
      "a" },
    { "<|channel|>commentary<|message|>a<|end|><|start|>assistant"
      "<|channel|>final<|message|>b<|end|>",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "b",
      "a" },
    { "<|channel|>analysis<|message|>a<|end|><|start|>assistant"
      "<|channel|>commentary<|message|>c<|end|><|start|>assistant"
      "<|channel|>final<|message|>b",
      false,
      FINISH_STOP,
      STATE_ANSWERED,
      "b",
      "a<|end|><|start|>assistant<|channel|>commentary<|message|>c" },
    { "<|channel|>commentary<|message|>a<|end|>",
      false,
      FINISH_STOP,
      STATE_NO_FINAL,
      NULL,
      "a" },
    { "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}",
      false,
      FINISH_STOP,
      STATE_NO_FINAL,
      NULL,
      " to=functions.f <|constrain|>json<|message|>{}" },
};

static void expect(const struct example *all,
                   size_t num,
                   const struct think_tags *tags)
{
    for (size_t i = 0; i < num; i++) {
        struct reply reply = { 0 };

        think_split(&reply,
                    all[i].text,
                    strlen(all[i].text),
                    tags,
                    all[i].is_open,
                    all[i].finish);
        assert_string_equal(state_name(reply.state), state_name(all[i].state));
        assert_true(text_equal(reply.text, all[i].final));
        assert_true(text_equal(reply.reasoning, all[i].reasoning));
        assert_int_equal(reply.finish, all[i].finish);
        assert_int_equal(reply.text_len,
                         all[i].final ? strlen(all[i].final) : 0);
        reply_release(&reply);
    }
}

static void test_split(void **state)
{
    (void)state;
    expect(cases, ARRAY_LEN(cases), NULL);
    expect(own_cases, ARRAY_LEN(own_cases), &own);
    expect(channel_cases, ARRAY_LEN(channel_cases), &channels);
}

/* Bytes behind a NUL are not lost. */
static void test_nul(void **state)
{
    static const char text[] = "<think>a</think>b\0c";
    struct reply reply = { 0 };

    (void)state;
    think_split(&reply, text, sizeof text - 1, NULL, false, FINISH_STOP);
    assert_int_equal(reply.text_len, 3);
    assert_memory_equal(reply.text, "b\0c", 4);
    reply_release(&reply);
    think_split(&reply,
                "<think>a\0b</think>c",
                sizeof "<think>a\0b</think>c" - 1,
                NULL,
                false,
                FINISH_STOP);
    assert_string_equal(reply.text, "c");
    assert_int_equal(reply.reasoning_len, 3);
    reply_release(&reply);
}

/* Of a model that is known not to think a tag is a word. */
static void test_who_does_not_think(void **state)
{
    static const struct think_tags none = { "", "" };
    static const struct example plain[] = {
        { "Use </think> to end it.",
          false,
          FINISH_STOP,
          STATE_ANSWERED,
          "Use </think> to end it.",
          NULL },
        { "<think>a</think>b", false, FINISH_STOP, STATE_ANSWERED, "b", "a" },
        { "a</think>b", true, FINISH_STOP, STATE_ANSWERED, "b", "a" },
    };

    (void)state;
    expect(plain, ARRAY_LEN(plain), &none);
}

static void test_parts(void **state)
{
    (void)state;
    assert_int_equal(think_part("", NULL, false), THINK_NONE);
    assert_int_equal(think_part("", NULL, true), THINK_INSIDE);
    assert_int_equal(think_part("hm", NULL, false), THINK_NONE);
    assert_int_equal(think_part(" <think>hm", NULL, false), THINK_INSIDE);
    assert_int_equal(think_part("<think>hm</think>", NULL, false), THINK_OVER);
    assert_int_equal(think_part("hm</think>", NULL, true), THINK_OVER);
    assert_int_equal(think_part("hm</think>", NULL, false), THINK_OVER);
    assert_int_equal(think_part("[THINK]hm", NULL, false), THINK_INSIDE);
    assert_int_equal(think_part("<reason>hm", &own, false), THINK_INSIDE);
    assert_int_equal(think_part("<reason>hm", NULL, false), THINK_NONE);
    assert_int_equal(think_part("hm</reason>", &own, true), THINK_OVER);
}

static void test_prompts_that_begin_it(void **state)
{
    (void)state;
    assert_true(think_is_open("<|im_start|>assistant\n<think>", NULL));
    assert_true(think_is_open("<think>\n\n", NULL));
    assert_false(think_is_open("<think>\n\n</think>\n\n", NULL));
    assert_false(think_is_open("hink>", NULL));
    assert_false(think_is_open("", NULL));
    assert_true(think_is_open("<reason>", &own));
    assert_string_equal(think_closing("a<reason>\n", &own), "</reason>");
    assert_string_equal(think_closing("[THINK]", &own), "[/THINK]");
    assert_null(think_closing("<reason></reason>", &own));
    assert_false(think_is_open("<reason>", NULL));
}

static void test_tokens_of_tags(void **state)
{
    (void)state;
    assert_true(think_shows("[THINK]", NULL));
    assert_true(think_shows("<|message|>", NULL));
    /* the end of a turn, of other families */
    assert_false(think_shows("<|end|>", NULL));
    assert_true(think_shows("<|end|>", &channels));
    assert_true(think_shows("</reason>", &own));
    assert_false(think_shows("</reason>", NULL));
    assert_false(think_shows("<|im_end|>", &own));
    assert_false(think_shows("", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_who_does_not_think),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_prompts_that_begin_it),
        cmocka_unit_test(test_tokens_of_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
