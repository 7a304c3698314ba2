/*
 * made_model.h - small model files, made here: all weights are zero, so that the
 * first token of the vocabulary is always the likeliest.
 */
#ifndef TEST_MADE_MODEL_H
#define TEST_MADE_MODEL_H

#include "tests/unit/generate/asking.h"

#include <ggml.h>
#include <gguf.h>

#include <stdio.h>

enum {
    MADE_WIDTH = 256,
    MADE_HEADS = 4,
    MADE_LAYERS = 8,
    MADE_BYTES = 256,
    MADE_FIRST_BYTE = 3
};
enum { MADE_NUM_TOKENS = MADE_FIRST_BYTE + MADE_BYTES };
enum { MADE_NO_END = 10000 }; /* no token at all */
enum {
    MADE_TYPE_NORMAL = 1,
    MADE_TYPE_CONTROL = 3,
    MADE_TYPE_BYTE = 6
}; /* of tokens */

struct made_recipe {
    const char *architecture;
    const char *first_token; /* what it always says */
    int32_t first_type;
    uint32_t end; /* which token ends a text */
    const char *template;
    const char *tokenizer; /* NULL: "llama" */
    bool is_broken;        /* its last norm is NaN */
};

static const struct made_recipe made_plain = { "llama", "a",  MADE_TYPE_NORMAL,
                                               2,       NULL, NULL,
                                               false };

static inline void made_add_vocabulary(struct gguf_context *file,
                                       const struct made_recipe *recipe)
{
    char names[MADE_BYTES][8];
    const char *tokens[MADE_NUM_TOKENS] = { recipe->first_token,
                                            "<s>",
                                            "</s>" };
    int32_t types[MADE_NUM_TOKENS] = { recipe->first_type,
                                       MADE_TYPE_CONTROL,
                                       MADE_TYPE_CONTROL };
    float scores[MADE_NUM_TOKENS] = { 0 };

    for (int i = 0; i < MADE_BYTES; i++) {
        (void)snprintf(names[i], sizeof names[i], "<0x%02X>", (unsigned)i);
        tokens[MADE_FIRST_BYTE + i] = names[i];
        types[MADE_FIRST_BYTE + i] =
            recipe->tokenizer ? MADE_TYPE_NORMAL : MADE_TYPE_BYTE;
        /* the first one may be a byte: that one is not there twice */
        if (text_equal(names[i], recipe->first_token)) {
            tokens[MADE_FIRST_BYTE + i] = "another";
            types[MADE_FIRST_BYTE + i] = MADE_TYPE_NORMAL;
        }
    }
    gguf_set_val_str(file,
                     "tokenizer.ggml.model",
                     recipe->tokenizer ? recipe->tokenizer : "llama");
    gguf_set_arr_str(file, "tokenizer.ggml.tokens", tokens, MADE_NUM_TOKENS);
    gguf_set_arr_data(file,
                      "tokenizer.ggml.scores",
                      GGUF_TYPE_FLOAT32,
                      scores,
                      MADE_NUM_TOKENS);
    gguf_set_arr_data(file,
                      "tokenizer.ggml.token_type",
                      GGUF_TYPE_INT32,
                      types,
                      MADE_NUM_TOKENS);
    gguf_set_val_u32(file, "tokenizer.ggml.bos_token_id", 1);
    if (recipe->end != MADE_NO_END)
        gguf_set_val_u32(file, "tokenizer.ggml.eos_token_id", recipe->end);
    if (recipe->template)
        gguf_set_val_str(file, "tokenizer.chat_template", recipe->template);
}

static inline void made_add_numbers(struct gguf_context *file,
                                    const char *architecture)
{
    static const struct {
        const char *key;
        uint32_t value;
    } numbers[] = {
        { "context_length", 10000000 },
        { "embedding_length", MADE_WIDTH },
        { "block_count", MADE_LAYERS },
        { "feed_forward_length", MADE_WIDTH },
        { "attention.head_count", MADE_HEADS },
        { "rope.dimension_count", MADE_WIDTH / MADE_HEADS },
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

static inline void made_add_tensor(struct gguf_context *file,
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

/* Numbers up to 0.2 away from `middle`; `height` 0: one row. */
static inline void made_add_drawn(struct gguf_context *file,
                                  struct ggml_context *memory,
                                  const char *name,
                                  int64_t width,
                                  int64_t height,
                                  float middle)
{
    static uint64_t seed = 1;
    struct ggml_tensor *tensor =
        height > 0 ? ggml_new_tensor_2d(memory, GGML_TYPE_F32, width, height)
                   : ggml_new_tensor_1d(memory, GGML_TYPE_F32, width);
    const size_t num = ggml_nbytes(tensor) / sizeof(float);

    for (size_t i = 0; i < num; i++) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        ((float *)tensor->data)[i] =
            middle + 0.4F * ((float)(seed >> 40) / 16777216.0F - 0.5F);
    }
    (void)ggml_set_name(tensor, name);
    gguf_add_tensor(file, tensor);
}

/* A file of that folder; free(). */
static inline char *made_model(const char *folder,
                               const struct made_recipe *recipe)
{
    static const struct {
        const char *name;
        int64_t height;
    } parts[] = {
        { "attn_norm", 1 },
        { "ffn_norm", 1 },
        { "attn_q", MADE_WIDTH },
        { "attn_k", MADE_WIDTH },
        { "attn_v", MADE_WIDTH },
        { "ffn_up", MADE_WIDTH },
        { "attn_output", MADE_WIDTH },
        { "ffn_gate", MADE_WIDTH },
        { "ffn_down", MADE_WIDTH },
    };
    struct ggml_init_params params = { .mem_size = (size_t)64 << 20 };
    struct ggml_context *memory = ggml_init(params);
    struct gguf_context *file = gguf_init_empty();
    char *path = path_join(folder, "model.gguf");

    made_add_numbers(file, recipe->architecture);
    made_add_vocabulary(file, recipe);
    made_add_tensor(file,
                    memory,
                    "token_embd.weight",
                    MADE_WIDTH,
                    MADE_NUM_TOKENS);
    made_add_tensor(file, memory, "output_norm.weight", MADE_WIDTH, 1);
    for (int i = 0; i < MADE_LAYERS; i++) {
        for (size_t j = 0; j < sizeof parts / sizeof *parts; j++) {
            char *name = text_format("blk.%d.%s.weight", i, parts[j].name);

            made_add_tensor(file, memory, name, MADE_WIDTH, parts[j].height);
            free(name);
        }
    }
    if (recipe->is_broken) {
        const struct ggml_tensor *norm =
            ggml_get_tensor(memory, "output_norm.weight");

        memset(norm->data, 0xFF, ggml_nbytes(norm));
    }
    assert_true(gguf_write_to_file(file, path, false));
    gguf_free(file);
    ggml_free(memory);
    return path;
}

#endif
