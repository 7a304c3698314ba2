/* Reasoning and final text are kept apart. */
#include "generate/parts/think.h"
#include "tests/unit/generate/asking.h"

static const struct {
    const char *text;
    bool is_open;
    enum finish_reason finish;
    enum state state;
    const char *final;
    const char *reasoning;
} cases[] = {
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
};

static void test_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct reply reply = { 0 };

        think_split(&reply,
                    cases[i].text,
                    strlen(cases[i].text),
                    cases[i].is_open,
                    cases[i].finish);
        assert_string_equal(state_name(reply.state),
                            state_name(cases[i].state));
        assert_true(text_equal(reply.text, cases[i].final));
        assert_true(text_equal(reply.reasoning, cases[i].reasoning));
        assert_int_equal(reply.finish, cases[i].finish);
        assert_int_equal(reply.text_len,
                         cases[i].final ? strlen(cases[i].final) : 0);
        reply_release(&reply);
    }
}

/* Bytes behind a NUL are not lost. */
static void test_nul(void **state)
{
    static const char text[] = "<think>a</think>b\0c";
    struct reply reply = { 0 };

    (void)state;
    think_split(&reply, text, sizeof text - 1, false, FINISH_STOP);
    assert_int_equal(reply.text_len, 3);
    assert_memory_equal(reply.text, "b\0c", 4);
    reply_release(&reply);
}

static void test_parts(void **state)
{
    (void)state;
    assert_int_equal(think_part("", false), THINK_NONE);
    assert_int_equal(think_part("", true), THINK_INSIDE);
    assert_int_equal(think_part("hm", false), THINK_NONE);
    assert_int_equal(think_part(" <think>hm", false), THINK_INSIDE);
    assert_int_equal(think_part("<think>hm</think>", false), THINK_OVER);
    assert_int_equal(think_part("hm</think>", true), THINK_OVER);
    assert_int_equal(think_part("hm</think>", false), THINK_OVER);
}

static void test_prompts_that_begin_it(void **state)
{
    (void)state;
    assert_true(think_is_open("<|im_start|>assistant\n<think>"));
    assert_true(think_is_open("<think>\n\n"));
    assert_false(think_is_open("<think>\n\n</think>\n\n"));
    assert_false(think_is_open("hink>"));
    assert_false(think_is_open(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_prompts_that_begin_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
