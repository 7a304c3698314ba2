/*
 * A real embedding model, all-MiniLM-L6-v2, in this process.  Skipped where the
 * build has no llama backend or the model file is not there: TRUSTSWEEP_EMBEDDER
 * names it (scripts/model.sh --embedder gets it), else it is looked for in the
 * cache.
 */
#include "base/buffer.h"
#include "tests/unit/generate/asking.h"

#include <math.h>

static const char cached[] =
    ".cache/trustsweep/models/all-MiniLM-L6-v2.F32.gguf";

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

static int set_up(void **state)
{
    const char *given = getenv("TRUSTSWEEP_EMBEDDER");
    const char *home = getenv("HOME");
    char *spec;

    (void)state;
    model_path = given ? mem_text(given) : path_join(home ? home : "", cached);
    if (!has_llama() || !file_exists(model_path)) {
        free(model_path);
        model_path = NULL;
        return 0;
    }
    spec = text_format("inprocess:llama:%s,threads=1,parallel=3", model_path);
    shared = asking_create(spec);
    free(spec);
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

static struct request embed_request(uint64_t unit, const char *text)
{
    struct request request = asking_request(unit, text);

    request.kind = REQUEST_EMBED;
    return request;
}

static struct reply embed(uint64_t unit, const char *text)
{
    struct request request = embed_request(unit, text);
    struct reply reply = asking_ask(shared, &request);

    request_release(&request);
    return reply;
}

static double dot(const struct reply *a, const struct reply *b)
{
    double sum = 0;

    assert_int_equal(a->num_values, b->num_values);
    for (uint32_t i = 0; i < a->num_values; i++)
        sum += a->values[i] * b->values[i];
    return sum;
}

/* The pair and its similarity stand in the model's own documentation
 * (sentence-transformers, "Semantic Textual Similarity"), to four digits. */
static void the_published_cosine(void **state)
{
    struct reply a;
    struct reply b;

    (void)state;
    need_model();
    a = embed(1, "The new movie is awesome");
    b = embed(2, "The new movie is so great");
    print_message("cosine %.6f\n", dot(&a, &b));
    assert_true(fabs(dot(&a, &b) - 0.8939) < 0.00005);
    reply_release(&a);
    reply_release(&b);
}

static void a_vector_of_length_one(void **state)
{
    struct reply reply;

    (void)state;
    need_model();
    reply = embed(1, "A cat sits outside");
    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_int_equal(reply.num_values, 384);
    assert_string_equal(reply.text, "");
    assert_true(fabs(dot(&reply, &reply) - 1) < 1e-12);
    assert_int_equal(reply.prompt_tokens, 6); /* with [CLS] and [SEP] */
    assert_int_equal(reply.reply_tokens, 0);
    reply_release(&reply);
}

/* What shares a call changes nothing but the last bits. */
static void side_by_side_as_alone(void **state)
{
    static const char *const texts[] = {
        "Short.",
        "A text that is a good deal longer than the one before it.",
        "The third one",
    };
    struct error err = { 0 };
    struct reply alone[3];

    (void)state;
    need_model();
    for (uint64_t i = 0; i < 3; i++)
        alone[i] = embed(i, texts[i]);
    for (uint64_t i = 0; i < 3; i++) {
        struct request request = embed_request(i, texts[i]);

        assert_int_equal(shared->ops->submit(shared, &request, &err), 0);
        if (i == 2) {
            assert_int_equal(shared->ops->submit(shared, &request, &err), -1);
            assert_int_equal(err.code, ERR_TRANSIENT);
        }
        request_release(&request);
    }
    for (int i = 0; i < 3; i++) {
        struct reply reply = { 0 };

        assert_int_equal(asking_wait(shared, ASKING_LIMIT_MS, &reply, &err), 1);
        assert_in_range(reply.unit.low, 0, 2);
        assert_true(fabs(dot(&reply, &alone[reply.unit.low]) - 1) < 1e-6);
        assert_true(dot(&reply, &alone[(reply.unit.low + 1) % 3]) < 0.9);
        reply_release(&reply);
    }
    for (uint64_t i = 0; i < 3; i++)
        reply_release(&alone[i]);
}

/* 510 words of a token each, and [CLS] and [SEP]; a word more is too long. */
static void what_does_not_fit_is_overlong(void **state)
{
    struct text text = { 0 };
    struct reply reply;

    (void)state;
    need_model();
    for (int i = 0; i < 510; i++)
        text_add(&text, "one ");
    reply = embed(1, text_data(&text));
    assert_int_equal(reply.state, STATE_ANSWERED);
    assert_int_equal(reply.prompt_tokens, 512);
    reply_release(&reply);
    text_add(&text, "two");
    reply = embed(2, text_data(&text));
    assert_int_equal(reply.state, STATE_OVERLONG);
    assert_int_equal(reply.num_values, 0);
    assert_non_null(strstr(reply.detail, "context of 512"));
    reply_release(&reply);
    text_release(&text);
}

/* The library aborts where its batch is no multiple of the sequences. */
static void any_number_of_sequences(void **state)
{
    (void)state;
    need_model();
    for (int parallel = 1; parallel <= 7; parallel += 2) {
        char *spec = text_format("inprocess:llama:%s,threads=1,context=%d,"
                                 "parallel=%d,batch=%d",
                                 model_path,
                                 60 + parallel,
                                 parallel,
                                 33);
        struct request request = embed_request(1, "A cat sits outside");
        struct backend *backend = asking_create(spec);
        struct reply reply = asking_ask(backend, &request);

        assert_int_equal(reply.num_values, 384);
        reply_release(&reply);
        request_release(&request);
        backend_destroy(backend);
        free(spec);
    }
}

static void it_does_not_chat(void **state)
{
    struct backend_facts facts;
    struct request request;
    struct error err = { 0 };
    char *spec;

    (void)state;
    need_model();
    spec = text_format("llama:%s", model_path);
    assert_int_equal(backend_probe(spec, &facts, &err), 0);
    assert_int_equal(facts.can, BACKEND_CAN(REQUEST_EMBED));
    free(spec);
    request = asking_request(1, "Hello");
    assert_int_equal(shared->ops->submit(shared, &request, &err), -1);
    assert_int_equal(err.code, ERR_PERMANENT);
    request_release(&request);
    spec = text_format("llama:%s,context=513", model_path);
    assert_int_equal(backend_probe(spec, &facts, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "ends at 512"));
    free(spec);
}

static void put_text(struct text *out, const char *text)
{
    buffer_put_u64(out, strlen(text));
    text_add(out, text);
}

/* The head of a GGUF file that has no weights; a negative number: no key. */
static void put_head(struct text *out, int pooling, int causal)
{
    enum { U32 = 4, BOOL = 7, STRING = 8 };
    char byte = (char)causal;

    text_add(out, "GGUF");
    buffer_put_u32(out, 3);
    buffer_put_u64(out, 0);
    buffer_put_u64(out, (uint64_t)(1 + (pooling >= 0) + (causal >= 0)));
    put_text(out, "general.architecture");
    buffer_put_u32(out, STRING);
    put_text(out, "bert");
    if (pooling >= 0) {
        put_text(out, "bert.pooling_type");
        buffer_put_u32(out, U32);
        buffer_put_u32(out, (uint32_t)pooling);
    }
    if (causal >= 0) {
        put_text(out, "bert.attention.causal");
        buffer_put_u32(out, BOOL);
        text_add_len(out, &byte, 1);
    }
}

/* 0 in `can`: the file is refused, and the error says why. */
static void expect_can(int pooling, int causal, unsigned can, const char *why)
{
    char *folder = asking_folder();
    char *path = path_join(folder, "head.gguf");
    char *spec = text_format("llama:%s", path);
    struct backend_facts facts = { 0 };
    struct error err = { 0 };
    struct text head = { 0 };
    int rc;

    put_head(&head, pooling, causal);
    assert_int_equal(file_write(path, head.data, head.len, NULL), 0);
    rc = backend_probe(spec, &facts, &err);
    if (can == 0) {
        assert_int_equal(rc, -1);
        assert_int_equal(err.code, ERR_FORMAT);
        assert_non_null(strstr(err.text, why));
        assert_non_null(strstr(err.text, path));
    } else {
        if (rc < 0)
            print_error("%s\n", err.text);
        assert_int_equal(rc, 0);
        assert_int_equal(facts.can, can);
    }
    text_release(&head);
    free(spec);
    free(path);
    asking_remove(folder);
}

/* Needs the backend, not the model. */
static void the_file_says_what_it_can(void **state)
{
    enum { NONE = 0, MEAN = 1, CLS = 2, LAST = 3, RANK = 4 };
    const unsigned writes = BACKEND_CAN(REQUEST_CHAT)
                            | BACKEND_CAN(REQUEST_COMPLETE)
                            | BACKEND_CAN(REQUEST_CHOICES);
    const unsigned embeds = BACKEND_CAN(REQUEST_EMBED);

    (void)state;
    if (!has_llama())
        skip();
    expect_can(-1, -1, writes, NULL);
    expect_can(NONE, 1, writes, NULL);
    expect_can(MEAN, 0, embeds, NULL);
    expect_can(CLS, 0, embeds, NULL);
    expect_can(LAST, -1, embeds, NULL);
    expect_can(RANK, 0, 0, "reranker");
    expect_can(-1, 0, 0, "bert.pooling_type");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_cosine),
        cmocka_unit_test(a_vector_of_length_one),
        cmocka_unit_test(side_by_side_as_alone),
        cmocka_unit_test(what_does_not_fit_is_overlong),
        cmocka_unit_test(any_number_of_sequences),
        cmocka_unit_test(it_does_not_chat),
        cmocka_unit_test(the_file_says_what_it_can),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
