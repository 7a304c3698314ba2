/*
 * Model files that are wrong, and models that answer strangely: each is a clear
 * error or state.
 */
#include "tests/unit/generate/asking.h"

#ifndef TRUSTSWEEP_HAS_LLAMA
int main(void)
{
    return 77; /* skipped */
}
#else
#    include "generate/llama/llama_file.h"
#    include "generate/llama/llama_logits.h"
#    include "tests/unit/generate/made_model.h"

#    include <math.h>
#    include <signal.h>
#    include <sys/resource.h>
#    include <sys/stat.h>

static char *folder;

static struct backend *load(const struct made_recipe *recipe,
                            const char *settings)
{
    char *path = made_model(folder, recipe);
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

/* Of this process, in bytes. */
static rlim_t address_space(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    char line[256] = "";

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(fclose(file), 0);
    return strtoull(line, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void it_says_what_it_always_says(void **state)
{
    struct backend *backend = load(&made_plain, "");
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
    char *path = made_model(folder, &made_plain);

    (void)state;
    assert_int_equal(truncate(path, file_size(path) * 3 / 4), 0);
    expect_error(path, "cut off");
    free(path);
}

static void what_is_no_file_is_named(void **state)
{
    char *path = path_join(folder, "pipe.gguf");

    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_error(path, "no regular file");
    assert_int_equal(unlink(path), 0);
    free(path);
}

/* An empty one would be taken for none, and be part of the identity. */
static void a_template_of_nothing_is_named(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *word;
    } rows[] = { { "", 0, "is empty" }, { "a\0b", 3, "has a NUL" } };
    char *path = made_model(folder, &made_plain);
    char *template = path_join(folder, "t.jinja");
    char *spec = text_format("%s,chat_template=%s", path, template);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(file_write(template, rows[i].bytes, rows[i].len, NULL),
                         0);
        expect_error(spec, rows[i].word);
    }
    free(spec);
    free(template);
    free(path);
}

static void a_damaged_head_is_named(void **state)
{
    char *path = made_model(folder, &made_plain);
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

/* It is the process that may take too little, not the file that is damaged. */
static void too_little_memory_is_no_damage(void **state)
{
    enum { LARGE = 16 << 20 };
    struct made_recipe recipe = made_plain;
    char *token = mem_alloc(LARGE + 1, 1);
    struct error err = { 0 };
    struct llama_file file;
    struct rlimit limit;
    struct rlimit most;
    char *path;
    int rc;

    (void)state;
#    ifdef __SANITIZE_ADDRESS__
    free(token);
    skip(); /* its address space is larger than any limit */
#    endif
    memset(token, 'w', LARGE);
    recipe.first_token = token;
    path = made_model(folder, &recipe);
    free(token);
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    most = limit;
    most.rlim_cur = address_space() + LARGE / 4;
    assert_int_equal(setrlimit(RLIMIT_AS, &most), 0);
    rc = llama_file_read(path, &file, &err);
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    print_message("%s\n", err.text);
    assert_int_equal(rc, -1);
    assert_int_equal(err.code, ERR_TRANSIENT);
    assert_non_null(strstr(err.text, "not enough memory to read /"));
    assert_non_null(strstr(err.text, ".gguf (ulimit -v: "));
    assert_int_equal(unlink(path), 0);
    free(path);
}

/* A row is the plain model but for what it says. */
static void models_that_cannot_be_used_are_named(void **state)
{
    static const struct {
        const char *tokenizer, *architecture, *template;
        const char *word;
    } rows[] = {
        { .tokenizer = "none", .word = "has no vocabulary" },
        { .architecture = "martian", .word = "martian" },
        { .architecture = "t5", .word = "a model with an encoder" },
        { .template = "{% if %}", .word = "chat template" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct made_recipe recipe = made_plain;
        char *path;

        if (rows[i].tokenizer)
            recipe.tokenizer = rows[i].tokenizer;
        if (rows[i].architecture)
            recipe.architecture = rows[i].architecture;
        if (rows[i].template)
            recipe.template = rows[i].template;
        path = made_model(folder, &recipe);
        expect_error(path, rows[i].word);
        free(path);
    }
}

/* Of processes that have ended. */
static double core_seconds(void)
{
    struct rusage used;

    assert_int_equal(getrusage(RUSAGE_CHILDREN, &used), 0);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec)
           + 1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

/* After some seconds of a core, however long these take beside others, and not
 * after the half hour that a load may: for that expect_error() does not wait. */
static void a_template_without_an_end_is_named(void **state)
{
    const double before_s = core_seconds();
    struct made_recipe recipe = made_plain;
    char *path;

    (void)state;
    recipe.template = "{%- for i in range(1000000) -%}"
                      "{%- for j in range(1000000) -%}"
                      "{%- endfor -%}{%- endfor -%}";
    path = made_model(folder, &recipe);
    expect_error(path, "a loop without an end");
    assert_true(core_seconds() - before_s < 60);
    free(path);
}

/* It costs the unit, not the model. */
static void a_template_that_refuses_is_told(void **state)
{
    struct made_recipe recipe = made_plain;
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

/* The model says its first token over and over. */
static void what_it_says_makes_the_state(void **state)
{
    static const struct {
        const char *first_token;
        bool is_end;
        enum state state;
        uint32_t reply_tokens;
    } rows[] = {
        { "</end>", true, STATE_EMPTY, 0 },
        /* a control token in some vocabularies, without a text; the budget
         * goes into reasoning */
        { "[THINK]", false, STATE_NO_FINAL, 16 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct made_recipe recipe = made_plain;
        struct backend *backend;
        struct reply reply;

        recipe.first_token = rows[i].first_token;
        recipe.first_type = MADE_TYPE_CONTROL;
        if (rows[i].is_end)
            recipe.end = 0;
        backend = load(&recipe, "");
        reply = asking_text(backend, 1, "Hello.");
        print_message("%s\n", rows[i].first_token);
        assert_int_equal(reply.state, rows[i].state);
        assert_int_equal(reply.reply_tokens, rows[i].reply_tokens);
        reply_release(&reply);
        backend_destroy(backend);
    }
}

/* And not the first token of the vocabulary, again and again. */
static void what_is_no_number_is_told(void **state)
{
    struct made_recipe recipe = made_plain;
    struct request request = asking_request(1, "Hello.");
    struct backend *backend;

    (void)state;
    recipe.is_broken = true;
    backend = load(&recipe, "");
    for (int i = 0; i < 3; i++) {
        struct reply reply;

        request.sampling.temperature = i; /* 0: greedy */
        if (i == 2) {
            request.kind = REQUEST_CHOICES;
            request.num_choices = 1;
            request.choices = mem_alloc(1, sizeof *request.choices);
            request.choices[0] = mem_text("yes");
        }
        reply = asking_ask(backend, &request);
        print_message("%s\n", reply.detail);
        assert_int_equal(reply.state, STATE_FAILED);
        assert_non_null(strstr(reply.detail, "numerical failure"));
        reply_release(&reply);
    }
    request_release(&request);
    backend_destroy(backend);
}

static void only_numbers_are_taken(void **state)
{
    float logits[5] = { 1, 2, -INFINITY, 3, 0 };

    (void)state;
    assert_false(llama_logits_are_numbers(NULL, 5));
    assert_true(llama_logits_are_numbers(logits, 5));
    logits[4] = INFINITY;
    assert_false(llama_logits_are_numbers(logits, 5));
    assert_true(llama_logits_are_numbers(logits, 4));
    logits[0] = NAN;
    assert_false(llama_logits_are_numbers(logits, 4));
    assert_false(llama_logits_are_numbers(&logits[2], 1));
}

/* What is left of one budget is none of the other. */
static void reasoning_has_its_own_budget(void **state)
{
    struct made_recipe recipe = made_plain;
    struct request request = asking_request(1, "Hello.");
    struct backend *backend;
    struct reply reply;

    (void)state;
    recipe.template = "{{ messages[0].content }}<think>";
    backend = load(&recipe, "");
    request.sampling.thinking_tokens = 5;
    reply = asking_ask(backend, &request);
    assert_int_equal(reply.state, STATE_NO_FINAL);
    assert_int_equal(reply.reply_tokens, 5);
    reply_release(&reply);
    request_release(&request);
    backend_destroy(backend);
}

/* A template that opens it does so before a choice, too. */
static void choices_come_behind_the_reasoning(void **state)
{
    static const char closing[] = "\n\n</think>\n\n"; /* a token each */
    struct made_recipe recipe = made_plain;
    struct request request = asking_request(1, "Hello.");
    struct backend *backend;
    struct reply chat;
    struct reply weighed;

    (void)state;
    recipe.template = "{{ messages[0].content }}<think>";
    backend = load(&recipe, "");
    chat = asking_ask(backend, &request);
    request.kind = REQUEST_CHOICES;
    request.num_choices = 1;
    request.choices = mem_alloc(1, sizeof *request.choices);
    request.choices[0] = mem_text("yes");
    weighed = asking_ask(backend, &request);
    assert_int_equal(weighed.prompt_tokens,
                     chat.prompt_tokens + sizeof closing - 1);
    reply_release(&chat);
    reply_release(&weighed);
    request_release(&request);
    backend_destroy(backend);
}

static void a_token_of_many_bytes_is_written(void **state)
{
    struct made_recipe recipe = made_plain;
    struct backend *backend;
    struct reply reply;
    char word[1001];

    (void)state;
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    recipe.first_token = word;
    backend = load(&recipe, "");
    reply = asking_text(backend, 1, "Hello.");
    assert_int_equal(reply.text_len, 16 * (sizeof word - 1));
    reply_release(&reply);
    backend_destroy(backend);
}

/* BERT's vocabularies have none, and the library none in reserve for them. */
static void without_an_end_the_limit_ends_it(void **state)
{
    struct made_recipe recipe = made_plain;
    struct backend *backend;
    struct reply reply;

    (void)state;
    recipe.tokenizer = "bert";
    recipe.end = MADE_NO_END;
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
    struct made_recipe recipe = made_plain;
    struct backend *backend;
    struct reply reply;

    (void)state;
    recipe.first_token = "<0xFF>";
    recipe.first_type = MADE_TYPE_BYTE;
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
    struct backend *backend = load(&made_plain, ",context=10000000");
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
    /* another node may have it, so it is tried again */
    assert_int_equal(reply.state, STATE_FAILED);
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
        ggml_new_tensor_2d(memory, GGML_TYPE_F32, MADE_WIDTH, rows);
    char *path = path_join(folder, "large.gguf");

    (void)state;
    made_add_numbers(file, made_plain.architecture);
    made_add_vocabulary(file, &made_plain);
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
        cmocka_unit_test(too_little_memory_is_no_damage),
        cmocka_unit_test(what_is_no_file_is_named),
        cmocka_unit_test(a_template_of_nothing_is_named),
        cmocka_unit_test(models_that_cannot_be_used_are_named),
        cmocka_unit_test(a_template_without_an_end_is_named),
        cmocka_unit_test(a_template_that_refuses_is_told),
        cmocka_unit_test(what_it_says_makes_the_state),
        cmocka_unit_test(what_is_no_number_is_told),
        cmocka_unit_test(only_numbers_are_taken),
        cmocka_unit_test(reasoning_has_its_own_budget),
        cmocka_unit_test(choices_come_behind_the_reasoning),
        cmocka_unit_test(a_token_of_many_bytes_is_written),
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
