/*
 * A real model, SmolLM2-135M, in this process.  Skipped where the build has no
 * llama backend or the model file is not there: TRUSTSWEEP_MODELS names its
 * folder, else it is looked for in the cache.
 */
#include "base/log.h"
#include "tests/unit/generate/asking.h"
#include "tests/unit/generate/turns.h"

#ifdef TRUSTSWEEP_HAS_LLAMA
#    include <gguf.h>
#    include <llama.h>
#endif
#include <math.h>
#include <stdio.h>

static const char model_name[] = "SmolLM2-135M-Instruct.Q4_1.gguf";
static const char question[] =
    "What is the capital of France? Answer in one word.";

enum { USUAL_CONTEXT = 4096 }; /* less than that model was trained for */

/* One instance for the tests that need no other. */
static struct backend *shared;
static char *model_path;

static bool has_llama(void)
{
    for (size_t i = 0; backend_kinds()[i]; i++) {
        if (text_equal(backend_kinds()[i]->name, "llama"))
            return true;
    }
    return false;
}

static char *find_model(void)
{
    const char *given = getenv("TRUSTSWEEP_MODELS");
    const char *home = getenv("HOME");
    char *path = given ? text_format("%s/%s", given, model_name)
                       : text_format("%s/.cache/trustsweep/models/%s",
                                     home ? home : "",
                                     model_name);

    if (file_exists(path))
        return path;
    free(path);
    return NULL;
}

static struct backend *load(const char *settings)
{
    char *spec = text_format("inprocess:llama:%s%s", model_path, settings);
    struct backend *backend = asking_create(spec);

    free(spec);
    return backend;
}

static int set_up(void **state)
{
    int64_t began = clock_ms();

    (void)state;
    model_path = has_llama() ? find_model() : NULL;
    if (!model_path)
        return 0;
    shared = load(",context=512,parallel=4,threads=1");
    print_message("loaded in %.2f s\n", (double)(clock_ms() - began) / 1e3);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    backend_destroy(shared);
    free(model_path);
    return 0;
}

static void need_model(void)
{
    if (!model_path)
        skip();
}

static struct reply ask(uint64_t unit, int32_t tokens, double temperature)
{
    struct request request = asking_request(unit, question);
    struct reply reply;

    request.sampling.max_tokens = tokens;
    request.sampling.temperature = temperature;
    reply = asking_ask(shared, &request);
    request_release(&request);
    return reply;
}

static void answers_a_question(void **state)
{
    struct reply reply;

    (void)state;
    need_model();
    reply = ask(1, 8, 0);
    assert_true(state_has_text(reply.state));
    print_message("answer: '%s'\n", reply.text);
    assert_non_null(strstr(reply.text, "Paris"));
    assert_in_range(reply.reply_tokens, 1, 8);
    assert_in_range(reply.prompt_tokens, 20, 80);
    assert_true(reply.prefill_ns > 0);
    assert_true(text_valid_utf8(reply.text, reply.text_len) == reply.text_len);
    reply_release(&reply);
}

static void greedy_is_equal_twice(void **state)
{
    struct reply a;
    struct reply b;

    (void)state;
    need_model();
    a = ask(1, 12, 0);
    /* another unit changes nothing when nothing is drawn */
    b = ask(2, 12, 0);
    assert_string_equal(a.text, b.text);
    print_message("%.0f tokens/s, one sequence\n",
                  a.reply_tokens * 1e9 / (double)a.decode_ns);
    reply_release(&a);
    reply_release(&b);
}

static void sampled_follows_the_unit(void **state)
{
    int num_different = 0;

    (void)state;
    need_model();
    for (uint64_t unit = 0; unit < 4; unit++) {
        struct reply a = ask(unit, 8, 1.5);
        struct reply b = ask(unit, 8, 1.5);
        struct reply c = ask(unit + 100, 8, 1.5);

        assert_true(text_equal(a.text, b.text));
        num_different += !text_equal(a.text, c.text);
        reply_release(&a);
        reply_release(&b);
        reply_release(&c);
    }
    assert_true(num_different >= 2);
}

static void sequences_run_side_by_side(void **state)
{
    static const char *const prompts[] = {
        "Count to ten.",
        "Name a colour.",
        "Say hello in French.",
        "Write one long sentence about the sea, the wind and the old harbour.",
    };
    bool seen[4] = { false };
    struct error err = { 0 };
    uint64_t num_tokens = 0;
    int64_t began = clock_ms();

    (void)state;
    need_model();
    for (uint64_t unit = 0; unit < 4; unit++) {
        struct request request = asking_request(unit, prompts[unit]);

        request.sampling.max_tokens = 8 + (int32_t)unit * 4;
        assert_int_equal(shared->ops->submit(shared, &request, &err), 0);
        if (unit == 3) {
            request.unit.low = 9;
            assert_int_equal(shared->ops->submit(shared, &request, &err), -1);
            assert_int_equal(err.code, ERR_TRANSIENT);
        }
        request_release(&request);
    }
    for (int i = 0; i < 4; i++) {
        struct reply reply = { 0 };

        assert_int_equal(asking_wait(shared, ASKING_LIMIT_MS, &reply, &err), 1);
        assert_true(reply.unit.low < 4);
        assert_false(seen[reply.unit.low]);
        assert_true(reply.text_len > 0);
        seen[reply.unit.low] = true;
        num_tokens += reply.reply_tokens;
        reply_release(&reply);
    }
    print_message("%.0f tokens/s, four sequences\n",
                  (double)num_tokens * 1e3 / (double)(clock_ms() - began));
}

/* A cancelled sequence leaves its place and nothing in the cache. */
static void cancel_frees_the_place(void **state)
{
    struct error err = { 0 };
    struct reply before;
    struct reply after;
    struct reply none = { 0 };

    (void)state;
    need_model();
    before = ask(1, 8, 0);
    for (uint64_t unit = 0; unit < 8; unit++) {
        struct request request = asking_request(unit, "Tell me a story.");

        request.sampling.max_tokens = 200;
        assert_int_equal(shared->ops->submit(shared, &request, &err), 0);
        assert_true(shared->ops->step(shared, 20, &none, &err) == 0);
        assert_int_equal(shared->ops->cancel(shared, request.unit), 0);
        request_release(&request);
    }
    assert_int_equal(asking_wait(shared, 50, &none, &err), 0);
    after = ask(1, 8, 0);
    assert_string_equal(before.text, after.text);
    reply_release(&before);
    reply_release(&after);
}

/* The model's own template is ChatML with a system message of its own: the same
 * text completed as it stands gives the same tokens and the same reply. */
static void the_models_template_is_applied(void **state)
{
    struct request request = asking_request(1, question);
    char digest[HASH_TEXT];
    struct reply chat;
    struct reply plain;

    (void)state;
    if (!model_path)
        request_release(&request);
    need_model();
    request.sampling.max_tokens = 8;
    chat = ask(1, 8, 0);
    request.kind = REQUEST_COMPLETE;
    free(request.messages[0].text);
    request.messages[0].text =
        text_format("<|im_start|>system\n"
                    "You are a helpful AI assistant named SmolLM, trained by "
                    "Hugging Face<|im_end|>\n"
                    "<|im_start|>user\n%s<|im_end|>\n"
                    "<|im_start|>assistant\n",
                    question);
    plain = asking_ask(shared, &request);
    assert_int_equal(plain.prompt_tokens, chat.prompt_tokens);
    assert_string_equal(plain.text, chat.text);
    /* what was rendered is on record */
    hash_format(
        hash_bytes(request.messages[0].text, strlen(request.messages[0].text)),
        digest);
    assert_non_null(strstr(chat.recorded, digest));
    assert_string_equal(plain.recorded, chat.recorded);
    reply_release(&plain);
    reply_release(&chat);
    request_release(&request);
}

enum { NUM_ALIKE = 8 };

static struct request alike_request(uint64_t unit)
{
    static const char *const ends[NUM_ALIKE] = {
        "France?", "Italy?",   "Japan?",  "Spain?",
        "Egypt?",  "Germany?", "Greece?", "France?",
    };
    char *prompt = text_format("You will be asked for a capital. Answer with "
                               "the name of the town and nothing else. What "
                               "is the capital of %s",
                               ends[unit]);
    struct request out = asking_request(unit, prompt);

    out.sampling.max_tokens = 8;
    free(prompt);
    return out;
}

/* What prompts begin with alike is computed once, and nobody's reply is
 * another's for it. */
static void prompts_that_begin_alike_share(void **state)
{
    struct backend *backend;
    struct error err = { 0 };
    char *texts[NUM_ALIKE] = { NULL };
    uint32_t num_computed = 0;
    uint32_t num_tokens = 0;

    (void)state;
    need_model();
    for (uint64_t i = 0; i < NUM_ALIKE; i++) {
        struct request request = alike_request(i);
        struct reply reply;

        backend = load(",context=512,parallel=1,threads=1");
        reply = asking_ask(backend, &request);
        assert_int_equal(reply.cached_tokens, 0);
        texts[i] = mem_text(reply.text);
        reply_release(&reply);
        request_release(&request);
        backend_destroy(backend);
    }
    backend = load(",context=512,parallel=3,threads=1");
    for (uint64_t i = 0, sent = 0; i < NUM_ALIKE; i++) {
        struct reply reply = { 0 };

        for (; sent < NUM_ALIKE; sent++) {
            struct request request = alike_request(sent);
            int rc = backend->ops->submit(backend, &request, &err);

            request_release(&request);
            if (rc < 0)
                break;
        }
        err = (struct error){ 0 };
        assert_int_equal(asking_wait(backend, ASKING_LIMIT_MS, &reply, &err),
                         1);
        assert_string_equal(reply.text, texts[reply.unit.low]);
        num_tokens += reply.prompt_tokens;
        num_computed += reply.prompt_tokens - reply.cached_tokens;
        reply_release(&reply);
    }
    print_message("%u of %u prompt tokens computed\n",
                  num_computed,
                  num_tokens);
    /* the first, and the ends of the others */
    assert_true(num_computed < num_tokens * 2 / 5);
    for (size_t i = 0; i < NUM_ALIKE; i++)
        free(texts[i]);
    backend_destroy(backend);
}

enum { NUM_COMPANY = 9 };

/* Prompts of many lengths, some of which begin alike; one of one token. */
static struct request company_request(uint64_t unit)
{
    struct text prompt = { 0 };
    struct request out;

    text_add(&prompt, unit % 3 == 0 ? "Once" : "In the beginning");
    for (uint64_t i = 0; i < unit * (unit % 5); i++)
        text_addf(&prompt, " there were %d of them,", (int)(i % 9));
    text_add(&prompt, unit % 2 ? " and then" : "");
    out = asking_request(unit, text_data(&prompt));
    out.kind = REQUEST_COMPLETE;
    out.sampling.max_tokens = 2 + (int32_t)(unit * 7 % 23);
    text_release(&prompt);
    return out;
}

static void ask_company(struct backend *backend,
                        char **texts,
                        uint32_t *num_shared)
{
    struct error err = { 0 };

    for (uint64_t sent = 0, back = 0; back < NUM_COMPANY; back++) {
        struct reply reply = { 0 };

        for (; sent < NUM_COMPANY; sent++) {
            struct request request = company_request(sent);
            int rc = backend->ops->submit(backend, &request, &err);

            request_release(&request);
            if (rc < 0)
                break;
        }
        err = (struct error){ 0 };
        assert_int_equal(asking_wait(backend, ASKING_LIMIT_MS, &reply, &err),
                         1);
        assert_null(texts[reply.unit.low]);
        texts[reply.unit.low] = mem_text(reply.text ? reply.text : "");
        *num_shared += reply.cached_tokens;
        reply_release(&reply);
    }
}

/* Bit for bit the same sums: alone from the first token on, or beside others,
 * in pieces, behind a copied beginning, on one thread or two. */
static void company_changes_no_reply(void **state)
{
    static const char *const settings[] = {
        ",context=768,threads=1,exact",
        ",context=768,threads=2,exact",
        ",context=768,threads=1,parallel=7",
        ",context=768,threads=2,parallel=3,batch=33",
    };
    char *texts[4][NUM_COMPANY] = { { NULL } };

    (void)state;
    need_model();
    for (size_t i = 0; i < 4; i++) {
        struct backend *backend = load(settings[i]);
        uint32_t shared_tokens = 0;

        ask_company(backend, texts[i], &shared_tokens);
        print_message("%u prompt tokens shared\n", shared_tokens);
        assert_true((shared_tokens > 0) == (i >= 2));
        backend_destroy(backend);
        for (size_t j = 0; j < NUM_COMPANY; j++)
            assert_string_equal(texts[i][j], texts[0][j]);
    }
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < NUM_COMPANY; j++)
            free(texts[i][j]);
    }
}

/* Memory for the longest so far; a longer one waits until there is none beside
 * it, and takes nothing from the replies of those before it. */
static void a_longer_request_gets_more_room(void **state)
{
    struct backend *backend;
    struct error err = { 0 };
    uint64_t sent = 0;
    int num_refused = 0;

    (void)state;
    need_model();
    backend = load(",parallel=3,threads=1");
    for (uint64_t back = 0; back < 4; back++) {
        struct reply reply = { 0 };

        for (; sent < 4; sent++) {
            struct text prompt = { 0 };
            struct request request;
            int rc;

            for (uint64_t i = 0; i < (sent == 2 ? 300 : 1); i++)
                text_add(&prompt, "one two ");
            request = asking_request(sent, text_data(&prompt));
            request.sampling.max_tokens = 4;
            rc = backend->ops->submit(backend, &request, &err);
            request_release(&request);
            text_release(&prompt);
            if (rc < 0)
                break;
        }
        num_refused += err.code == ERR_TRANSIENT && sent == 2;
        err = (struct error){ 0 };
        assert_int_equal(asking_wait(backend, ASKING_LIMIT_MS, &reply, &err),
                         1);
        assert_true(state_has_text(reply.state));
        assert_true(reply.unit.low != 2 || reply.prompt_tokens > 600);
        /* the first two are answered before the long one begins */
        assert_true(back < 2 ? reply.unit.low < 2 : reply.unit.low >= 2);
        reply_release(&reply);
    }
    assert_true(num_refused > 0);
    backend_destroy(backend);
}

/* Ranks that load together would all count on the same memory. */
static void memory_is_taken_in_turn(void **state)
{
    struct turns other = turns_hold("memory");
    struct backend *backend = load("");

    (void)state;
    assert_true(turns_are_over(&other));
    turns_end(&other);
    backend_destroy(backend);
}

static void what_does_not_fit_is_overlong(void **state)
{
    struct backend *backend;
    struct request request;
    struct text prompt = { 0 };
    struct reply reply;

    (void)state;
    need_model();
    backend = load(",context=64,parallel=2,threads=1");
    for (int i = 0; i < 100; i++)
        text_addf(&prompt, "%d ", i);
    request = asking_request(1, text_data(&prompt));
    request.sampling.max_tokens = 8;
    reply = asking_ask(backend, &request);
    assert_int_equal(reply.state, STATE_OVERLONG);
    assert_null(reply.text);
    assert_non_null(strstr(reply.detail, "context of 64"));
    assert_true(reply.prompt_tokens > 64);
    reply_release(&reply);
    /* a limit that no arithmetic may overflow */
    free(request.messages[0].text);
    request.messages[0].text = mem_text("Hi");
    request.sampling.max_tokens = INT32_MAX;
    request.sampling.thinking_tokens = INT32_MAX;
    reply = asking_ask(backend, &request);
    assert_int_equal(reply.state, STATE_OVERLONG);
    reply_release(&reply);
    request_release(&request);
    text_release(&prompt);
    backend_destroy(backend);
}

/* One token below the limit of a context that is exactly large enough. */
static void what_just_fits_is_answered(void **state)
{
    struct backend *backend;
    struct request request;
    struct reply reply;

    (void)state;
    need_model();
    backend = load(",context=64,parallel=1,threads=1");
    request = asking_request(1, "Tell me a story.");
    request.sampling.max_tokens = 1;
    reply = asking_ask(backend, &request);
    request.sampling.max_tokens = 64 - (int32_t)reply.prompt_tokens;
    assert_true(request.sampling.max_tokens > 1);
    reply_release(&reply);
    reply = asking_ask(backend, &request);
    assert_true(state_has_text(reply.state));
    reply_release(&reply);
    request.sampling.max_tokens++;
    reply = asking_ask(backend, &request);
    assert_int_equal(reply.state, STATE_OVERLONG);
    reply_release(&reply);
    request_release(&request);
    backend_destroy(backend);
}

/* What `plan` says is what a reply then takes. */
static void its_need_is_known_beforehand(void **state)
{
    enum { TOKEN_BYTES = 30 * 3 * 2 * 64 * 2 }; /* of this model */
    struct request requests[2];
    struct backend_need need = { 0 };
    struct reply reply;
    char *spec;

    (void)state;
    need_model();
    requests[0] = asking_request(1, "Tell me a story.");
    requests[0].sampling.max_tokens = 2;
    requests[1] = asking_request(2, question);
    requests[1].sampling.max_tokens = 12;
    requests[1].sampling.thinking_tokens = 3;
    spec = text_format("inprocess:llama:%s", model_path);
    assert_int_equal(backend_measure(spec, requests, 2, &need, NULL), 1);
    free(spec);
    reply = asking_ask(shared, &requests[1]);
    assert_int_equal(need.longest, reply.prompt_tokens + 15);
    assert_int_equal(need.limit, 4096);
    assert_int_equal(need.num_longer, 0);
    assert_int_equal(need.sequence, need.longest * TOKEN_BYTES);
    assert_in_range(need.weights, 90000000, file_size(model_path));
    assert_true(need.parallel >= 1 && need.parallel <= 32);
    assert_int_equal(need.sequences, need.parallel * 256 * TOKEN_BYTES);
    assert_in_range(need.compute, 1000000, 1000000000);
    assert_int_equal(need.layers.num, 31);
    assert_int_equal(need.layers.output, 30081024 + 2304);
    assert_int_equal(need.layers.blocks,
                     need.weights - 30081024 - 2304
                         + (uint64_t)TOKEN_BYTES * 32 * 1024);
    assert_in_range(need.layers.block,
                    need.layers.blocks / 30,
                    need.layers.blocks / 20);
    print_message("compute: %.1f and %.1f MB\n",
                  (double)need.compute / 1e6,
                  (double)need.layers.compute / 1e6);
    reply_release(&reply);
    spec = text_format("llama:%s,context=40", model_path);
    assert_int_equal(backend_measure(spec, requests, 2, &need, NULL), 1);
    assert_int_equal(need.limit, 40);
    assert_int_equal(need.num_longer, 1);
    assert_int_equal(need.sequence, 40 * TOKEN_BYTES);
    free(spec);
    assert_int_equal(backend_measure("sim:", requests, 2, &need, NULL), 0);
    request_release(&requests[0]);
    request_release(&requests[1]);
}

static bool library_has_gpus(void)
{
#ifdef TRUSTSWEEP_HAS_LLAMA
    return llama_supports_gpu_offload();
#else
    return false;
#endif
}

/* The slot has a GPU and this library, as built here, none. */
static void a_gpu_that_nobody_uses_is_told(void **state)
{
    const struct slot slot = { .threads = 1, .num_devices = 1 };
    struct error err = { 0 };
    struct backend *backend;
    char *spec;

    (void)state;
    need_model();
    if (library_has_gpus())
        skip();
    spec = text_format("inprocess:llama:%s,context=256,parallel=1", model_path);
    backend = backend_create(spec, &slot, &err);
    assert_non_null(backend);
    assert_non_null(strstr(backend->ops->chosen(backend), "built for none"));
    assert_string_equal(shared->ops->chosen(shared), "");
    backend_destroy(backend);
    free(spec);
}

static struct reply weigh(struct backend *backend,
                          const char *prompt,
                          const char *const *choices,
                          uint32_t num)
{
    struct request request = asking_request(1, prompt);
    struct reply reply;

    request.kind = REQUEST_CHOICES;
    request.num_choices = num;
    request.choices = mem_alloc(num, sizeof *request.choices);
    for (uint32_t i = 0; i < num; i++)
        request.choices[i] = mem_text(choices[i]);
    reply = asking_ask(backend, &request);
    assert_int_equal(reply.num_values, num);
    request_release(&request);
    return reply;
}

/* Of any number of tokens; and each by itself as it is among others. */
static void choices_are_weighed(void **state)
{
    static const char *const choices[] = { "Berlin",
                                           "Paris",
                                           "The capital of France is Paris.",
                                           "The capital of France is Rome.",
                                           "The capital of France is Paris." };
    struct reply all;

    (void)state;
    need_model();
    all = weigh(shared, question, choices, 5);
    assert_true(all.values[1] > all.values[0]);
    /* what the model would write itself */
    assert_true(all.values[2] > all.values[1]);
    assert_true(all.values[2] > all.values[3] + 1);
    for (uint32_t i = 0; i < 5; i++) {
        struct reply one = weigh(shared, question, &choices[i], 1);

        print_message("%.4f %s\n", all.values[i], choices[i]);
        assert_true(all.values[i] < 0);
        /* what shares a call changes the last bits */
        assert_true(fabs(one.values[0] - all.values[i]) < 0.05);
        reply_release(&one);
    }
    assert_true(fabs(all.values[4] - all.values[2]) < 0.05);
    reply_release(&all);
}

static void no_choice_is_refused(void **state)
{
    static char empty[] = "";
    struct request request = asking_request(1, question);
    struct error err = { 0 };

    (void)state;
    if (!model_path)
        request_release(&request);
    need_model();
    request.kind = REQUEST_CHOICES;
    assert_int_equal(shared->ops->submit(shared, &request, &err), -1);
    assert_int_equal(err.code, ERR_PERMANENT);
    request.num_choices = 1;
    request.choices = mem_alloc(1, sizeof *request.choices);
    request.choices[0] = mem_text(empty);
    err = (struct error){ 0 };
    assert_int_equal(shared->ops->submit(shared, &request, &err), -1);
    assert_int_equal(err.code, ERR_PERMANENT);
    assert_non_null(strstr(err.text, "choice 0"));
    request_release(&request);
}

/* A model that writes has no vector to give. */
static void it_does_not_embed(void **state)
{
    struct request request = asking_request(1, question);
    struct error err = { 0 };

    (void)state;
    if (!model_path)
        request_release(&request);
    need_model();
    request.kind = REQUEST_EMBED;
    assert_int_equal(shared->ops->submit(shared, &request, &err), -1);
    assert_int_equal(err.code, ERR_PERMANENT);
    assert_non_null(strstr(err.text, "pooling_type"));
    request_release(&request);
}

static void expect_no_model(const char *bytes, size_t len)
{
    char *folder = asking_folder();
    char *path = path_join(folder, "text.gguf");
    char *spec = text_format("inprocess:llama:%s", path);
    struct backend_facts facts;
    struct error err = { 0 };

    assert_int_equal(file_write(path, bytes, len, NULL), 0);
    assert_null(backend_create(spec, NULL, &err));
    assert_int_equal(err.code, ERR_FORMAT);
    assert_non_null(strstr(err.text, path));
    err = (struct error){ 0 };
    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    free(spec);
    free(path);
    asking_remove(folder);
}

/* Needs the backend, not the model. */
static void a_text_file_is_no_model(void **state)
{
    static const char text[] = "This is a text, whatever it is called.\n";
    static const char torn[] = "GGUF\x03\0\0\0\x05\0\0\0\0\0\0\0\x09";

    (void)state;
    if (!has_llama())
        skip();
    expect_no_model(text, strlen(text));
    expect_no_model("", 0);
    expect_no_model(torn, sizeof torn);
}

#ifdef TRUSTSWEEP_HAS_LLAMA
/* The model's own template; free(). */
static char *own_template(void)
{
    struct gguf_init_params params = { .no_alloc = true };
    struct gguf_context *head = gguf_init_from_file(model_path, params);
    int64_t id;
    char *out;

    assert_non_null(head);
    id = gguf_find_key(head, "tokenizer.chat_template");
    assert_true(id >= 0);
    out = mem_text(gguf_get_val_str(head, id));
    gguf_free(head);
    return out;
}

/* Given as a file, it says nothing new. */
static void the_own_template_is_no_other_model(void **state)
{
    char path[] = "/tmp/trustsweep-template-XXXXXX";
    struct backend_facts facts;
    struct backend_facts other;
    char *plain;
    char *given;
    char *text;

    (void)state;
    need_model();
    text = own_template();
    assert_int_equal(close(mkstemp(path)), 0);
    plain = text_format("llama:%s", model_path);
    given = text_format("llama:%s,chat_template=%s", model_path, path);
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    assert_int_equal(backend_probe(plain, &facts, NULL), 0);
    assert_int_equal(backend_probe(given, &other, NULL), 0);
    assert_string_equal(facts.identity, other.identity);
    assert_int_equal(file_write(path, text, strlen(text) - 1, NULL), 0);
    assert_int_equal(backend_probe(given, &other, NULL), 0);
    assert_string_not_equal(facts.identity, other.identity);
    assert_int_equal(unlink(path), 0);
    free(text);
    free(given);
    free(plain);
}
#else
static void the_own_template_is_no_other_model(void **state)
{
    (void)state;
    skip();
}
#endif

static void probe_knows_the_file(void **state)
{
    struct backend_facts facts;
    struct backend_facts other;
    char *spec;

    (void)state;
    need_model();
    spec = text_format("llama:%s", model_path);
    assert_int_equal(backend_probe(spec, &facts, NULL), 0);
    assert_true(text_starts(facts.identity, "sha256:"));
    assert_true(facts.memory_bytes == (uint64_t)file_size(model_path));
    assert_int_equal(facts.can,
                     BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE)
                         | BACKEND_CAN(REQUEST_CHOICES));
    free(spec);
    /* threads change no reply, the context may */
    spec = text_format("llama:%s,threads=1,parallel=3", model_path);
    assert_int_equal(backend_probe(spec, &other, NULL), 0);
    assert_string_equal(facts.identity, other.identity);
    free(spec);
    /* of a model trained for more, the same as nothing said */
    spec = text_format("llama:%s,context=%d", model_path, USUAL_CONTEXT);
    assert_int_equal(backend_probe(spec, &other, NULL), 0);
    assert_string_equal(facts.identity, other.identity);
    free(spec);
    spec = text_format("llama:%s,context=64", model_path);
    assert_int_equal(backend_probe(spec, &other, NULL), 0);
    assert_string_not_equal(facts.identity, other.identity);
    free(spec);
}

/* Some models can do it, so it is no error. */
static void a_context_beyond_the_trained_one_is_told(void **state)
{
    char *log = mem_text("/tmp/trustsweep-log-XXXXXX");
    char *spec;
    struct backend_facts facts;
    struct text said = { 0 };
    int fd;

    (void)state;
    if (!model_path)
        free(log);
    need_model();
    fd = mkstemp(log);
    assert_true(fd >= 0);
    (void)close(fd);
    spec = text_format("llama:%s,context=20000", model_path);
    assert_int_equal(log_open(log, 0, NULL), 0);
    assert_int_equal(backend_probe(spec, &facts, NULL), 0);
    log_close();
    assert_int_equal(file_read(log, 1 << 16, &said, NULL), 0);
    assert_non_null(strstr(text_data(&said), "context=20000"));
    assert_non_null(strstr(text_data(&said), "8192 tokens"));
    text_release(&said);
    (void)unlink(log);
    free(spec);
    free(log);
}

static void settings_that_contradict_are_refused(void **state)
{
    static const struct {
        const char *settings;
        const char *word;
    } rows[] = {
        { "exact,parallel=4", "exact and parallel=4 contradict" },
        { "exact,flash_attention=on", "exact and flash_attention=on" },
        { "context=100,context=200", "context is given twice" },
    };

    (void)state;
    need_model();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *spec = text_format("llama:%s,%s", model_path, rows[i].settings);
        struct backend_facts facts;
        struct error err = { 0 };

        assert_int_equal(backend_probe(spec, &facts, &err), -1);
        assert_int_equal(err.code, ERR_USAGE);
        assert_non_null(strstr(err.text, rows[i].word));
        free(spec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_a_question),
        cmocka_unit_test(greedy_is_equal_twice),
        cmocka_unit_test(sampled_follows_the_unit),
        cmocka_unit_test(sequences_run_side_by_side),
        cmocka_unit_test(cancel_frees_the_place),
        cmocka_unit_test(the_models_template_is_applied),
        cmocka_unit_test(prompts_that_begin_alike_share),
        cmocka_unit_test(company_changes_no_reply),
        cmocka_unit_test(a_longer_request_gets_more_room),
        cmocka_unit_test(memory_is_taken_in_turn),
        cmocka_unit_test(what_does_not_fit_is_overlong),
        cmocka_unit_test(what_just_fits_is_answered),
        cmocka_unit_test(its_need_is_known_beforehand),
        cmocka_unit_test(a_gpu_that_nobody_uses_is_told),
        cmocka_unit_test(choices_are_weighed),
        cmocka_unit_test(no_choice_is_refused),
        cmocka_unit_test(it_does_not_embed),
        cmocka_unit_test(a_text_file_is_no_model),
        cmocka_unit_test(probe_knows_the_file),
        cmocka_unit_test(the_own_template_is_no_other_model),
        cmocka_unit_test(a_context_beyond_the_trained_one_is_told),
        cmocka_unit_test(settings_that_contradict_are_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
