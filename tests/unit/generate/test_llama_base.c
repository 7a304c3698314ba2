/*
 * A model without a chat template, and one whose attention reaches back only so
 * far: Gemma 3 270M.  Skipped where `scripts/model.sh --base` has not got it.
 */
#include "tests/unit/generate/asking.h"

#include <stdio.h>

static const char model_name[] = "gemma-3-270m-q4_k_m.gguf";
enum { NUM_LINES = 60, NUM_ENDS = 4 };

static char *model_path;

static int set_up(void **state)
{
    const char *given = getenv("TRUSTSWEEP_MODELS");
    const char *home = getenv("HOME");
    bool has_llama = false;

    (void)state;
    for (size_t i = 0; backend_kinds()[i]; i++)
        has_llama = has_llama || text_equal(backend_kinds()[i]->name, "llama");
    model_path = given ? text_format("%s/%s", given, model_name)
                       : text_format("%s/.cache/trustsweep/models/%s",
                                     home ? home : "",
                                     model_name);
    if (!has_llama || !file_exists(model_path)) {
        free(model_path);
        model_path = NULL;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(model_path);
    return 0;
}

static struct backend *load(const char *settings)
{
    char *spec = text_format("inprocess:llama:%s%s", model_path, settings);
    struct backend *backend = asking_create(spec);

    free(spec);
    return backend;
}

/* A chat is its text as it stands, behind one token that begins a text. */
static void a_chat_is_plain_text(void **state)
{
    struct request request;
    struct backend *backend;
    struct reply chat;
    struct reply plain;
    struct reply begun;

    (void)state;
    if (!model_path)
        skip();
    request = asking_request(1, "The capital of France is");
    backend = load(",context=256,parallel=2,threads=1");
    request.sampling.max_tokens = 4;
    chat = asking_ask(backend, &request);
    request.kind = REQUEST_COMPLETE;
    plain = asking_ask(backend, &request);
    print_message("'%s', %u tokens\n", chat.text, chat.prompt_tokens);
    assert_string_equal(chat.text, plain.text);
    assert_int_equal(chat.prompt_tokens, plain.prompt_tokens);
    /* a text that begins with that token already gets no second one */
    free(request.messages[0].text);
    request.messages[0].text = mem_text("<bos>The capital of France is");
    begun = asking_ask(backend, &request);
    assert_int_equal(begun.prompt_tokens, chat.prompt_tokens);
    assert_string_equal(begun.text, chat.text);
    reply_release(&chat);
    reply_release(&plain);
    reply_release(&begun);
    request_release(&request);
    backend_destroy(backend);
}

/* How likely one answer is behind a prompt. */
static double weigh(struct backend *backend,
                    const char *prompt,
                    const char *choice)
{
    struct request request = asking_request(1, prompt);
    struct reply reply;
    double out;

    request.kind = REQUEST_CHOICES;
    request.num_choices = 1;
    request.choices = mem_alloc(1, sizeof *request.choices);
    request.choices[0] = mem_text(choice);
    reply = asking_ask(backend, &request);
    assert_int_equal(reply.num_values, 1);
    out = reply.values[0];
    print_message("%8.4f '%s' behind '%s'\n", out, choice, prompt);
    reply_release(&reply);
    request_release(&request);
    return out;
}

/* An answer is a word of its own, whoever writes the blank before it; where the
 * prompt ends with one that is it. */
static void a_choice_is_a_further_word(void **state)
{
    static const char prompt[] = "The capital of France is";
    struct backend *backend;

    (void)state;
    if (!model_path)
        skip();
    backend = load(",context=256,threads=1,exact");
    assert_true(weigh(backend, prompt, "Paris")
                == weigh(backend, prompt, " Paris"));
    assert_true(weigh(backend, prompt, "Paris") > -3);
    assert_true(weigh(backend, "The capital of France is ", "Paris")
                == weigh(backend, prompt, "Paris"));
    backend_destroy(backend);
}

/* Longer than the window of 512 tokens; parts early or at the end. */
static struct request long_request(uint64_t unit)
{
    static const char *const ends[NUM_ENDS] = { "7", "12", "31", "55" };
    struct text prompt = { 0 };
    struct request out;

    for (int i = 0; i < NUM_LINES; i++) {
        text_addf(&prompt,
                  "Line %d: number %d is written here.\n",
                  i,
                  unit == 3 && i > 20 ? i + 2 : i);
    }
    text_addf(&prompt, "Line %s: number", ends[unit]);
    out = asking_request(unit, text_data(&prompt));
    out.kind = REQUEST_COMPLETE;
    out.sampling.max_tokens = 6;
    text_release(&prompt);
    return out;
}

static struct reply ask_long(struct backend *backend, uint64_t unit)
{
    struct request request = long_request(unit);
    struct reply reply = asking_ask(backend, &request);

    request_release(&request);
    return reply;
}

/* What is taken over from another prompt is as if it had been computed, also
 * where that one is so long that its beginning is out of sight. */
static void a_prefix_is_whole(void **state)
{
    static const uint64_t order[] = { 0, 1, 3, 2 };
    struct backend *sharing;

    (void)state;
    if (!model_path)
        skip();
    sharing = load(",context=2048,parallel=1,threads=1");
    for (size_t i = 0; i < NUM_ENDS; i++) {
        struct backend *alone = load(",context=2048,parallel=1,threads=1");
        struct reply expected = ask_long(alone, order[i]);
        struct reply reply = ask_long(sharing, order[i]);

        print_message("%u tokens, %u shared: '%s'\n",
                      reply.prompt_tokens,
                      reply.cached_tokens,
                      reply.text);
        assert_in_range(reply.prompt_tokens, 600, 2000);
        assert_string_equal(reply.text, expected.text);
        assert_true(i == 0 || reply.cached_tokens > 100);
        reply_release(&reply);
        reply_release(&expected);
        backend_destroy(alone);
    }
    backend_destroy(sharing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_is_plain_text),
        cmocka_unit_test(a_choice_is_a_further_word),
        cmocka_unit_test(a_prefix_is_whole),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
