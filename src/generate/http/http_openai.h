/*
 * http_openai.h - bodies as the OpenAI API has them, which vLLM, SGLang, TGI,
 * llama-server and most providers speak as well: chat completions, completions
 * and embeddings.  For the dialects that only address them differently.
 */
#ifndef HTTP_OPENAI_H
#define HTTP_OPENAI_H

#include "generate/http/http_dialect.h"

#define HTTP_OPENAI_CAN                                        \
    (BACKEND_CAN(REQUEST_CHAT) | BACKEND_CAN(REQUEST_COMPLETE) \
     | BACKEND_CAN(REQUEST_EMBED))

#define HTTP_OPENAI_SETTINGS                                        \
    {                                                               \
        [HTTP_TEMPERATURE] = "temperature", [HTTP_TOP_P] = "top_p", \
        [HTTP_TOP_K] = "top_k",                                     \
        [HTTP_REPETITION_PENALTY] = "repetition_penalty",           \
        [HTTP_SEED] = "seed", [HTTP_MAX_TOKENS] = "max_tokens",     \
        [HTTP_MAX_TOKENS_NEW] = "max_completion_tokens"             \
    }

/* "/chat/completions", "/completions", "/embeddings" */
const char *http_openai_path(enum request_kind kind);

struct cJSON *http_openai_body(const struct http_target *target,
                               const struct request *request,
                               struct cJSON **settings);

int http_openai_read(const struct cJSON *root,
                     enum request_kind kind,
                     struct reply *out,
                     struct error *err);

#endif
