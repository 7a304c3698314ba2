#include "generate/llama/llama_need.h"

#include "generate/llama/llama_choices.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_prompt.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdint.h>

/* Tokens with the answer; 0 = it cannot be asked. */
static int64_t length_of(const struct llama_engine *engine,
                         const struct request *request)
{
    struct llama_choices *choices = NULL;
    struct llama_prompt prompt;
    struct error ignored = { 0 };
    int64_t length = 0;

    if (llama_prompt_make(engine, request, &prompt, &ignored) < 0)
        return 0;
    if (request->kind == REQUEST_CHOICES)
        choices = llama_choices_create(engine, request, &prompt, &ignored);
    if (choices || request->kind != REQUEST_CHOICES) {
        length = prompt.num_tokens + llama_choices_to_answer(choices, request);
    }
    llama_choices_destroy(choices);
    llama_prompt_release(&prompt);
    return length;
}

void llama_need_find(const struct llama_engine *engine,
                     const struct request *requests,
                     size_t num,
                     struct backend_need *out)
{
    *out = (struct backend_need){
        .limit = engine->max_tokens,
        .weights = engine->weight_bytes,
    };
    for (size_t i = 0; i < num; i++) {
        const int64_t length = length_of(engine, &requests[i]);

        out->num_longer += length > out->limit;
        if (length > out->longest)
            out->longest = length;
    }
    out->sequence =
        engine->token_bytes
        * (uint64_t)(out->longest < out->limit ? out->longest : out->limit);
}
