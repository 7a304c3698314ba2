#include "generate/llama/llama_file.h"

#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <gguf.h>
#include <llama.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BYTES_OF_NUMBER = 2, MOST_BLOCKS = 10000 };

/* Its errors go to the child's standard error, the rest nowhere. */
static void keep_errors(enum ggml_log_level level,
                        const char *text,
                        void *context)
{
    (void)context;
    if (level == GGML_LOG_LEVEL_ERROR)
        (void)fputs(text, stderr);
}

enum { MAX_COMPLAINT = 200 };

/* What the library says first of a file that it cannot read goes into our error. */
static void note_complaint(enum ggml_log_level level,
                           const char *text,
                           void *context)
{
    char *complaint = context;

    if (level == GGML_LOG_LEVEL_ERROR && !*complaint) {
        const int len = (int)strcspn(text, "\n");

        (void)snprintf(complaint, MAX_COMPLAINT, "%.*s", len, text);
    }
}

static int check_magic(const char *path, struct error *err)
{
    char magic[4] = "";
    struct stat facts;
    FILE *file;
    size_t num;

    if (stat(path, &facts) == 0 && !S_ISREG(facts.st_mode))
        return error_set(err, ERR_FORMAT, "%s is no regular file", path);
    file = fopen(path, "rb");
    if (!file)
        return error_set_errno(err, errno, "cannot read %s", path);
    num = fread(magic, 1, sizeof magic, file);
    (void)fclose(file);
    if (num < sizeof magic) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s is empty or cut off; get it again",
                         path);
    }
    if (memcmp(magic, "GGUF", 4) != 0) {
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

/* The same, or the sum where the key is a list with a number a layer; `most` is
 * the largest of them. */
static int64_t sum_of_layers(const struct gguf_context *head,
                             const char *architecture,
                             const char *key,
                             int64_t fallback,
                             int64_t *most)
{
    const int64_t layers = number(head, architecture, "block_count", 0);
    char *name = text_format("%s.%s", architecture, key);
    int64_t id = gguf_find_key(head, name);
    int64_t sum = 0;

    free(name);
    *most = fallback;
    if (id < 0 || gguf_get_kv_type(head, id) != GGUF_TYPE_ARRAY) {
        *most = number(head, architecture, key, fallback);
        return layers * *most;
    }
    if (gguf_get_arr_type(head, id) != GGUF_TYPE_INT32
        && gguf_get_arr_type(head, id) != GGUF_TYPE_UINT32)
        return layers * fallback;
    *most = 0;
    for (size_t i = 0; i < gguf_get_arr_n(head, id); i++) {
        const int32_t of = ((const int32_t *)gguf_get_arr_data(head, id))[i];

        sum += of;
        *most = of > *most ? of : *most;
    }
    return sum;
}

/* A key and a value of each head, in half precision. */
static void find_token(const struct gguf_context *head,
                       const char *architecture,
                       struct llama_file *out)
{
    int64_t heads;
    (void)sum_of_layers(head, architecture, "attention.head_count", 0, &heads);
    const int64_t width =
        heads > 0 ? number(head, architecture, "embedding_length", 0) / heads
                  : 0;
    const int64_t numbers =
        number(head, architecture, "attention.key_length", width)
        + number(head, architecture, "attention.value_length", width);
    int64_t most;
    const int64_t all = sum_of_layers(head,
                                      architecture,
                                      "attention.head_count_kv",
                                      heads,
                                      &most);

    if (all <= 0 || most <= 0 || numbers <= 0)
        return;
    out->token = (uint64_t)(all * numbers) * BYTES_OF_NUMBER;
    out->block_token = (uint64_t)(most * numbers) * BYTES_OF_NUMBER;
}

/* What a tensor is part of: the number of a block, else one of these. */
enum { OUTPUT = -1, INPUT = -2 };

static int64_t part_of(const char *name)
{
    int64_t block;
    char digits[8];
    size_t len;

    if (!text_starts(name, "blk."))
        return text_starts(name, "output") ? OUTPUT : INPUT;
    name += strlen("blk.");
    len = strcspn(name, ".");
    if (len >= sizeof digits)
        return INPUT;
    memcpy(digits, name, len);
    digits[len] = '\0';
    return text_to_int64(digits, &block) && block >= 0 ? block : INPUT;
}

/* The tensors of a block stand together. */
static void find_parts(const struct gguf_context *head, struct llama_file *out)
{
    int64_t block = INPUT;
    uint64_t of_block = 0;

    for (int64_t i = 0; i < gguf_get_n_tensors(head); i++) {
        const char *name = gguf_get_tensor_name(head, i);
        const uint64_t size = gguf_get_tensor_size(head, i);
        const int64_t part = part_of(name);

        out->weights += size;
        if (part >= 0) {
            of_block = part == block ? of_block + size : size;
            block = part;
            out->block = of_block > out->block ? of_block : out->block;
            out->blocks += size;
        } else if (part == OUTPUT) {
            out->output += size;
            out->has_output |= text_equal(name, "output.weight");
        } else if (text_equal(name, "token_embd.weight")) {
            out->words = size;
        }
    }
}

void llama_file_add(struct llama_file *self, const struct llama_file *part)
{
    self->weights += part->weights;
    self->blocks += part->blocks;
    self->block = part->block > self->block ? part->block : self->block;
    self->output += part->output;
    self->words += part->words;
    self->has_output |= part->has_output;
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

static void find_template(const struct gguf_context *head,
                          struct llama_file *out)
{
    const int64_t id = gguf_find_key(head, "tokenizer.chat_template");

    if (id < 0 || gguf_get_kv_type(head, id) != GGUF_TYPE_STRING)
        return;
    const char *text = gguf_get_val_str(head, id);

    if (!*text)
        return; /* as good as none */
    out->has_template = true;
    out->template = hash_bytes(text, strlen(text));
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
    int64_t blocks;
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
    blocks = number(head, architecture, "block_count", 0);
    out->num_blocks = blocks > 0 && blocks <= MOST_BLOCKS ? (int32_t)blocks : 0;
    find_parts(head, out);
    find_template(head, out);
    if (is_causal) /* others keep nothing of what they have read */
        find_token(head, architecture, out);
    if (text_starts(architecture, "t5")) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s is a model with an encoder (%s), which the llama "
                         "backend does not run",
                         path,
                         architecture);
    }
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

static int explain_no_head(const char *path,
                           const char *complaint,
                           struct error *err)
{
    char most[64];

    if (mem_is_short()) {
        mem_describe_limit(most, sizeof most);
        return error_set(err,
                         ERR_TRANSIENT,
                         "not enough memory to read %s%s",
                         path,
                         most);
    }
    return error_set(err,
                     ERR_FORMAT,
                     "%s begins like a GGUF file but is torn or damaged%s%s; "
                     "get it again",
                     path,
                     *complaint ? ": " : "",
                     complaint);
}

int llama_file_read(const char *path, struct llama_file *out, struct error *err)
{
    struct gguf_init_params params = { .no_alloc = true };
    char complaint[MAX_COMPLAINT] = "";
    struct gguf_context *head;
    int rc;

    *out = (struct llama_file){ .path = path };
    if (check_magic(path, err) < 0)
        return -1;
    llama_log_set(note_complaint, complaint);
    head = gguf_init_from_file(path, params);
    llama_log_set(keep_errors, NULL);
    if (!head)
        return explain_no_head(path, complaint, err);
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
