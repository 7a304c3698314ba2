/*
 * A model that writes, made to give vectors, as embedders are nowadays: texts of
 * unlike length at once give what each gives by itself, however many come one
 * after the other.  The model is small, made here of numbers that are drawn.
 */
#include "tests/unit/generate/asking.h"

#ifndef TRUSTSWEEP_HAS_LLAMA
int main(void)
{
    return 77; /* skipped */
}
#else
#    include "tests/unit/generate/made_model.h"

#    include <llama.h>

#    include <math.h>

enum { WIDTH = 64, HEADS = 4, DEEP = 2, CONTEXT = 128, NUM_TEXTS = 9 };

static const char *const texts[NUM_TEXTS] = {
    "a",
    "a text that is longer than the others are, by several words",
    "bear",
    "three pigs",
    "a",
    "again a text that is longer than the others are",
    "of middling length",
    "b",
    "the last",
};

static char *folder;

static void add_numbers(struct gguf_context *file, uint32_t pooling)
{
    const struct {
        const char *key;
        uint32_t value;
    } numbers[] = {
        { "llama.context_length", CONTEXT },
        { "llama.embedding_length", WIDTH },
        { "llama.block_count", DEEP },
        { "llama.feed_forward_length", WIDTH },
        { "llama.attention.head_count", HEADS },
        { "llama.rope.dimension_count", WIDTH / HEADS },
        { "llama.pooling_type", pooling },
    };

    gguf_set_val_str(file, "general.architecture", "llama");
    gguf_set_val_f32(file, "llama.attention.layer_norm_rms_epsilon", 1e-5F);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        gguf_set_val_u32(file, numbers[i].key, numbers[i].value);
}

static char *make_model(uint32_t pooling)
{
    static const struct {
        const char *name;
        int64_t height;
        float middle;
    } parts[] = {
        { "attn_norm", 0, 1 },       { "ffn_norm", 0, 1 },
        { "attn_q", WIDTH, 0 },      { "attn_k", WIDTH, 0 },
        { "attn_v", WIDTH, 0 },      { "ffn_up", WIDTH, 0 },
        { "attn_output", WIDTH, 0 }, { "ffn_gate", WIDTH, 0 },
        { "ffn_down", WIDTH, 0 },
    };
    struct ggml_init_params params = { .mem_size = (size_t)16 << 20 };
    struct ggml_context *memory = ggml_init(params);
    struct gguf_context *file = gguf_init_empty();
    char *path = text_format("%s/pooled-%u.gguf", folder, pooling);

    add_numbers(file, pooling);
    made_add_vocabulary(file, &made_plain);
    made_add_drawn(file,
                   memory,
                   "token_embd.weight",
                   WIDTH,
                   MADE_NUM_TOKENS,
                   0);
    made_add_drawn(file, memory, "output_norm.weight", WIDTH, 0, 1);
    for (int i = 0; i < DEEP; i++) {
        for (size_t j = 0; j < sizeof parts / sizeof *parts; j++) {
            char *name = text_format("blk.%d.%s.weight", i, parts[j].name);

            made_add_drawn(file,
                           memory,
                           name,
                           WIDTH,
                           parts[j].height,
                           parts[j].middle);
            free(name);
        }
    }
    assert_true(gguf_write_to_file(file, path, false));
    gguf_free(file);
    ggml_free(memory);
    return path;
}

static struct request request_of(size_t number)
{
    struct request request = asking_request(number, texts[number]);

    request.kind = REQUEST_EMBED;
    return request;
}

static double dot(const struct reply *a, const struct reply *b)
{
    double sum = 0;

    assert_int_equal(a->num_values, WIDTH);
    assert_int_equal(b->num_values, WIDTH);
    for (uint32_t i = 0; i < WIDTH; i++)
        sum += (double)a->values[i] * (double)b->values[i];
    return sum;
}

/* One after the other, in one sequence that is used again. */
static void ask_each(const char *spec, struct reply *out)
{
    struct backend *backend = asking_create(spec);

    for (size_t i = 0; i < NUM_TEXTS; i++) {
        struct request request = request_of(i);

        out[i] = asking_ask(backend, &request);
        request_release(&request);
    }
    backend_destroy(backend);
}

/* As many at once as it takes. */
static void ask_all(const char *spec, struct reply *out)
{
    struct backend *backend = asking_create(spec);
    size_t num_asked = 0;
    size_t num_answered = 0;

    while (num_answered < NUM_TEXTS) {
        struct reply reply;
        struct error err = { 0 };
        int rc;

        while (num_asked < NUM_TEXTS) {
            struct request request = request_of(num_asked);

            rc = backend->ops->submit(backend, &request, &err);
            request_release(&request);
            if (rc < 0)
                break;
            num_asked++;
        }
        rc = backend->ops->step(backend, 1000, &reply, &err);
        if (rc < 0)
            fail_msg("%s", err.text);
        for (size_t i = 0; rc == 1 && i < NUM_TEXTS; i++) {
            struct request request = request_of(i);

            if (hash_equal(reply.unit, request.unit))
                out[i] = reply;
            request_release(&request);
        }
        num_answered += rc == 1;
    }
    backend_destroy(backend);
}

static void check_pooling(uint32_t pooling)
{
    char *path = make_model(pooling);
    char *alone = text_format("inprocess:llama:%s,threads=1,parallel=1", path);
    char *beside = text_format("inprocess:llama:%s,threads=1,parallel=4", path);
    struct reply each[NUM_TEXTS] = { 0 };
    struct reply all[NUM_TEXTS] = { 0 };

    ask_each(alone, each);
    ask_all(beside, all);
    for (size_t i = 0; i < NUM_TEXTS; i++) {
        assert_true(fabs(dot(&each[i], &each[i]) - 1) < 1e-4);
        assert_true(dot(&each[i], &all[i]) > 1 - 1e-5);
    }
    assert_true(dot(&each[0], &each[4]) > 1 - 1e-5); /* one text twice */
    assert_true(dot(&each[0], &each[1]) < 1 - 1e-3);
    for (size_t i = 0; i < NUM_TEXTS; i++) {
        reply_release(&each[i]);
        reply_release(&all[i]);
    }
    free(beside);
    free(alone);
    free(path);
}

static void means_are_of_whole_texts(void **state)
{
    (void)state;
    check_pooling(LLAMA_POOLING_TYPE_MEAN);
}

static void last_ones_are_of_each_text(void **state)
{
    (void)state;
    check_pooling(LLAMA_POOLING_TYPE_LAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_are_of_whole_texts),
        cmocka_unit_test(last_ones_are_of_each_text),
    };
    int failed;

    folder = asking_folder();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    asking_remove(folder);
    return failed;
}
#endif
