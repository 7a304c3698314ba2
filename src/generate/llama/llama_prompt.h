/*
 * llama_prompt.h - a request as the tokens that a model reads.
 */
#ifndef LLAMA_PROMPT_H
#define LLAMA_PROMPT_H

#include "base/hash.h"

#include <stdbool.h>
#include <stdint.h>

struct error;
struct llama_engine;
struct request;
struct think_tags;

struct llama_prompt {
    char *text;              /* what they are of; llama_prompt_release() */
    struct hash128 rendered; /* of that text */
    int32_t *tokens;         /* [num_tokens] */
    int32_t num_tokens;
    bool is_open;                   /* it ends with an opening think tag */
    const struct think_tags *think; /* of the engine */
    const char *gpu_layers;         /* of the engine that answers it */
};

/* Through the model's template for REQUEST_CHAT and REQUEST_CHOICES, else as it
 * stands.
 * errors  ERR_PERMANENT: the template refuses, or nothing is left to read */
int llama_prompt_make(const struct llama_engine *engine,
                      const struct request *request,
                      struct llama_prompt *out,
                      struct error *err);
void llama_prompt_release(struct llama_prompt *self);

/* The tokens of a text behind a prompt: those that both have together beyond
 * those of the prompt, or its own where the two would grow together.  free() */
int32_t *llama_prompt_continue(const struct llama_engine *engine,
                               const struct llama_prompt *prompt,
                               const char *text,
                               int32_t *num);

#endif
