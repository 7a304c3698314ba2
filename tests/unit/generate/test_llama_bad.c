/*
 * Model files that are wrong, and models that answer strangely: each is a clear
 * error or state.  The models are made here: all weights are zero, so that the
 * first token of the vocabulary is always the likeliest.
 */
#include "tests/unit/generate/asking.h"

#ifndef TRUSTSWEEP_HAS_LLAMA
int main(void)
{
    return 77; /* skipped */
}
#else
#    include <ggml.h>
#    include <gguf.h>

#    include <signal.h>
#    include <stdio.h>

enum { WIDTH = 256, HEADS = 4, LAYERS = 8, BYTES = 256, FIRST_BYTE = 3 };
enum { NUM_TOKENS = FIRST_BYTE + BYTES };
enum { NO_END = 10000 };                                   /* no token at all */
enum { TYPE_NORMAL = 1, TYPE_CONTROL = 3, TYPE_BYTE = 6 }; /* of tokens */

struct recipe {
    const char *architecture;
    const char *first_token; /* what it always says */
    int32_t first_type;
    uint32_t end; /* which token ends a text */
    const char *template;
    const char *tokenizer; /* NULL: "llama" */
};

static const struct recipe plain = { "llama", "a", TYPE_NORMAL, 2, NULL, NULL };

static char *folder;

static void add_vocabulary(struct gguf_context *file,
                           const struct recipe *recipe)
{
    char names[BYTES][8];
    const char *tokens[NUM_TOKENS] = { recipe->first_token, "<s>", "</s>" };
    int32_t types[NUM_TOKENS] = { recipe->first_type,
                                  TYPE_CONTROL,
                                  TYPE_CONTROL };
    float scores[NUM_TOKENS] = { 0 };

    for (int i = 0; i < BYTES; i++) {
        (void)snprintf(names[i], sizeof names[i], "<0x%02X>", (unsigned)i);
        tokens[FIRST_BYTE + i] = names[i];
        types[FIRST_BYTE + i] = recipe->tokenizer ? TYPE_NORMAL : TYPE_BYTE;
        /* the first one may be a byte: that one is not there twice */
        if (text_equal(names[i], recipe->first_token)) {
            tokens[FIRST_BYTE + i] = "another";
            types[FIRST_BYTE + i] = TYPE_NORMAL;
        }
    }
    gguf_set_val_str(file,
                     "tokenizer.ggml.model",
                     recipe->tokenizer ? recipe->tokenizer : "llama");
    gguf_set_arr_str(file, "tokenizer.ggml.tokens", tokens, NUM_TOKENS);
    gguf_set_arr_data(file,
                      "tokenizer.ggml.scores",
                      GGUF_TYPE_FLOAT32,
                      scores,
                      NUM_TOKENS);
    gguf_set_arr_data(file,
                      "tokenizer.ggml.token_type",
                      GGUF_TYPE_INT32,
                      types,
                      NUM_TOKENS);
    gguf_set_val_u32(file, "tokenizer.ggml.bos_token_id", 1);
    if (recipe->end != NO_END)
        gguf_set_val_u32(file, "tokenizer.ggml.eos_token_id", recipe->end);
    if (recipe->template)
        gguf_set_val_str(file, "tokenizer.chat_template", recipe->template);
}

static void add_numbers(struct gguf_context *file, const char *architecture)
{
    static const struct {
        const char *key;
        uint32_t value;
    } numbers[] = {
        { "context_length", 10000000 },
        { "embedding_length", WIDTH },
        { "block_count", LAYERS },
        { "feed_forward_length", WIDTH },
        { "attention.head_count", HEADS },
        { "rope.dimension_count", WIDTH / HEADS },
    };
    char *key =
        text_format("%s.attention.layer_norm_rms_epsilon", architecture);

    gguf_set_val_str(file, "general.architecture", architecture);
    gguf_set_val_f32(file, key, 1e-5F);
    free(key);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        key = text_format("%s.%s", architecture, numbers[i].key);
        gguf_set_val_u32(file, key, numbers[i].value);
        free(key);
    }
}

static void add_tensor(struct gguf_context *file,
                       struct ggml_context *memory,
                       const char *name,
                       int64_t width,
                       int64_t height)
{
    struct ggml_tensor *tensor =
        ggml_new_tensor_2d(memory, GGML_TYPE_F32, width, height);

    if (height == 1)
        tensor = ggml_new_tensor_1d(memory, GGML_TYPE_F32, width);
    memset(ggml_get_data(tensor), 0, ggml_nbytes(tensor));
    (void)ggml_set_name(tensor, name);
    gguf_add_tensor(file, tensor);
}

/* A file of the test's folder; free(). */
static char *make_model(const struct recipe *recipe)
{
    static const struct {
        const char *name;
        int64_t height;
    } parts[] = {
        { "attn_norm", 1 },       { "ffn_norm", 1 },     { "attn_q", WIDTH },
        { "attn_k", WIDTH },      { "attn_v", WIDTH },   { "ffn_up", WIDTH },
        { "attn_output", WIDTH }, { "ffn_gate", WIDTH }, { "ffn_down", WIDTH },
    };
    struct ggml_init_params params = { .mem_size = (size_t)64 << 20 };
    struct ggml_context *memory = ggml_init(params);
    struct gguf_context *file = gguf_init_empty();
    char *path = path_join(folder, "model.gguf");

    add_numbers(file, recipe->architecture);
    add_vocabulary(file, recipe);
    add_tensor(file, memory, "token_embd.weight", WIDTH, NUM_TOKENS);
    add_tensor(file, memory, "output_norm.weight", WIDTH, 1);
    for (int i = 0; i < LAYERS; i++) {
        for (size_t j = 0; j < sizeof parts / sizeof *parts; j++) {
            char *name = text_format("blk.%d.%s.weight", i, parts[j].name);

            add_tensor(file, memory, name, WIDTH, parts[j].height);
            free(name);
        }
    }
    assert_true(gguf_write_to_file(file, path, false));
    gguf_free(file);
    ggml_free(memory);
    return path;
}

static struct backend *load(const struct recipe *recipe, const char *settings)
{
    char *path = make_model(recipe);
    char *spec = text_format("inprocess:llama:%s,threads=1%s", path, settings);
    struct backend *backend = asking_create(spec);

    free(spec);
    free(path);
    return backend;
}

/* What it says of a file that it cannot use, in a child as in a sweep. */
static void expect_error(const char *path, const char *word)
{
    char *spec = text_format("llama:%s,threads=1", path);
    struct error err = { 0 };
    struct reply reply = { 0 };
    struct backend *backend = backend_create(spec, NULL, &err);

    if (backend && asking_wait(backend, ASKING_LIMIT_MS, &reply, &err) >= 0)
        fail_msg("%s loads", word);
    print_message("%s\n", err.text);
    assert_non_null(strstr(err.text, word));
    backend_destroy(backend);
    free(spec);
}

static void it_says_what_it_always_says(void **state)
{
    struct backend *backend = load(&plain, "");
    struct reply reply = asking_text(backend, 1, "Hello.");

    (void)state;
    /* nothing ends it but its limit */
    assert_int_equal(reply.state, STATE_TRUNCATED);
    assert_string_equal(reply.text, "aaaaaaaaaaaaaaaa");
    reply_release(&reply);
    backend_destroy(backend);
}

static void a_file_that_is_cut_off_is_named(void **state)
{
    char *path = make_model(&plain);

    (void)state;
    assert_int_equal(truncate(path, file_size(path) * 3 / 4), 0);
    expect_error(path, "cut off");
    free(path);
}

static void a_damaged_head_is_named(void **state)
{
    char *path = make_model(&plain);
    FILE *file = fopen(path, "r+b");

    (void)state;
    assert_non_null(file);
    for (long at = 64; at < 4096; at += 97) {
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_equal(fputc(0xFE, file), 0xFE);
    }
    assert_int_equal(fclose(file), 0);
    expect_error(path, "torn or damaged");
    free(path);
}

static void a_model_without_vocabulary_is_named(void **state)
{
    struct recipe recipe = plain;
    char *path;

    (void)state;
    recipe.tokenizer = "none";
    path = make_model(&recipe);
    expect_error(path, "has no vocabulary");
    free(path);
}

static void an_unknown_architecture_is_named(void **state)
{
    struct recipe recipe = plain;
    char *path;

    (void)state;
    recipe.architecture = "martian";
    path = make_model(&recipe);
    expect_error(path, "martian");
    free(path);
}

static void a_template_that_does_not_parse_is_named(void **state)
{
    struct recipe recipe = plain;
    char *path;

    (void)state;
    recipe.template = "{% if %}";
    path = make_model(&recipe);
    expect_error(path, "chat template");
    free(path);
}

/* It costs the unit, not the model. */
static void a_template_that_refuses_is_told(void **state)
{
    struct recipe recipe = plain;
    struct request request = asking_request(1, "Hello.");
    struct error err = { 0 };
    struct backend *backend;
    struct reply reply;

    (void)state;
    recipe.template = "{% if messages[0].content == 'Hello.' %}"
                      "{{ raise_exception('not that') }}{% endif %}"
                      "{{ messages[0].content }}";
    backend = load(&recipe, "");
    assert_int_equal(backend->ops->submit(backend, &request, &err), -1);
    assert_int_equal(err.code, ERR_PERMANENT);
    assert_non_null(strstr(err.text, "not that"));
    reply = asking_text(backend, 2, "Another one.");
    assert_true(state_has_text(reply.state));
    reply_release(&reply);
    request_release(&request);
    backend_destroy(backend);
}

static void a_reply_of_no_token_is_empty(void **state)
{
    struct recipe recipe = plain;
    struct backend *backend;
    struct reply reply;

    (void)state;
    recipe.end = 0;
    recipe.first_token = "</end>";
    recipe.first_type = TYPE_CONTROL;
    backend = load(&recipe, "");
    reply = asking_text(backend, 1, "Hello.");
    assert_int_equal(reply.state, STATE_EMPTY);
    assert_int_equal(reply.reply_tokens, 0);
    reply_release(&reply);
    backend_destroy(backend);
}

/* BERT's vocabularies have none, and the library none in reserve for them. */
static void without_an_end_the_limit_ends_it(void **state)
{
    struct recipe recipe = plain;
    struct backend *backend;
    struct reply reply;

    (void)state;
    recipe.tokenizer = "bert";
    recipe.end = NO_END;
    backend = load(&recipe, "");
    reply = asking_text(backend, 1, "Hello.");
    assert_int_equal(reply.state, STATE_TRUNCATED);
    assert_int_equal(reply.reply_tokens, 16);
    print_message("'%s'\n", reply.text);
    assert_non_null(strstr(reply.text, "a"));
    reply_release(&reply);
    backend_destroy(backend);
}

static void bytes_that_are_no_text_are_mended(void **state)
{
    struct recipe recipe = plain;
    struct backend *backend;
    struct reply reply;

    (void)state;
    recipe.first_token = "<0xFF>";
    recipe.first_type = TYPE_BYTE;
    backend = load(&recipe, "");
    reply = asking_text(backend, 1, "Hello.");
    assert_true(state_has_text(reply.state));
    assert_true(reply.text_len > 0);
    assert_true(text_valid_utf8(reply.text, reply.text_len) == reply.text_len);
    assert_non_null(strstr(reply.text, "\xef\xbf\xbd"));
    reply_release(&reply);
    backend_destroy(backend);
}

/* 8 KiB a token: 9 million of them are more than most machines have. */
static void what_no_memory_holds_is_told(void **state)
{
    struct backend *backend = load(&plain, ",context=10000000");
    struct request request = asking_request(1, "Hello.");
    struct reply reply;

    (void)state;
    if (sysconf(_SC_PHYS_PAGES) / 1024 * sysconf(_SC_PAGESIZE) > 64L << 20) {
        request_release(&request);
        backend_destroy(backend);
        skip();
    }
    request.sampling.max_tokens = 9000000;
    reply = asking_ask(backend, &request);
    print_message("%s\n", reply.detail);
    assert_int_equal(reply.state, STATE_OVERLONG);
    assert_non_null(strstr(reply.detail, "MiB are free"));
    reply_release(&reply);
    /* and it goes on */
    request.sampling.max_tokens = 2;
    reply = asking_ask(backend, &request);
    assert_string_equal(reply.text, "aa");
    reply_release(&reply);
    request_release(&request);
    backend_destroy(backend);
}

/* More weights than any machine has: they are not there, a hole is.  Refused
 * before anything is loaded. */
static void weights_that_do_not_fit_are_told(void **state)
{
    const int64_t rows = INT64_C(1) << 32; /* of 1 KiB */
    struct ggml_init_params params = { .mem_size = 1 << 20, .no_alloc = true };
    struct ggml_context *memory = ggml_init(params);
    struct gguf_context *file = gguf_init_empty();
    struct ggml_tensor *tensor =
        ggml_new_tensor_2d(memory, GGML_TYPE_F32, WIDTH, rows);
    char *path = path_join(folder, "large.gguf");

    (void)state;
    add_numbers(file, plain.architecture);
    add_vocabulary(file, &plain);
    (void)ggml_set_name(tensor, "token_embd.weight");
    gguf_add_tensor(file, tensor);
    assert_true(gguf_write_to_file(file, path, true));
    gguf_free(file);
    ggml_free(memory);
    if (truncate(path, file_size(path) + rows * 1024 + 4096) == 0) {
        expect_error(path, "4194304 MiB of weights");
    } else {
        print_message("no such hole in a file here\n");
    }
    assert_int_equal(remove(path), 0);
    free(path);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_what_it_always_says),
        cmocka_unit_test(a_file_that_is_cut_off_is_named),
        cmocka_unit_test(a_damaged_head_is_named),
        cmocka_unit_test(a_model_without_vocabulary_is_named),
        cmocka_unit_test(an_unknown_architecture_is_named),
        cmocka_unit_test(a_template_that_does_not_parse_is_named),
        cmocka_unit_test(a_template_that_refuses_is_told),
        cmocka_unit_test(a_reply_of_no_token_is_empty),
        cmocka_unit_test(without_an_end_the_limit_ends_it),
        cmocka_unit_test(bytes_that_are_no_text_are_mended),
        cmocka_unit_test(what_no_memory_holds_is_told),
        cmocka_unit_test(weights_that_do_not_fit_are_told),
    };
    int failed;

    if (asking_is_child(argc, argv))
        return child_run(STDIN_FILENO, STDOUT_FILENO);
    (void)signal(SIGPIPE, SIG_IGN);
    folder = asking_folder();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    asking_remove(folder);
    return failed;
}
#endif
