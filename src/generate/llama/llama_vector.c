#include "generate/llama/llama_vector.h"

#include "base/clock.h"
#include "base/mem.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_sequence.h"
#include "generate/parts/values.h"
#include "trustsweep/reply.h"

#include <llama.h>

#include <math.h>
#include <stdlib.h>

void llama_vector_take(const struct llama_engine *engine,
                       const struct llama_sequence *sequence,
                       int number,
                       struct reply *out)
{
    const float *raw = llama_get_embeddings_seq(engine->context, number);
    int32_t num = llama_model_n_embd_out(engine->model);
    double *values = mem_alloc((size_t)num, sizeof *values);
    double squares = 0;
    double length;

    *out = (struct reply){
        .unit = sequence->unit,
        .prompt_tokens = (uint32_t)sequence->num_tokens,
        .wait_ns = (uint64_t)(sequence->began_ns - sequence->submitted_ns),
        .prefill_ns = (uint64_t)(clock_ns() - sequence->began_ns),
    };
    for (int32_t i = 0; raw && i < num; i++) {
        values[i] = (double)raw[i];
        squares += values[i] * values[i];
    }
    length = sqrt(squares);
    if (length > 0 && isfinite(length)) {
        for (int32_t i = 0; i < num; i++)
            values[i] /= length;
        values_answer(out, values, (uint32_t)num);
    } else {
        reply_fail(out, STATE_FAILED, "the model gives no vector of a length");
    }
    free(values);
}
