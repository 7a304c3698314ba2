/* An item becomes a request, and nothing is wrapped around its prompt. */
#include "generate/prompt.h"
#include "tests/unit/generate/asking.h"
#include "trustsweep/item.h"

static const struct item item = {
    .task = "privacy/awareness",
    .index = 5,
    .occurrence = 2,
    .hash = { .high = 3, .low = 4 },
    .prompt = " What is\nthis? ",
};
static const struct sampling sampling = { .max_tokens = 48,
                                          .temperature = 0.5,
                                          .top_p = 0.9,
                                          .seed = 12 };
static const struct hash128 unit = { .high = 1, .low = 2 };

static void one_user_message(void **state)
{
    struct request out;

    (void)state;
    prompt_request(&out, unit, &item, NULL, &sampling, 3);
    assert_true(hash_equal(out.unit, unit));
    assert_true(hash_equal(out.item, item.hash));
    assert_int_equal(out.kind, REQUEST_CHAT);
    assert_string_equal(out.task, "privacy/awareness");
    assert_int_equal(out.item_index, 5);
    assert_int_equal(out.occurrence, 2);
    assert_int_equal(out.repeat, 3);
    assert_int_equal(out.num_messages, 1);
    assert_string_equal(out.messages[0].role, "user");
    assert_string_equal(out.messages[0].text, " What is\nthis? ");
    assert_int_equal(out.num_choices, 0);
    assert_int_equal(out.sampling.max_tokens, 48);
    assert_int_equal(out.sampling.seed, 12);
    request_release(&out);
}

static void a_system_message_comes_first(void **state)
{
    struct request out;

    (void)state;
    prompt_request(&out, unit, &item, "Be brief.", &sampling, 0);
    assert_int_equal(out.num_messages, 2);
    assert_string_equal(out.messages[0].role, "system");
    assert_string_equal(out.messages[0].text, "Be brief.");
    assert_string_equal(out.messages[1].role, "user");
    assert_string_equal(out.messages[1].text, item.prompt);
    request_release(&out);
}

/* An empty system message is still one that the job asked for. */
static void an_empty_system_message_stays(void **state)
{
    struct request out;

    (void)state;
    prompt_request(&out, unit, &item, "", &sampling, 0);
    assert_int_equal(out.num_messages, 2);
    assert_string_equal(out.messages[0].text, "");
    request_release(&out);
}

static void the_request_owns_its_texts(void **state)
{
    char text[] = "first";
    struct item local = item;
    struct request out;

    (void)state;
    local.prompt = text;
    prompt_request(&out, unit, &local, NULL, &sampling, 0);
    text[0] = 'X';
    assert_string_equal(out.messages[0].text, "first");
    request_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_user_message),
        cmocka_unit_test(a_system_message_comes_first),
        cmocka_unit_test(an_empty_system_message_stays),
        cmocka_unit_test(the_request_owns_its_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
