/*
 * llama_prompt.h - a request as the tokens that a model reads.
 */
#ifndef LLAMA_PROMPT_H
#define LLAMA_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct llama_engine;
struct request;

struct llama_prompt {
    int32_t *tokens; /* [num_tokens]; free() */
    int32_t num_tokens;
    bool is_open; /* it ends with an opening think tag */
};

/* Through the model's template for REQUEST_CHAT, else as it stands.
 * errors  ERR_PERMANENT: the template refuses, or nothing is left to read */
int llama_prompt_make(const struct llama_engine *engine,
                      const struct request *request,
                      struct llama_prompt *out,
                      struct error *err);

#endif
