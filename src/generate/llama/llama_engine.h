/*
 * llama_engine.h - a model in memory: weights, context, chat template.
 */
#ifndef LLAMA_ENGINE_H
#define LLAMA_ENGINE_H

#include "generate/parts/think.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct llama_context;
struct llama_file;
struct llama_model;
struct llama_settings;
struct llama_template;
struct llama_vocab;
struct slot;

struct llama_engine {
    struct llama_model *model;
    struct llama_context *context;
    const struct llama_vocab *vocab;
    struct llama_template *template; /* NULL: a base model */
    struct think_tags think;         /* that it shows in replies to it */
    int32_t batch_cap;               /* tokens of one decode call */
    int32_t max_tokens;    /* of one sequence, prompt and reply; the limit */
    int32_t room;          /* the same, of the context as it is now */
    int32_t num_sequences; /* at once, in it */
    int32_t max_sequences; /* that were asked for */
    int64_t max_cells;     /* tokens of all sequences together */
    uint64_t weight_bytes; /* of what the CPU has, as the next one */
    uint64_t token_bytes;  /* of one, in the memory of a sequence */
    char gpu_layers[32];   /* "28 of 41"; "" = none */
    char how[320];         /* these were chosen, for the log; or "" */
    int32_t num_threads;   /* 0 = the library's */
    int flash_attention;   /* enum llama_flash_attn_type */
    bool can_go_back;      /* its memory can be cut behind any token */
    bool shares_prefixes;  /* a prompt may begin with a copy of another */
    bool is_exact;         /* one sequence, from its first token on */
    bool makes_vectors;    /* an embedding model; else it writes */
};

/* The vocabulary and the template only, to make prompts and nothing else, and
 * the numbers of a context on a CPU; to be unloaded whatever comes back.
 * ERR_IO, ERR_FORMAT. */
int llama_engine_load_vocabulary(struct llama_engine *out,
                                 const char *path,
                                 const struct llama_file *file,
                                 const struct llama_settings *given,
                                 struct error *err);

/* Fill `out`, to be unloaded whatever comes back.  ERR_IO, ERR_FORMAT. */
int llama_engine_load(struct llama_engine *out,
                      const char *path,
                      const struct llama_file *file,
                      const struct llama_settings *given,
                      const struct slot *slot,
                      struct error *err);
void llama_engine_unload(struct llama_engine *self);

/* Whether llama.cpp was built for GPUs of any kind. */
bool llama_engine_may_use_gpus(void);

/* "llama.cpp 0.5.0, ggml 0.25.3 (commit)"; an archive knows no commit. */
void llama_engine_version(char *out, size_t size);

#endif
