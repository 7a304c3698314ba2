/*
 * A recurrent model weighs choices: its memory cannot be cut behind the prompt,
 * so that is read again.  The model is a small Mamba, made here of numbers that
 * are drawn.
 */
#include "tests/unit/generate/asking.h"

#ifndef TRUSTSWEEP_HAS_LLAMA
int main(void)
{
    return 77; /* skipped */
}
#else
#    include "tests/unit/generate/made_model.h"

#    include <math.h>

enum { OUTER = 64, INNER = 128, STATE = 16, RANK = 4, CONV = 4, DEEP = 2 };
enum { NUM_CHOICES = 4 };

static char *folder;
static char *path;

static void add_numbers(struct gguf_context *file)
{
    static const struct {
        const char *key;
        uint32_t value;
    } numbers[] = {
        { "mamba.context_length", 1024 },
        { "mamba.embedding_length", OUTER },
        { "mamba.block_count", DEEP },
        { "mamba.feed_forward_length", 0 },
        { "mamba.attention.head_count", 0 },
        { "mamba.ssm.conv_kernel", CONV },
        { "mamba.ssm.inner_size", INNER },
        { "mamba.ssm.state_size", STATE },
        { "mamba.ssm.time_step_rank", RANK },
    };

    gguf_set_val_str(file, "general.architecture", "mamba");
    gguf_set_val_f32(file, "mamba.attention.layer_norm_rms_epsilon", 1e-5F);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        gguf_set_val_u32(file, numbers[i].key, numbers[i].value);
}

static void make_model(void)
{
    static const struct {
        const char *name;
        int64_t width;
        int64_t height;
        float middle;
    } parts[] = {
        { "attn_norm.weight", OUTER, 0, 1 },
        { "ssm_in.weight", OUTER, 2L * INNER, 0 },
        { "ssm_conv1d.weight", CONV, INNER, 0 },
        { "ssm_conv1d.bias", INNER, 0, 0 },
        { "ssm_x.weight", INNER, RANK + 2L * STATE, 0 },
        { "ssm_dt.weight", RANK, INNER, 0 },
        { "ssm_dt.bias", INNER, 0, 0 },
        { "ssm_a", STATE, INNER, -1 },
        { "ssm_d", INNER, 0, 1 },
        { "ssm_out.weight", INNER, OUTER, 0 },
    };
    struct ggml_init_params params = { .mem_size = (size_t)16 << 20 };
    struct ggml_context *memory = ggml_init(params);
    struct gguf_context *file = gguf_init_empty();

    add_numbers(file);
    made_add_vocabulary(file, &made_plain);
    made_add_drawn(file,
                   memory,
                   "token_embd.weight",
                   OUTER,
                   MADE_NUM_TOKENS,
                   0);
    made_add_drawn(file, memory, "output_norm.weight", OUTER, 0, 1);
    for (int i = 0; i < DEEP; i++) {
        for (size_t j = 0; j < sizeof parts / sizeof *parts; j++) {
            char *name = text_format("blk.%d.%s", i, parts[j].name);

            made_add_drawn(file,
                           memory,
                           name,
                           parts[j].width,
                           parts[j].height,
                           parts[j].middle);
            free(name);
        }
    }
    path = path_join(folder, "mamba.gguf");
    assert_true(gguf_write_to_file(file, path, false));
    gguf_free(file);
    ggml_free(memory);
}

static struct reply weigh(struct backend *backend,
                          const char *const *choices,
                          uint32_t num)
{
    struct request request = asking_request(num, "Once upon a time");
    struct reply reply;

    request.kind = REQUEST_CHOICES;
    request.num_choices = num;
    request.choices = mem_alloc(num, sizeof *request.choices);
    for (uint32_t i = 0; i < num; i++)
        request.choices[i] = mem_text(choices[i]);
    reply = asking_ask(backend, &request);
    request_release(&request);
    return reply;
}

static void each_choice_has_its_own_value(void **state)
{
    static const char *const choices[NUM_CHOICES] = { "a bear",
                                                      "three pigs",
                                                      "a",
                                                      "a bear" };
    char *spec = text_format("inprocess:llama:%s,threads=1", path);
    struct backend *backend = asking_create(spec);
    struct reply all = weigh(backend, choices, NUM_CHOICES);

    (void)state;
    assert_int_equal(all.num_values, NUM_CHOICES);
    for (uint32_t i = 0; i < NUM_CHOICES; i++) {
        struct reply one = weigh(backend, &choices[i], 1);

        print_message("%.6f %.6f\n", all.values[i], one.values[0]);
        assert_true(isfinite(all.values[i]));
        assert_true(fabs(all.values[i] - one.values[0]) < 1e-3);
        reply_release(&one);
    }
    assert_true(fabs(all.values[0] - all.values[1]) > 0.1);
    reply_release(&all);
    backend_destroy(backend);
    free(spec);
}

static void probe_says_what_it_can(void **state)
{
    char *spec = text_format("llama:%s", path);
    struct backend_facts facts;

    (void)state;
    assert_int_equal(backend_probe(spec, &facts, NULL), 0);
    assert_true(facts.can & BACKEND_CAN(REQUEST_CHOICES));
    free(spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_choice_has_its_own_value),
        cmocka_unit_test(probe_says_what_it_can),
    };
    int failed;

    folder = asking_folder();
    make_model();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(path);
    asking_remove(folder);
    return failed;
}
#endif
