#include "generate/llama/llama_file.h"

#include "base/text.h"
#include "trustsweep/error.h"

#include <gguf.h>
#include <llama.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BYTES_OF_NUMBER = 2 };

/* Its errors go to the child's standard error, the rest nowhere. */
static void keep_errors(enum ggml_log_level level,
                        const char *text,
                        void *context)
{
    (void)context;
    if (level == GGML_LOG_LEVEL_ERROR)
        (void)fputs(text, stderr);
}

static int check_magic(const char *path, struct error *err)
{
    char magic[4] = "";
    FILE *file = fopen(path, "rb");
    size_t num;

    if (!file)
        return error_set_errno(err, errno, "%s", path);
    num = fread(magic, 1, sizeof magic, file);
    (void)fclose(file);
    if (num != sizeof magic || memcmp(magic, "GGUF", 4) != 0) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s is no GGUF file; convert the model first "
                         "(convert_hf_to_gguf.py of llama.cpp)",
                         path);
    }
    return 0;
}

/* The number of the model's own key, whole or a bool; else `fallback`. */
static int64_t number(const struct gguf_context *head,
                      const char *architecture,
                      const char *key,
                      int64_t fallback)
{
    char *name = text_format("%s.%s", architecture, key);
    int64_t id = gguf_find_key(head, name);
    enum gguf_type type =
        id < 0 ? GGUF_TYPE_STRING : gguf_get_kv_type(head, id);

    free(name);
    if (type == GGUF_TYPE_UINT32)
        return gguf_get_val_u32(head, id);
    if (type == GGUF_TYPE_INT32)
        return gguf_get_val_i32(head, id);
    if (type == GGUF_TYPE_BOOL)
        return gguf_get_val_bool(head, id);
    return fallback;
}

/* The same, or the sum where the key is a list with a number a layer. */
static int64_t sum_of_layers(const struct gguf_context *head,
                             const char *architecture,
                             const char *key,
                             int64_t fallback)
{
    const int64_t layers = number(head, architecture, "block_count", 0);
    char *name = text_format("%s.%s", architecture, key);
    int64_t id = gguf_find_key(head, name);
    int64_t sum = 0;

    free(name);
    if (id < 0 || gguf_get_kv_type(head, id) != GGUF_TYPE_ARRAY)
        return layers * number(head, architecture, key, fallback);
    if (gguf_get_arr_type(head, id) != GGUF_TYPE_INT32
        && gguf_get_arr_type(head, id) != GGUF_TYPE_UINT32)
        return layers * fallback;
    for (size_t i = 0; i < gguf_get_arr_n(head, id); i++)
        sum += ((const int32_t *)gguf_get_arr_data(head, id))[i];
    return sum;
}

/* A key and a value of each head, in half precision. */
static uint64_t bytes_of_token(const struct gguf_context *head,
                               const char *architecture)
{
    const int64_t heads = number(head, architecture, "attention.head_count", 0);
    const int64_t width =
        heads > 0 ? number(head, architecture, "embedding_length", 0) / heads
                  : 0;
    const int64_t numbers =
        number(head, architecture, "attention.key_length", width)
        + number(head, architecture, "attention.value_length", width);
    const int64_t all =
        sum_of_layers(head, architecture, "attention.head_count_kv", heads);

    return all > 0 && numbers > 0 ? (uint64_t)(all * numbers) * BYTES_OF_NUMBER
                                  : 0;
}

static uint64_t bytes_of_weights(const struct gguf_context *head)
{
    uint64_t sum = 0;

    for (int64_t i = 0; i < gguf_get_n_tensors(head); i++)
        sum += gguf_get_tensor_size(head, i);
    return sum;
}

/* The library aborts when a vocabulary that is none is asked for a token. */
static bool has_no_vocabulary(const struct gguf_context *head)
{
    const int64_t id = gguf_find_key(head, "tokenizer.ggml.model");
    const char *kind = id >= 0 && gguf_get_kv_type(head, id) == GGUF_TYPE_STRING
                           ? gguf_get_val_str(head, id)
                           : "";

    return text_equal(kind, "none") || text_equal(kind, "no_vocab");
}

/* Whether the file is as long as its tensors say. */
static bool is_whole(const struct gguf_context *head, const char *path)
{
    const uint64_t start = gguf_get_data_offset(head);
    struct stat found;

    if (stat(path, &found) < 0)
        return true;
    for (int64_t i = 0; i < gguf_get_n_tensors(head); i++) {
        if (start + gguf_get_tensor_offset(head, i)
                + gguf_get_tensor_size(head, i)
            > (uint64_t)found.st_size)
            return false;
    }
    return true;
}

static int look(const struct gguf_context *head,
                const char *path,
                struct llama_file *out,
                struct error *err)
{
    int64_t id = gguf_find_key(head, "general.architecture");
    const char *architecture =
        id >= 0 && gguf_get_kv_type(head, id) == GGUF_TYPE_STRING
            ? gguf_get_val_str(head, id)
            : "";
    int64_t pooling =
        number(head, architecture, "pooling_type", LLAMA_POOLING_TYPE_NONE);
    bool is_causal = number(head, architecture, "attention.causal", 1) != 0;

    if (gguf_get_n_tensors(head) == 0
        && gguf_find_key(head, "tokenizer.ggml.tokens") >= 0) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s holds a vocabulary and no weights: it is no model",
                         path);
    }
    if (has_no_vocabulary(head)) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s has no vocabulary: it reads no text",
                         path);
    }
    out->makes_vectors = pooling == LLAMA_POOLING_TYPE_MEAN
                         || pooling == LLAMA_POOLING_TYPE_CLS
                         || pooling == LLAMA_POOLING_TYPE_LAST;
    out->context = number(head, architecture, "context_length", 0);
    out->weights = bytes_of_weights(head);
    out->token = out->makes_vectors ? 0 : bytes_of_token(head, architecture);
    if (pooling == LLAMA_POOLING_TYPE_RANK) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s is a reranker: it makes neither text nor a vector",
                         path);
    }
    if (!out->makes_vectors && !is_causal) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s is an encoder that does not say how to pool "
                         "(%s.pooling_type): it makes neither text nor a "
                         "vector",
                         path,
                         architecture);
    }
    return 0;
}

int llama_file_read(const char *path, struct llama_file *out, struct error *err)
{
    struct gguf_init_params params = { .no_alloc = true };
    struct gguf_context *head;
    int rc;

    if (check_magic(path, err) < 0)
        return -1;
    llama_log_set(keep_errors, NULL);
    head = gguf_init_from_file(path, params);
    if (!head) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s begins like a GGUF file but is torn or damaged; "
                         "get it again",
                         path);
    }
    if (is_whole(head, path)) {
        rc = look(head, path, out, err);
    } else {
        rc = error_set(err,
                       ERR_FORMAT,
                       "%s is shorter than its head says: cut off; get it "
                       "again",
                       path);
    }
    gguf_free(head);
    return rc;
}
