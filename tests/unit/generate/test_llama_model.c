/* The llama backend with a real small model; skipped where there is none. */
#include "generate/child.h"
#include "tests/unit/generate/asking.h"

#include <signal.h>
#include <stdio.h>

static const char model_name[] = "SmolLM2-135M-Instruct.Q4_1.gguf";

/* What its template makes of one user message, system message included. */
static const char rendered[] =
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained "
    "by Hugging Face<|im_end|>\n<|im_start|>user\nWhat is the capital of "
    "France?<|im_end|>\n<|im_start|>assistant\n";

static const char *const prompts[] = {
    "What is the capital of France?",
    "Name three colours.",
    "Is the earth flat? Answer yes or no, then explain why in a few words.",
    "Write one sentence about rain.",
    "Say hello.",
    "Count from one to five.",
};

static bool has_llama(void)
{
    for (size_t i = 0; backend_kinds()[i]; i++) {
        if (strcmp(backend_kinds()[i]->name, "llama") == 0)
            return true;
    }
    return false;
}

/* Where scripts/model.sh leaves the model; NULL: nowhere. */
static char *find_model(void)
{
    const char *given = getenv("TRUSTSWEEP_MODELS");
    const char *cache = getenv("TRUSTSWEEP_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char *path = given   ? text_format("%s/%s", given, model_name)
                 : cache ? text_format("%s/models/%s", cache, model_name)
                 : xdg ? text_format("%s/trustsweep/models/%s", xdg, model_name)
                       : text_format("%s/.cache/trustsweep/models/%s",
                                     home ? home : "",
                                     model_name);

    if (file_exists(path))
        return path;
    free(path);
    return NULL;
}

static char *make_spec(const char *before, const char *after)
{
    char *model = find_model();
    char *spec;

    if (!has_llama() || !model) {
        print_message("skipped: no llama backend or no %s\n", model_name);
        free(model);
        skip();
    }
    spec = text_format("%sllama:%s,threads=2%s", before, model, after);
    free(model);
    return spec;
}

/* A continuation that even a small model is sure of. */
static void check_capital(struct backend *llama, uint64_t unit)
{
    struct request request = asking_request(unit, "The capital of France is");
    struct reply reply;

    request.kind = REQUEST_COMPLETE;
    reply = asking_ask(llama, &request);
    if (!reply.text || !text_starts(reply.text, " Paris"))
        print_error("%s\n", reply.text ? reply.text : reply.detail);
    assert_non_null(reply.text);
    assert_true(text_starts(reply.text, " Paris"));
    reply_release(&reply);
    request_release(&request);
}

static struct backend *make(const char *options)
{
    char *spec = make_spec("inprocess:", options);
    struct backend *backend = asking_create(spec);

    free(spec);
    return backend;
}

static void test_a_real_answer(void **state)
{
    struct backend *llama = make("");
    struct reply reply = asking_text(llama, 1, prompts[0]);
    struct reply again;

    (void)state;
    print_message("%s\n", reply.text);
    assert_int_equal(reply.text_len, strlen(reply.text));
    assert_true(reply.prompt_tokens > 20 && reply.prompt_tokens < 60);
    assert_true(reply.reply_tokens > 0 && reply.reply_tokens <= 16);
    assert_true(reply.prefill_ns > 0 && reply.decode_ns > 0);
    again = asking_text(llama, 2, prompts[0]);
    assert_string_equal(again.text, reply.text);
    reply_release(&again);
    reply_release(&reply);
    check_capital(llama, 3);
    backend_destroy(llama);
}

static void test_how_a_reply_ends(void **state)
{
    struct backend *llama = make("");
    struct request request = asking_request(1, prompts[4]);
    struct reply reply;

    (void)state;
    request.sampling.max_tokens = 3;
    reply = asking_ask(llama, &request);
    assert_int_equal(reply.finish, FINISH_LENGTH);
    assert_int_equal(reply.state, STATE_TRUNCATED);
    assert_int_equal(reply.reply_tokens, 3);
    reply_release(&reply);
    request.sampling.max_tokens = 200;
    reply = asking_ask(llama, &request);
    assert_int_equal(reply.finish, FINISH_STOP);
    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_null(strstr(reply.text, "<|im_end|>"));
    reply_release(&reply);
    /* a budget for reasoning gives a model that does not reason no more */
    request.sampling.max_tokens = 3;
    request.sampling.thinking_tokens = 100;
    reply = asking_ask(llama, &request);
    assert_int_equal(reply.reply_tokens, 3);
    reply_release(&reply);
    request_release(&request);
    backend_destroy(llama);
}

/* One seed, one text; another unit, another seed. */
static void test_sampled(void **state)
{
    struct backend *llama = make("");
    struct reply replies[3];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct request request = asking_request(i == 2, prompts[3]);

        request.sampling.temperature = 1.5;
        request.sampling.top_p = 0.95;
        request.sampling.top_k = 100;
        request.sampling.repetition_penalty = 1.1;
        replies[i] = asking_ask(llama, &request);
        request_release(&request);
    }
    assert_string_equal(replies[0].text, replies[1].text);
    assert_string_not_equal(replies[0].text, replies[2].text);
    for (size_t i = 0; i < 3; i++)
        reply_release(&replies[i]);
    backend_destroy(llama);
}

/* More than fit at once, submitted as there is room. */
static void ask_all(struct backend *llama, struct reply *replies)
{
    size_t num_sent = 0;
    size_t num_back = 0;
    struct error err = { 0 };

    while (num_back < ARRAY_LEN(prompts)) {
        struct reply reply = { 0 };

        while (num_sent < ARRAY_LEN(prompts)) {
            struct request request =
                asking_request(num_sent, prompts[num_sent]);
            int rc = llama->ops->submit(llama, &request, &err);

            request_release(&request);
            if (rc < 0)
                break;
            num_sent++;
        }
        if (asking_wait(llama, ASKING_LIMIT_MS, &reply, &err) != 1)
            fail_msg("%s", err.text);
        assert_null(replies[reply.unit.low].text);
        replies[reply.unit.low] = reply;
        num_back++;
    }
}

/*
 * What shares a batch may change the last bits of a logit, so equality is not
 * promised; but a sequence that read another's cache would differ in most.
 */
static void test_together_as_alone(void **state)
{
    struct backend *llama = make(",parallel=3");
    struct reply replies[ARRAY_LEN(prompts)] = { 0 };
    size_t num_equal = 0;

    (void)state;
    ask_all(llama, replies);
    for (size_t i = 0; i < ARRAY_LEN(prompts); i++) {
        struct reply alone = asking_text(llama, i, prompts[i]);

        num_equal += strcmp(alone.text, replies[i].text) == 0;
        assert_int_equal(alone.prompt_tokens, replies[i].prompt_tokens);
        reply_release(&alone);
        reply_release(&replies[i]);
    }
    print_message("%zu of %zu equal\n", num_equal, ARRAY_LEN(prompts));
    assert_true(num_equal >= ARRAY_LEN(prompts) - 2);
    backend_destroy(llama);
}

/* Sequences that write never outgrow a batch. */
static void test_more_sequences_than_a_batch_holds(void **state)
{
    struct backend *llama = make(",parallel=40,batch=32,context=128");
    struct error err = { 0 };
    size_t num = 0;

    (void)state;
    for (; num < 40; num++) {
        struct request request = asking_request(num, prompts[num % 6]);

        assert_int_equal(llama->ops->submit(llama, &request, &err), 0);
        request_release(&request);
    }
    for (size_t i = 0; i < num; i++) {
        struct reply reply = { 0 };

        assert_int_equal(asking_wait(llama, ASKING_LIMIT_MS, &reply, &err), 1);
        assert_true(reply.reply_tokens > 0);
        reply_release(&reply);
    }
    backend_destroy(llama);
}

static void test_overlong(void **state)
{
    struct backend *llama = make(",context=256");
    struct text prompt = { 0 };
    struct reply reply;

    (void)state;
    for (int i = 0; i < 400; i++)
        text_add(&prompt, "again ");
    reply = asking_text(llama, 1, text_data(&prompt));
    assert_int_equal(reply.state, STATE_OVERLONG);
    assert_null(reply.text);
    assert_non_null(strstr(reply.detail, "do not fit"));
    assert_true(reply.prompt_tokens > 400);
    reply_release(&reply);
    text_release(&prompt);
    reply = asking_text(llama, 2, prompts[0]); /* and the next one fits */
    assert_int_equal(state_has_text(reply.state), true);
    reply_release(&reply);
    backend_destroy(llama);
}

static void test_cancel(void **state)
{
    struct backend *llama = make(",parallel=1");
    struct request request = asking_request(1, prompts[0]);
    struct reply reply = { 0 };

    (void)state;
    assert_int_equal(llama->ops->submit(llama, &request, NULL), 0);
    assert_int_equal(llama->ops->step(llama, 10, &reply, NULL), 0);
    assert_int_equal(llama->ops->cancel(llama, request.unit), 0);
    assert_int_equal(asking_wait(llama, 100, &reply, NULL), 0);
    check_capital(llama, 2);
    request_release(&request);
    backend_destroy(llama);
}

/*
 * The model's own template, seen from outside: asked without it for a
 * continuation of the bytes it should give, the model answers the same.  A
 * template that renders them in another way shows in the count of tokens.
 */
static void test_the_models_own_template(void **state)
{
    struct backend *llama = make("");
    struct request request = asking_request(1, rendered);
    struct reply chat = asking_text(llama, 1, prompts[0]);
    struct reply complete;

    (void)state;
    request.kind = REQUEST_COMPLETE;
    complete = asking_ask(llama, &request);
    assert_int_equal(chat.prompt_tokens, complete.prompt_tokens);
    assert_string_equal(chat.text, complete.text);
    reply_release(&chat);
    reply_release(&complete);
    request_release(&request);
    backend_destroy(llama);
}

/* A template given beside the file replaces it and is part of the identity. */
static void test_another_template(void **state)
{
    static const char jinja[] =
        "{% for m in messages %}{{ m['content'] }}{% endfor %}";
    char *folder = asking_folder();
    char *file = path_join(folder, "plain.jinja");
    char *option = text_format(",chat_template=%s", file);
    struct backend_facts plain;
    struct backend_facts other;
    struct request request = asking_request(1, "One, two, three,");
    struct backend *llama;
    struct reply chat;
    struct reply complete;
    char *spec = make_spec("", "");

    (void)state;
    assert_int_equal(file_write(file, jinja, sizeof jinja - 1, NULL), 0);
    llama = make(option);
    chat = asking_ask(llama, &request);
    request.kind = REQUEST_COMPLETE;
    complete = asking_ask(llama, &request);
    assert_int_equal(chat.prompt_tokens, complete.prompt_tokens);
    assert_string_equal(chat.text, complete.text);
    assert_int_equal(backend_probe(spec, &plain, NULL), 0);
    free(spec);
    spec = make_spec("", option);
    assert_int_equal(backend_probe(spec, &other, NULL), 0);
    assert_string_not_equal(plain.identity, other.identity);
    assert_int_equal(strlen(plain.identity), strlen("sha256:") + 64);
    assert_false(plain.deterministic);
    reply_release(&chat);
    reply_release(&complete);
    request_release(&request);
    backend_destroy(llama);
    asking_remove(folder);
    free(spec);
    free(option);
    free(file);
}

static void test_templates_that_do_not_parse(void **state)
{
    static const char jinja[] = "{% for m in messages %}";
    char *folder = asking_folder();
    char *file = path_join(folder, "torn.jinja");
    char *option = text_format(",chat_template=%s", file);
    char *spec = make_spec("inprocess:", option);
    struct error err = { 0 };

    (void)state;
    assert_int_equal(file_write(file, jinja, sizeof jinja - 1, NULL), 0);
    assert_null(backend_create(spec, NULL, &err));
    assert_int_equal(err.code, ERR_FORMAT);
    assert_non_null(strstr(err.text, "chat template"));
    asking_remove(folder);
    free(spec);
    free(option);
    free(file);
}

static void test_files_that_are_no_model(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *says;
    } cases[] = {
        { "PK\003\004 is a zip", 12, "no GGUF file" },
        { "", 0, "no GGUF file" },
        { "GGUF\003\0\0\0\377\377\377\377\377\377\377\377", 16, "damaged" },
    };
    char *folder = asking_folder();
    char *file = path_join(folder, "model.gguf");
    char *spec = text_format("llama:%s", file);
    struct backend_facts facts;
    struct error err = { 0 };

    (void)state;
    if (!has_llama())
        skip();
    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        err = (struct error){ 0 };
        assert_int_equal(file_write(file, cases[i].bytes, cases[i].len, NULL),
                         0);
        assert_int_equal(backend_probe(spec, &facts, &err), -1);
        assert_int_equal(err.code, ERR_FORMAT);
        assert_non_null(strstr(err.text, file));
        assert_non_null(strstr(err.text, cases[i].says));
    }
    assert_int_equal(backend_probe("llama:", &facts, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    asking_remove(folder);
    free(spec);
    free(file);
}

/* As a run uses it: in a child process, without being told to. */
static void test_in_a_child(void **state)
{
    char *spec = make_spec("", "");
    struct backend *llama = asking_create(spec);

    (void)state;
    assert_string_equal(llama->ops->name, "isolated");
    check_capital(llama, 1);
    backend_destroy(llama);
    free(spec);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_real_answer),
        cmocka_unit_test(test_how_a_reply_ends),
        cmocka_unit_test(test_sampled),
        cmocka_unit_test(test_together_as_alone),
        cmocka_unit_test(test_more_sequences_than_a_batch_holds),
        cmocka_unit_test(test_overlong),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_the_models_own_template),
        cmocka_unit_test(test_another_template),
        cmocka_unit_test(test_templates_that_do_not_parse),
        cmocka_unit_test(test_files_that_are_no_model),
        cmocka_unit_test(test_in_a_child),
    };

    if (argc == 2 && strcmp(argv[1], "backend-child") == 0)
        return child_run(STDIN_FILENO, STDOUT_FILENO);
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
