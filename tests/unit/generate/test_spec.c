/* Specs, their paths, and items that become requests. */
#include "generate/prompt.h"
#include "tests/unit/generate/asking.h"
#include "trustsweep/item.h"

static void test_paths_are_made_absolute(void **state)
{
    static const struct {
        const char *spec, *expected;
    } cases[] = {
        { "replay:a/b", "replay:/jobs/a/b" },
        { "replay:/a/b", "replay:/a/b" },
        { "fault:kill-after=3:replay:x", "fault:kill-after=3:replay:/jobs/x" },
        { "isolated:fault:slow-ms=1:replay:x",
          "isolated:fault:slow-ms=1:replay:/jobs/x" },
        { "inprocess:replay:x", "inprocess:replay:/jobs/x" },
        { "sim:", "sim:" },
        { "sim:seed=3", "sim:seed=3" },
        { "replay:", "replay:" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *got = backend_resolve(cases[i].spec, "/jobs", NULL);

        assert_non_null(got);
        assert_string_equal(got, cases[i].expected);
        free(got);
    }
}

static void test_unknown_names_get_a_hint(void **state)
{
    struct error err = { 0 };

    (void)state;
    assert_null(backend_resolve("replai:x", "/jobs", &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "did you mean 'replay'"));
    assert_null(backend_resolve("fault:kill-after=1:sin:", "/jobs", &err));
    assert_non_null(strstr(err.text, "did you mean 'sim'"));
}

/* Names what is missing where a build has no llama. */
static void test_llama_is_there_or_said_to_be_missing(void **state)
{
    struct error err = { 0 };
    char *got =
        backend_resolve("llama:a.gguf,chat_template=t/b.jinja,context=9",
                        "/jobs",
                        &err);

    (void)state;
    if (got) {
        assert_string_equal(got,
                            "llama:/jobs/a.gguf,"
                            "chat_template=/jobs/t/b.jinja,context=9");
    } else {
        assert_int_equal(err.code, ERR_USAGE);
        assert_non_null(strstr(err.text, "scripts/llama.sh"));
    }
    free(got);
}

static void test_an_item_becomes_a_request(void **state)
{
    static const struct item item = {
        .task = "ethics/awareness",
        .index = 9,
        .occurrence = 2,
        .hash = { 3, 4 },
        .prompt = "Who are you?",
    };
    static const struct sampling sampling = { .max_tokens = 5, .seed = 6 };
    struct request request;

    (void)state;
    prompt_request(&request,
                   (struct hash128){ 1, 2 },
                   &item,
                   NULL,
                   &sampling,
                   7);
    assert_int_equal(request.kind, REQUEST_CHAT);
    assert_string_equal(request.task, item.task);
    assert_int_equal(request.item_index, 9);
    assert_int_equal(request.occurrence, 2);
    assert_int_equal(request.repeat, 7);
    assert_true(hash_equal(request.unit, (struct hash128){ 1, 2 }));
    assert_true(hash_equal(request.item, item.hash));
    assert_int_equal(request.sampling.max_tokens, 5);
    assert_int_equal(request.num_messages, 1);
    assert_string_equal(request.messages[0].role, "user");
    assert_string_equal(request.messages[0].text, item.prompt);
    request_release(&request);

    prompt_request(&request,
                   (struct hash128){ 1, 2 },
                   &item,
                   "Be brief.",
                   &sampling,
                   0);
    assert_int_equal(request.num_messages, 2);
    assert_string_equal(request.messages[0].role, "system");
    assert_string_equal(request.messages[0].text, "Be brief.");
    assert_string_equal(request.messages[1].role, "user");
    request_release(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_are_made_absolute),
        cmocka_unit_test(test_unknown_names_get_a_hint),
        cmocka_unit_test(test_llama_is_there_or_said_to_be_missing),
        cmocka_unit_test(test_an_item_becomes_a_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
