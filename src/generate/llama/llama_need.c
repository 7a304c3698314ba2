#include "generate/llama/llama_need.h"

#include "base/text.h"
#include "generate/llama/llama_choices.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_place.h"
#include "generate/llama/llama_prompt.h"
#include "generate/llama/llama_room.h"
#include "generate/llama/llama_settings.h"
#include "generate/llama/llama_size.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <llama.h>

#include <stdint.h>

/* Tokens with the answer; 0 = it cannot be asked, -1 = there is no prompt. */
static int64_t length_of(const struct llama_engine *engine,
                         const struct request *request,
                         struct error *err)
{
    struct llama_choices *choices = NULL;
    struct llama_prompt prompt;
    struct error ignored = { 0 };
    int64_t length = 0;

    if (llama_prompt_make(engine, request, &prompt, err) < 0)
        return -1;
    if (request->kind == REQUEST_CHOICES)
        choices = llama_choices_create(engine, request, &prompt, &ignored);
    if (choices || request->kind != REQUEST_CHOICES) {
        length = prompt.num_tokens + llama_choices_to_answer(choices, request);
    }
    llama_choices_destroy(choices);
    llama_prompt_release(&prompt);
    return length;
}

int llama_need_find(const struct llama_engine *engine,
                    const struct request *requests,
                    size_t num,
                    struct backend_need *out,
                    struct error *err)
{
    struct error why = { 0 };
    size_t num_refused = 0;

    *out = (struct backend_need){
        .limit = engine->max_tokens,
        .weights = engine->weight_bytes,
    };
    for (size_t i = 0; i < num; i++) {
        const int64_t length = length_of(engine, &requests[i], &why);

        num_refused += length < 0;
        out->num_longer += length > out->limit;
        if (length > out->longest)
            out->longest = length;
    }
    out->sequence =
        engine->token_bytes
        * (uint64_t)(out->longest < out->limit ? out->longest : out->limit);
    if (num == 0 || num_refused < num || !engine->template)
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "none of the %zu prompts looked at can be made: %s",
                     num,
                     why.text);
}

void llama_need_plan(const struct llama_engine *engine,
                     const char *path,
                     const struct llama_file *file,
                     const struct llama_settings *given,
                     struct backend_need *out)
{
    struct llama_model_params model = llama_model_default_params();
    struct llama_context_params context;
    struct llama_place no_gpu = { 0 };
    struct llama_engine on_gpu = *engine;
    struct llama_size size;
    const int64_t longest =
        out->longest < out->limit ? out->longest : out->limit;
    const int32_t tokens = llama_room_round(
        engine,
        engine->makes_vectors ? engine->max_tokens : (int32_t)longest);

    out->gpu_layers = given->gpu_layers;
    out->parallel = tokens > 0 ? llama_room_sequences(engine, tokens) : 0;
    if (out->parallel == 0)
        return;
    model.devices = no_gpu.gpus;
    llama_room_params(engine, tokens, (int32_t)out->parallel, &context);
    if (llama_size_find(path, &model, &context, &size)) {
        out->sequences = size.sequences;
        out->compute = size.compute;
    }
    if (text_equal(given->flash_attention, "auto") && !given->is_exact)
        on_gpu.flash_attention = LLAMA_FLASH_ATTN_TYPE_AUTO;
    llama_place_layers(&no_gpu, &on_gpu, file, &out->layers);
}
