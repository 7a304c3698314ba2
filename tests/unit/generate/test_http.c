/* What the http backend sends in each dialect, and what it makes of replies. */
#include "tests/unit/generate/http_server.h"

static struct http_server server;

/* %d in the spec is the port. */
static struct backend *create(const char *spec)
{
    const char *hole = strstr(spec, "%d");
    char *whole = text_format("%.*s%d%s",
                              (int)(hole - spec),
                              spec,
                              server.port,
                              hole + 2);
    struct backend *backend = asking_create(whole);

    free(whole);
    return backend;
}

static const char *const dialects[] = {
    "http:m,url=http://127.0.0.1:%d/v1",
    "http:m,url=http://127.0.0.1:%d/,dialect=azure,key_env=KEY",
    "http:m,url=http://127.0.0.1:%d/v1,dialect=anthropic,key_env=KEY",
    "http:m,url=http://127.0.0.1:%d/v1beta,dialect=gemini,key_env=KEY",
};

static void check_reply(struct backend *backend,
                        const char *prompt,
                        enum state state,
                        const char *text,
                        const char *reasoning)
{
    struct reply reply = asking_text(backend, 1, prompt);

    assert_int_equal(reply.state, state);
    assert_true(text_equal(reply.text, text));
    assert_true(text_equal(reply.reasoning, reasoning));
    reply_release(&reply);
}

static void every_dialect_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
        struct backend *backend = create(dialects[i]);
        struct reply reply = asking_text(backend, 7, "say \"\xc3\xa9\"\n");

        assert_int_equal(reply.state, STATE_ANSWERED);
        assert_string_equal(reply.text, "say \"\xc3\xa9\"\n");
        assert_int_equal(reply.finish, FINISH_STOP);
        assert_int_equal(reply.prompt_tokens, 7);
        assert_int_equal(reply.reply_tokens, 5);
        assert_true(reply.decode_ns > 0);
        reply_release(&reply);
        check_reply(backend,
                    "fault=reasoning",
                    STATE_ANSWERED,
                    "fault=reasoning",
                    "a thought");
        check_reply(backend,
                    "fault=think",
                    STATE_ANSWERED,
                    "fault=think",
                    "a thought");
        check_reply(backend, "fault=budget", STATE_NO_FINAL, NULL, "a thought");
        check_reply(backend, "fault=filter", STATE_BLOCKED, NULL, NULL);
        check_reply(backend,
                    "fault=length",
                    STATE_TRUNCATED,
                    "fault=length",
                    NULL);
        backend_destroy(backend);
    }
}

static struct reply ask(struct backend *backend,
                        enum request_kind kind,
                        const char *text)
{
    struct request request = asking_request(1, text);
    struct reply reply;

    request.kind = kind;
    reply = asking_ask(backend, &request);
    request_release(&request);
    return reply;
}

static void texts_are_continued(void **state)
{
    struct backend *backend = create(dialects[0]);
    struct reply reply = ask(backend, REQUEST_COMPLETE, "once upon");

    (void)state;
    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_string_equal(reply.text, "once upon");
    reply_release(&reply);
    backend_destroy(backend);
}

static void vectors_are_made(void **state)
{
    static const size_t can[] = { 0, 1, 3 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(can); i++) {
        struct backend *backend = create(dialects[can[i]]);
        struct reply one = ask(backend, REQUEST_EMBED, "a text");
        struct reply same = ask(backend, REQUEST_EMBED, "a text");
        struct reply other = ask(backend, REQUEST_EMBED, "another");

        assert_int_equal(one.state, STATE_ANSWERED);
        assert_int_equal(one.num_values, 8);
        assert_memory_equal(one.values, same.values, 8 * sizeof(double));
        assert_memory_not_equal(one.values, other.values, 8 * sizeof(double));
        reply_release(&one);
        reply_release(&same);
        reply_release(&other);
        backend_destroy(backend);
    }
}

static const char perspective[] =
    "http:TOXICITY,url=http://127.0.0.1:%d/v1alpha1,dialect=perspective,"
    "key_env=KEY,requests_per_minute=60000,retries=1";

static void expect_toxicity(struct backend *backend,
                            const char *text,
                            double value)
{
    struct reply reply = ask(backend, REQUEST_CLASSIFY, text);

    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_int_equal(reply.num_values, 1);
    assert_float_equal(reply.values[0], value, 1e-6);
    reply_release(&reply);
}

static void expect_failed(struct backend *backend,
                          const char *text,
                          const char *why)
{
    struct reply reply = ask(backend, REQUEST_CLASSIFY, text);

    assert_int_equal(reply.state, STATE_FAILED);
    if (!reply.detail || !strstr(reply.detail, why))
        print_error("%s: %s\n", text, reply.detail ? reply.detail : "");
    assert_non_null(strstr(reply.detail, why));
    reply_release(&reply);
}

static void toxicity_is_scored(void **state)
{
    struct backend *backend = create(perspective);
    struct text longer = { 0 };

    (void)state;
    expect_toxicity(backend, "a!b!", 0.5);
    expect_toxicity(backend, "kind", 0);
    /* more than it takes is cut, and never inside a character */
    for (int i = 0; i < 20479; i++)
        text_add(&longer, "!");
    text_add(&longer, "\xc3\xa9");
    expect_toxicity(backend, text_data(&longer), 1);
    text_release(&longer);
    expect_toxicity(backend, "fault=limit-1!!!", 3.0 / 16);
    expect_toxicity(backend, "fault=error-1!!!", 3.0 / 16);
    expect_failed(backend, "fault=above", "without a summaryScore");
    expect_failed(backend, "fault=html", "HTML");
    expect_failed(backend, "fault=bad", "this makes no sense");
    backend_destroy(backend);
}

/* A language it does not know is that text's failure; a key that is not valid
 * is everybody's. */
static void what_perspective_refuses(void **state)
{
    char *spec = text_format("%s,body={\"languages\": [\"xx\"]}", perspective);
    struct backend *backend = create(spec);
    struct request request = asking_request(1, "fault=key");
    struct reply reply;
    struct error err = { 0 };
    int rc = 0;

    (void)state;
    expect_failed(backend, "what", "does not support request languages");
    backend_destroy(backend);
    free(spec);
    backend = create(perspective);
    request.kind = REQUEST_CLASSIFY;
    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    for (int i = 0; rc == 0 && i < 100; i++)
        rc = backend->ops->step(backend, 100, &reply, &err);
    assert_int_equal(rc, -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "API key not valid"));
    request_release(&request);
    backend_destroy(backend);
}

/* One request a second unless the spec says more; shared by all ranks. */
static void perspective_has_a_rate(void **state)
{
    struct backend_facts facts;

    (void)state;
    assert_int_equal(
        backend_probe("http:THREAT,dialect=perspective", &facts, NULL),
        0);
    assert_float_equal(facts.account.requests, 60, 0);
    assert_int_equal(facts.can, BACKEND_CAN(REQUEST_CLASSIFY));
    assert_string_equal(facts.identity,
                        "http:perspective:commentanalyzer.googleapis.com/"
                        "v1alpha1/THREAT");
    assert_int_equal(backend_probe("http:THREAT,dialect=perspective,"
                                   "requests_per_minute=600",
                                   &facts,
                                   NULL),
                     0);
    assert_float_equal(facts.account.requests, 600, 0);
}

static void what_a_dialect_cannot_do_is_refused(void **state)
{
    struct backend *backend = create(dialects[2]);
    struct request request = asking_request(1, "p");
    struct error err = { 0 };

    (void)state;
    request.kind = REQUEST_EMBED;
    assert_int_equal(backend->ops->submit(backend, &request, &err), -1);
    assert_int_equal(err.code, ERR_PERMANENT);
    request_release(&request);
    backend_destroy(backend);
}

/* A setting that is refused is left out for all, and each reply says so. */
static void check_note(const char *dialect,
                       const char *prompt,
                       const char *note)
{
    struct backend *backend = create(dialect);

    for (uint64_t unit = 0; unit < 3; unit++) {
        struct reply reply = asking_text(backend, unit, prompt);

        assert_int_equal(reply.state, STATE_ANSWERED);
        if (!text_equal(reply.recorded, note))
            print_error("%s\n", reply.recorded ? reply.recorded : "NULL");
        assert_true(text_equal(reply.recorded, note));
        reply_release(&reply);
    }
    backend_destroy(backend);
}

static void settings_and_models_are_noted(void **state)
{
    (void)state;
    check_note(dialects[0], "p", NULL);
    for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
        check_note(dialects[i],
                   "fault=temperature",
                   "{\"refused\": [\"temperature\"]}");
    }
    check_note(dialects[0], "fault=max-tokens", NULL); /* another name */
    check_note(dialects[0],
               "fault=snapshot",
               "{\"served\": \"served-2024-08-06\"}");
}

/* Greedy Anthropic has no seed and no repetition penalty to give. */
static void what_has_no_place_is_noted(void **state)
{
    struct backend *backend = create(dialects[2]);
    struct request request = asking_request(1, "p");
    struct reply reply;

    (void)state;
    request.sampling.temperature = 0.5;
    request.sampling.repetition_penalty = 1.1;
    request.sampling.top_p = 0.9;
    reply = asking_ask(backend, &request);
    assert_string_equal(reply.recorded,
                        "{\"left_out\": [\"repetition_penalty\", \"seed\"]}");
    reply_release(&reply);
    request_release(&request);
    backend_destroy(backend);
}

/* A plain HTTP proxy gets the whole address. */
static void a_proxy_is_used(void **state)
{
    char *spec = text_format("http:m,url=http://elsewhere.invalid/v1,"
                             "proxy=http://127.0.0.1:%d",
                             server.port);
    struct backend *backend = asking_create(spec);
    struct reply reply = asking_text(backend, 1, "by proxy");

    (void)state;
    assert_string_equal(reply.text, "by proxy");
    reply_release(&reply);
    backend_destroy(backend);
    free(spec);
}

/* What the environment says holds for other machines, not for this one. */
static void proxies_of_the_environment_are_used(void **state)
{
    char *proxy = text_format("http://127.0.0.1:%d", server.port);
    struct backend *backend;
    struct request request = asking_request(1, "p");
    struct reply reply = { 0 };
    struct error err = { 0 };

    (void)state;
    (void)setenv("http_proxy", proxy, 1);
    backend = asking_create("http:m,url=http://elsewhere.invalid/v1");
    check_reply(backend, "p", STATE_ANSWERED, "p", NULL);
    backend_destroy(backend);
    (void)setenv("no_proxy", "elsewhere.invalid", 1);
    backend = asking_create("http:m,url=http://elsewhere.invalid/v1,"
                            "retries=0");
    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    assert_int_equal(asking_wait(backend, 30000, &reply, &err), -1);
    backend_destroy(backend);
    (void)unsetenv("no_proxy");
    /* a password with a '/' is none to libcurl, which quotes the address */
    (void)setenv("http_proxy", "http://user:S3cr/etPASS@nowhere.invalid:1", 1);
    backend = asking_create("http:m,url=http://elsewhere.invalid/v1,"
                            "retries=0");
    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    assert_int_equal(asking_wait(backend, 30000, &reply, &err), -1);
    assert_null(strstr(err.text, "etPASS"));
    assert_null(strstr(err.text, "S3cr"));
    assert_non_null(strstr(err.text, "proxy"));
    backend_destroy(backend);
    (void)setenv("http_proxy", "http://nowhere.invalid", 1);
    backend = create(dialects[0]);
    check_reply(backend, "p", STATE_ANSWERED, "p", NULL);
    backend_destroy(backend);
    (void)unsetenv("http_proxy");
    request_release(&request);
    free(proxy);
}

/* The load fails, and says why. */
static void expect_untrusted(const char *host, int port, const char *more)
{
    char *spec = text_format("http:m,url=https://%s:%d/v1%s", host, port, more);
    struct backend *backend = asking_create(spec);
    struct request request = asking_request(1, "p");
    struct reply reply = { 0 };
    struct error err = { 0 };

    assert_int_equal(backend->ops->submit(backend, &request, &err), 0);
    assert_int_equal(asking_wait(backend, 10000, &reply, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "certificate"));
    assert_non_null(strstr(err.text, "ca_file="));
    request_release(&request);
    backend_destroy(backend);
    free(spec);
}

static void certificates_are_checked(void **state)
{
    char *folder = asking_folder();
    char *file = path_join(folder, "ca.pem");
    char *more = text_format(",ca_file=%s", file);
    struct http_server secure = http_server_open("0", file);
    char *spec =
        text_format("http:m,url=https://127.0.0.1:%d/v1%s", secure.port, more);
    struct backend *backend;
    struct reply reply;

    (void)state;
    expect_untrusted("127.0.0.1", secure.port, "");
    expect_untrusted("localhost", secure.port, more); /* another name */
    backend = asking_create(spec);
    reply = asking_text(backend, 1, "safely");
    assert_string_equal(reply.text, "safely");
    reply_release(&reply);
    backend_destroy(backend);
    (void)setenv("SSL_CERT_FILE", file, 1);
    *strchr(spec + strlen("http:m,"), ',') = '\0';
    backend = asking_create(spec);
    reply = asking_text(backend, 1, "safely");
    assert_string_equal(reply.text, "safely");
    reply_release(&reply);
    backend_destroy(backend);
    (void)unsetenv("SSL_CERT_FILE");
    http_server_stop(&secure);
    free(spec);
    free(more);
    free(file);
    asking_remove(folder);
}

/* A handshake that is cut is tried again, the first of all too. */
static void a_cut_handshake_is_no_verdict(void **state)
{
    char *folder = asking_folder();
    char *file = path_join(folder, "ca.pem");
    struct http_server secure;
    struct backend *backend;
    struct reply reply;
    char *spec;

    (void)state;
    (void)setenv("FAULT_SERVER_CUTS", "2", 1);
    secure = http_server_open("0", file);
    (void)unsetenv("FAULT_SERVER_CUTS");
    spec = text_format("http:m,url=https://127.0.0.1:%d/v1,ca_file=%s",
                       secure.port,
                       file);
    backend = asking_create(spec);
    reply = asking_text(backend, 1, "safely");
    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_string_equal(reply.text, "safely");
    reply_release(&reply);
    backend_destroy(backend);
    http_server_stop(&secure);
    free(spec);
    free(file);
    asking_remove(folder);
}

/* What the model answers to the first request of all. */
static struct reply first_of(const char *fault)
{
    char *spec = text_format("http:fault:%s,url=http://127.0.0.1:%d/v1,"
                             "retries=1",
                             fault,
                             server.port);
    struct backend *backend = asking_create(spec);
    struct reply reply = asking_text(backend, 1, "hello");

    backend_destroy(backend);
    free(spec);
    return reply;
}

static void a_nul_is_a_character(void **state)
{
    struct reply reply = first_of("nul");

    (void)state;
    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_string_equal(reply.text, "hello\xef\xbf\xbd");
    assert_false(reply_is_estimated(&reply));
    reply_release(&reply);
}

static void moderation_is_no_bad_load(void **state)
{
    struct reply reply = first_of("moderated");

    (void)state;
    assert_int_equal(reply.state, STATE_BLOCKED);
    reply_release(&reply);
}

/* Tokens that nobody counts: "hello" is one and a bit, and one for the form. */
static void missing_usage_is_estimated(void **state)
{
    static const char *const faults[] = { "usage-none", "usage-below" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        struct reply reply = first_of(faults[i]);

        assert_string_equal(reply.text, "hello");
        assert_int_equal(reply.prompt_tokens, 2);
        assert_int_equal(reply.reply_tokens, 2);
        assert_true(reply_is_estimated(&reply));
        reply_release(&reply);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dialect_answers),
        cmocka_unit_test(texts_are_continued),
        cmocka_unit_test(vectors_are_made),
        cmocka_unit_test(toxicity_is_scored),
        cmocka_unit_test(what_perspective_refuses),
        cmocka_unit_test(perspective_has_a_rate),
        cmocka_unit_test(what_a_dialect_cannot_do_is_refused),
        cmocka_unit_test(settings_and_models_are_noted),
        cmocka_unit_test(what_has_no_place_is_noted),
        cmocka_unit_test(a_proxy_is_used),
        cmocka_unit_test(proxies_of_the_environment_are_used),
        cmocka_unit_test(certificates_are_checked),
        cmocka_unit_test(a_cut_handshake_is_no_verdict),
        cmocka_unit_test(a_nul_is_a_character),
        cmocka_unit_test(moderation_is_no_bad_load),
        cmocka_unit_test(missing_usage_is_estimated),
    };
    int failed;

    (void)setenv("KEY", "some-key", 1);
    (void)setenv("FAULT_SERVER_KEY", "", 1);
    server = http_server_start("0");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    http_server_stop(&server);
    return failed;
}
