/* The pieces of the http backend that need no server. */
#include "generate/http/http_complaint.h"
#include "generate/http/http_hints.h"
#include "generate/http/http_key.h"
#include "generate/http/http_options.h"
#include "generate/http/http_pace.h"
#include "generate/http/http_settings.h"
#include "tests/unit/generate/asking.h"

#include <sys/resource.h>
#include <sys/stat.h>

static void the_window_opens_and_halves(void **state)
{
    struct http_pace pace;
    int64_t wait;

    (void)state;
    http_pace_init(&pace, 64, 0);
    assert_true(http_pace_may_go(&pace, 3, 0, &wait));
    assert_false(http_pace_may_go(&pace, 4, 0, &wait));
    assert_int_equal(wait, 0);
    for (int i = 0; i < 100; i++)
        http_pace_answered(&pace);
    assert_true(http_pace_may_go(&pace, 63, 0, &wait));
    assert_false(http_pace_may_go(&pace, 64, 0, &wait));
    /* one sign halves it, others that were on their way then do not */
    http_pace_congested(&pace, 10, 20);
    http_pace_congested(&pace, 15, 25);
    http_pace_congested(&pace, 20, 26);
    assert_true(http_pace_may_go(&pace, 31, 30, &wait));
    assert_false(http_pace_may_go(&pace, 32, 30, &wait));
    /* from now on it takes a window of replies for one more */
    for (int i = 0; i < 31; i++)
        http_pace_answered(&pace);
    assert_false(http_pace_may_go(&pace, 32, 30, &wait));
    for (int i = 0; i < 3; i++)
        http_pace_answered(&pace);
    assert_true(http_pace_may_go(&pace, 32, 30, &wait));
    for (int i = 0; i < 20; i++)
        http_pace_congested(&pace, 100 + 10 * i, 105 + 10 * i);
    assert_true(http_pace_may_go(&pace, 0, 1000, &wait));
    assert_false(http_pace_may_go(&pace, 1, 1000, &wait));
}

static void a_pause_is_kept(void **state)
{
    struct http_pace pace;
    int64_t wait;

    (void)state;
    http_pace_init(&pace, 8, 0);
    http_pace_pause(&pace, 500, 1000);
    http_pace_pause(&pace, 100, 1000);
    assert_false(http_pace_may_go(&pace, 0, 1200, &wait));
    assert_int_equal(wait, 300);
    assert_true(http_pace_may_go(&pace, 0, 1500, &wait));
}

/* How many go in a minute when each costs so many tokens. */
static int num_in_a_minute(double requests, double tokens, double each)
{
    struct http_pace pace;
    int num = 0;
    int64_t wait;

    http_pace_init(&pace, 1000, 0);
    http_pace_set_rate(&pace, requests, tokens, 0);
    for (int64_t now = 0; now < 60000;) {
        if (http_pace_may_go(&pace, 0, now, &wait)) {
            http_pace_went(&pace, each + 30);
            http_pace_came(&pace, -30); /* it took fewer */
            num++;
        } else {
            assert_true(wait > 0);
            now += wait;
        }
    }
    return num;
}

static void budgets_are_kept(void **state)
{
    (void)state;
    assert_in_range(num_in_a_minute(60, 0, 0), 59, 61);
    assert_in_range(num_in_a_minute(6000, 0, 0), 5990, 6010);
    assert_in_range(num_in_a_minute(0, 10000, 100), 99, 103);
    assert_in_range(num_in_a_minute(30, 10000, 100), 29, 31);
    assert_in_range(num_in_a_minute(0.5, 0, 0), 1, 1);
}

static int64_t wait_said(const char *const *lines)
{
    struct http_hints hints;

    http_hints_init(&hints);
    for (; *lines; lines++)
        http_hints_take(&hints, *lines, strlen(*lines), 1714564800000);
    return http_hints_wait(&hints);
}

static void hints_are_read(void **state)
{
    static const struct {
        const char *lines[4];
        int64_t ms;
    } cases[] = {
        { { "Content-Type: x\r\n" }, 0 },
        { { "Retry-After: 7\r\n" }, 7000 },
        { { "retry-after:  0.5 \r\n" }, 500 },
        { { "RETRY-AFTER: Wed, 01 May 2024 12:00:30 GMT\r\n" }, 30000 },
        { { "Retry-After: Wed, 01 May 2024 11:00:30 GMT\r\n" }, 0 },
        { { "Retry-After: soon\r\n" }, 0 },
        { { "Retry-After: -5\r\n" }, 0 },
        { { "Retry-After: 99999999999999999999\r\n" }, 604800000 },
        { { "retry-after-ms: 1250\r\n", "Retry-After: 2\r\n" }, 1250 },
        { { "x-ratelimit-remaining-requests: 0\r\n",
            "x-ratelimit-reset-requests: 6m0s\r\n" },
          360000 },
        { { "x-ratelimit-remaining-requests: 3\r\n",
            "x-ratelimit-reset-requests: 6m0s\r\n" },
          0 },
        { { "x-ratelimit-remaining-tokens: 0\r\n",
            "x-ratelimit-reset-tokens: 1.5s\r\n",
            "Retry-After: 1\r\n" },
          1500 },
        { { "x-ratelimit-remaining-tokens: 0\r\n",
            "x-ratelimit-reset-tokens: 20ms\r\n" },
          20 },
        { { "anthropic-ratelimit-requests-remaining: 0\r\n",
            "anthropic-ratelimit-requests-reset: 2024-05-01T12:00:05Z\r\n" },
          5000 },
        { { "no colon" }, 0 },
        { { ":" }, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(wait_said(cases[i].lines), cases[i].ms);
}

static void expect_no_key(const char *path, const char *why)
{
    struct http_key key;
    struct error err = { 0 };

    assert_int_equal(http_key_read(&key, NULL, path, &err), -1);
    assert_null(key.text);
    assert_non_null(strstr(err.text, why));
    assert_null(strstr(err.text, "secret"));
}

static void a_key_file_is_ones_own(void **state)
{
    char *folder = asking_folder();
    char *path = path_join(folder, "key");
    struct rlimit core;
    struct http_key key;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
    core.rlim_cur = core.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_CORE, &core), 0);
    assert_int_equal(file_write(path, "secret-1\n", 9, NULL), 0);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(http_key_read(&key, NULL, path, NULL), 0);
    assert_string_equal(key.text, "secret-1");
    http_key_release(&key);
    assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
    assert_int_equal(core.rlim_cur, 0);
    assert_int_equal(chmod(path, 0640), 0);
    expect_no_key(path, "chmod 600");
    assert_int_equal(chmod(path, 0604), 0);
    expect_no_key(path, "chmod 600");
    assert_int_equal(file_write(path, "secret\x01 1\n", 10, NULL), 0);
    assert_int_equal(chmod(path, 0600), 0);
    expect_no_key(path, "no key");
    assert_int_equal(file_write(path, "\nsecret", 7, NULL), 0);
    assert_int_equal(chmod(path, 0600), 0);
    expect_no_key(path, "no key");
    expect_no_key(folder, "no regular file");
    expect_no_key("/nowhere/at/all", "/nowhere/at/all");
    free(path);
    asking_remove(folder);
}

static void a_key_is_hidden(void **state)
{
    struct http_key key = { .text = mem_text("abcab") };
    char text[] = "abcab xabcabcab abca abcabb";

    (void)state;
    http_key_hide(&key, text, strlen(text));
    assert_string_equal(text, "***** x*****cab abca *****b");
    http_key_hide(&key, NULL, 0);
    http_key_release(&key);
    http_key_hide(&key, text, strlen(text));
}

/* As JSON may write it; what is left is JSON again. */
static void an_escaped_key_is_hidden(void **state)
{
    static const struct {
        const char *text, *hidden;
    } cases[] = {
        { "\"n/+\\\\z\"", "\"******\"" },
        { "\"n\\/+\\\\z\"", "\"*******\"" },
        { "\"\\u006E/\\u002B\\u005c\\u007az\"",
          "\"*************************z\"" },
        { "\"\\n/+\\\\z\"", "\"*******\"" }, /* a line, then the rest of it */
        { "\"\\\\n/+\\\\z\"", "\"\\\\******\"" },
        { "\"\\u006g/+\\\\z\"", "\"\\u006g/+\\\\z\"" },
        { "\\u006", "\\u006" },
        { "n%2F%2b%5Cz", "***********" },
        { "n%252F%2B%5cz", "*************" },
        { "n%2%2B%5cz", "n%2%2B%5cz" },
        { "n\\\\/+\\\\\\\\z", "**********" }, /* JSON in JSON */
        { "\\\\u006e\\\\\\/+\\\\u005Cz", "********************" },
    };
    struct http_key key = { .text = mem_text("n/+\\z") };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *text = mem_text(cases[i].text);

        http_key_hide(&key, text, strlen(text));
        assert_string_equal(text, cases[i].hidden);
        free(text);
    }
    http_key_release(&key);
}

static void expect_refused(const char *args, const char *why)
{
    struct http_options options;
    struct error err = { 0 };

    if (http_options_parse(&options, args, &err) == 0)
        print_error("taken: %s\n", args);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, why))
        print_error("%s: %s\n", args, err.text);
    assert_non_null(strstr(err.text, why));
    assert_null(strstr(err.text, "sk-"));
}

static void bad_specs_are_told(void **state)
{
    (void)state;
    expect_refused("", "the model is missing");
    expect_refused(",url=http://x", "the model is missing");
    expect_refused("url=http://x", "it comes first");
    expect_refused("a b", "no spaces");
    expect_refused("m,dialect=opnai", "openai, azure, anthropic, gemini");
    expect_refused("toxicity,dialect=perspective", "TOXICITY, SEVERE_TOXICITY");
    expect_refused("m,dialect=azure", "wants url=");
    expect_refused("m,url=ftp://x/v1", "https:// or http://");
    expect_refused("m,url=x/v1", "wants http://");
    expect_refused("m,url=https://x/v1?key=sk-1", "without '?'");
    expect_refused("m,url=https://me:sk-1@x/v1", "before '@'");
    expect_refused("m,url=https://x/v1,proxy=http://me:sk-1@p", "before '@'");
    expect_refused("m,key_env=sk-12345", "not the key itself");
    expect_refused("m,url=http://example.com/v1,key_env=K", "over http://");
    expect_refused("m,url=http://127.0.0.1.example.com/v1,key_env=K",
                   "over http://");
    expect_refused("m,url=https://x,body=[1]", "a JSON object");
    expect_refused("m,url=https://x,body={", "a JSON object");
    expect_refused("m,body={\"api_key\": \"sk-1\"}", "in \"api_key\"");
    expect_refused("m,body={\"a\": [{\"Authorization\": \"sk-1\"}]}",
                   "in \"Authorization\"");
    expect_refused("m,body={\"auth\": {\"x\": [\"sk-1\"]}}", "in \"auth\"");
    expect_refused("m,body={\"hook\": \"https://sk-1@h/x\"}", "in \"hook\"");
    expect_refused("m,body={\"token\": \"sk-1\"}", "from key_env or key_file");
    expect_refused("m,body={\"user\": \"sk-proj-abcdefghijklmnop1234\"}",
                   "in \"user\"");
    expect_refused("m,body={\"h\": \"Bearer hunter2\"}", "in \"h\"");
    expect_refused("m,url=http://127.0.0.1:9/v1/sk-proj-abcdefghijklmnop1234",
                   "a provider's key");
    expect_refused("m,account=sk-proj-abcdefghijklmnop1234",
                   "a provider's key");
    expect_refused("sk-proj-abcdefghijklmnop1234", "a provider's key");
    expect_refused("m,effort=much", "effort");
    expect_refused("m,api_version=2024&x", "wants a date");
}

static void identify(const char *args, char out[BACKEND_IDENTITY])
{
    struct http_options options;
    struct error err = { 0 };

    if (http_options_parse(&options, args, &err) < 0)
        print_error("%s: %s\n", args, err.text);
    assert_int_equal(err.code, ERR_NONE);
    http_options_identity(&options, out);
    http_options_release(&options);
}

static void expect_identity(const char *args, const char *identity)
{
    char out[BACKEND_IDENTITY];

    identify(args, out);
    assert_string_equal(out, identity);
}

/* Endpoint, model, and what changes a request; nothing else. */
static void an_identity_is_what_determines_replies(void **state)
{
    static const char *const differ[] = {
        "m,alias=a",
        "n,alias=a",
        "m,alias=b",
        "m,alias=a,effort=low",
        "m,alias=a,effort=high",
        "m,alias=a,api_version=2024",
        "m,alias=a,dialect=gemini",
        "m,alias=a,body={\"a\": 1}",
        "m,alias=a,body={\"max_tokens\": 1\\,\"stop_token_ids\": [2]}",
        "m,alias=a,body={\"prompt_cache_key\": \"x\"\\,\"token\": \"\"}",
    };
    char one[BACKEND_IDENTITY];
    char other[BACKEND_IDENTITY];

    (void)state;
    expect_identity("gpt-4o", "http:openai:api.openai.com/v1/gpt-4o");
    expect_identity("gpt-4o,parallel=3,retries=1,timeout_s=9,max_mb=2",
                    "http:openai:api.openai.com/v1/gpt-4o");
    expect_identity("org/m:8b,url=http://localhost:1/v1/",
                    "http:openai:localhost:1/v1/org/m:8b");
    expect_identity("m,url=http://localhost:1/v1,alias=mine",
                    "http:openai:mine/m");
    for (size_t i = 0; i < ARRAY_LEN(differ); i++) {
        for (size_t j = 0; j < i; j++) {
            identify(differ[i], one);
            identify(differ[j], other);
            assert_string_not_equal(one, other);
        }
    }
    identify("m,alias=a,body={\"b\":1\\,\"a\":2}", one);
    identify("m,alias=a,body={\"a\": 2\\, \"b\": 1}", other);
    assert_string_equal(one, other);
}

static void expect_complaint(const char *bytes,
                             const char *message,
                             const char *kinds)
{
    static const char letters[] = "FOA";
    struct http_complaint complaint;
    struct text body = { 0 };
    char found[4] = { 0 };
    size_t num = 0;

    text_add(&body, bytes);
    http_complaint_read(&body, &complaint);
    text_release(&body);
    assert_string_equal(complaint.message, message);
    for (int kind = COMPLAINT_FILTER; kind <= COMPLAINT_ACCOUNT; kind++) {
        if (http_complaint_is(&complaint, (enum http_complaint_kind)kind))
            found[num++] = letters[kind];
    }
    assert_string_equal(found, kinds);
}

static void errors_of_all_kinds_are_read(void **state)
{
    (void)state;
    expect_complaint("{\"error\":{\"message\":\"a\\nb\",\"code\":null}}",
                     "a b",
                     "");
    expect_complaint("{\"error\":{\"message\":\"a\\u009bb\\u202ec\"}}",
                     "a b c",
                     "");
    expect_complaint(
        "{\"error\":{\"message\":\"x\",\"code\":\"content_filter\","
        "\"innererror\":{\"code\":\"ResponsibleAIPolicy"
        "Violation\"}}}",
        "x",
        "F");
    expect_complaint("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request"
                     "_error\",\"message\":\"prompt is too long: 9 tokens\"}}",
                     "prompt is too long: 9 tokens",
                     "O");
    expect_complaint("[{\"error\":{\"code\":400,\"message\":\"no\",\"status\":"
                     "\"INVALID_ARGUMENT\"}}]",
                     "no",
                     "");
    expect_complaint(
        "{\"error\":{\"code\":400,\"message\":\"too much\",\"type\":"
        "\"exceed_context_size_error\"}}",
        "too much",
        "O");
    expect_complaint("{\"object\":\"error\",\"message\":\"m\",\"type\":\"B\"}",
                     "m",
                     "");
    expect_complaint("{\"error\":\"just words\"}", "just words", "");
    expect_complaint("{\"detail\":\"Not Found\"}", "Not Found", "");
    expect_complaint("plain words", "plain words", "");
    expect_complaint("<html>x</html>", "", "");
    expect_complaint("", "", "");
    expect_complaint("{\"error\":{\"message\":\"Your credit balance is too low "
                     "to go on\"}}",
                     "Your credit balance is too low to go on",
                     "A");
    expect_complaint("{\"error\":{\"code\":403,\"message\":\"m\",\"metadata\":{"
                     "\"reasons\":[\"x\"],\"flagged_input\":\"y\"}}}",
                     "m",
                     "F");
    expect_complaint("{\"error\":{\"code\":403,\"message\":\"This model "
                     "requires moderation\"}}",
                     "This model requires moderation",
                     "F");
    expect_complaint("\xff{", "\xef\xbf\xbd{", "");
}

static void only_what_is_named_is_left_out(void **state)
{
    const struct http_dialect *openai = &http_dialect_openai;
    const unsigned all = (1u << NUM_HTTP_SETTINGS) - 1;

    (void)state;
    assert_int_equal(http_settings_blamed(openai, all, "top_p", "temperature"),
                     HTTP_TOP_P);
    assert_int_equal(
        http_settings_blamed(openai, all, NULL, "`temperature` may only be 1"),
        HTTP_TEMPERATURE);
    assert_int_equal(http_settings_blamed(openai,
                                          1u << HTTP_TOP_P,
                                          NULL,
                                          "`temperature` may only be 1"),
                     NUM_HTTP_SETTINGS);
    assert_int_equal(http_settings_blamed(openai, all, "", "seeds are good"),
                     NUM_HTTP_SETTINGS);
    assert_int_equal(http_settings_blamed(openai, all, "", "max_tokens_to_x"),
                     NUM_HTTP_SETTINGS);
    /* a limit of tokens has another name there, elsewhere it has none */
    assert_int_equal(http_settings_blamed(openai, all, "max_tokens", ""),
                     HTTP_MAX_TOKENS);
    assert_int_equal(
        http_settings_blamed(openai, all, "max_completion_tokens", ""),
        NUM_HTTP_SETTINGS);
    assert_int_equal(
        http_settings_blamed(&http_dialect_anthropic, all, "max_tokens", ""),
        NUM_HTTP_SETTINGS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_opens_and_halves),
        cmocka_unit_test(a_pause_is_kept),
        cmocka_unit_test(budgets_are_kept),
        cmocka_unit_test(hints_are_read),
        cmocka_unit_test(a_key_file_is_ones_own),
        cmocka_unit_test(a_key_is_hidden),
        cmocka_unit_test(an_escaped_key_is_hidden),
        cmocka_unit_test(bad_specs_are_told),
        cmocka_unit_test(an_identity_is_what_determines_replies),
        cmocka_unit_test(errors_of_all_kinds_are_read),
        cmocka_unit_test(only_what_is_named_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
