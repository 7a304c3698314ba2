#include "generate/llama/llama_room.h"

#include "generate/llama/llama_engine.h"
#include "generate/parts/free_memory.h"
#include "generate/parts/turn.h"
#include "trustsweep/error.h"

#include <llama.h>

enum {
    ROUND = 256, /* the library's, of a sequence's tokens */
    MIB = 1024 * 1024,
};

/* Room for the longest text, and a multiple of the sequences: where it is none
 * the library plans for more tokens than outputs and aborts. */
static int32_t whole_texts(const struct llama_engine *self,
                           int32_t tokens,
                           int32_t num_sequences)
{
    int32_t most = tokens > self->batch_cap ? tokens : self->batch_cap;
    int32_t odd = most % num_sequences;

    return odd == 0 ? most : most + num_sequences - odd;
}

int32_t llama_room_round(const struct llama_engine *engine, int32_t tokens)
{
    return engine->makes_vectors ? tokens
                                 : (tokens + ROUND - 1) / ROUND * ROUND;
}

int32_t llama_room_sequences(const struct llama_engine *engine, int32_t tokens)
{
    const uint64_t one = engine->token_bytes * (uint64_t)tokens;
    const uint64_t most = free_memory("");
    /* weights that are mapped count as free, and must stay where they are */
    const uint64_t mapped = free_memory_mapped("");
    const uint64_t others = most > mapped ? (most - mapped) / 2 : 0;
    int64_t num = engine->max_cells / tokens;

    if (num < 1)
        num = 1;
    if (num > engine->max_sequences)
        num = engine->max_sequences;
    /* others load models as well: half of it, but for one sequence */
    if (most > 0 && one > 0 && (uint64_t)num * one > others)
        num = one > most ? 0 : (int64_t)(others / one);
    return (int32_t)(num == 0 && one <= most ? 1 : num);
}

void llama_room_params(const struct llama_engine *engine,
                       int32_t tokens,
                       int32_t num_sequences,
                       struct llama_context_params *out)
{
    struct llama_context_params params = llama_context_default_params();
    const int32_t batch = engine->makes_vectors
                              ? whole_texts(engine, tokens, num_sequences)
                              : engine->batch_cap;

    params.n_ctx = (uint32_t)tokens * (uint32_t)num_sequences;
    params.embeddings = engine->makes_vectors;
    params.n_batch = (uint32_t)batch;
    params.n_ubatch = (uint32_t)batch;
    params.n_seq_max = (uint32_t)num_sequences;
    /* a text is pooled in one piece only where a call is not parted by
     * sequences */
    params.kv_unified = engine->makes_vectors; /* else see llama_streams.h */
    if (!engine->makes_vectors) {
        params.n_outputs_max = params.n_seq_max;
        params.swa_full = true; /* prefixes are whole, or they are of no use */
        params.flash_attn_type =
            (enum llama_flash_attn_type)engine->flash_attention;
    }
    params.no_perf = true;
    if (engine->num_threads > 0) {
        params.n_threads = engine->num_threads;
        params.n_threads_batch = engine->num_threads;
    }
    *out = params;
}

static int refuse(const struct llama_engine *self,
                  int64_t tokens,
                  struct error *err)
{
    return error_set(
        err,
        ERR_IO,
        "one sequence of %lld tokens takes %llu MiB beside %llu MiB "
        "of weights, and %llu MiB are free; lower context= or "
        "max_tokens",
        (long long)tokens,
        (unsigned long long)(self->token_bytes * (uint64_t)tokens / MIB),
        (unsigned long long)(self->weight_bytes / MIB),
        (unsigned long long)(free_memory("") / MIB));
}

int llama_room_check(const struct llama_engine *engine,
                     int64_t tokens,
                     struct error *err)
{
    const uint64_t most = free_memory("");

    if (most == 0
        || engine->weight_bytes + engine->token_bytes * (uint64_t)tokens
               <= most)
        return 0;
    return refuse(engine, tokens, err);
}

int llama_room_check_growth(const struct llama_engine *engine,
                            int32_t tokens,
                            struct error *err)
{
    const uint64_t had = engine->token_bytes * (uint64_t)engine->room
                         * (uint64_t)engine->num_sequences;
    const uint64_t wanted =
        engine->token_bytes * (uint64_t)llama_room_round(engine, tokens);
    const uint64_t most = free_memory("");

    return most == 0 || wanted <= most + had ? 0 : refuse(engine, tokens, err);
}

/* With as many sequences as there is memory for.  Other ranks of the node make
 * theirs before or after, so that what they take is not free any more. */
static int try_make(struct llama_engine *self,
                    int32_t tokens,
                    struct error *err)
{
    const int turn = turn_begin("memory");
    int32_t num = llama_room_sequences(self, tokens);
    struct llama_context_params params = { 0 };

    while (num > 0) {
        llama_room_params(self, tokens, num, &params);
        self->context = llama_init_from_model(self->model, params);
        if (self->context)
            break;
        num /= 2;
    }
    turn_end(turn);
    if (num == 0)
        return refuse(self, tokens, err);
    self->num_sequences = num;
    self->batch_cap = (int32_t)params.n_batch;
    return 0;
}

int llama_room_make(struct llama_engine *engine,
                    int32_t tokens,
                    struct error *err)
{
    const int32_t had = engine->context ? engine->room : 0;

    if (engine->context)
        llama_free(engine->context);
    engine->context = NULL;
    if (try_make(engine, llama_room_round(engine, tokens), err) < 0) {
        if (had == 0 || try_make(engine, had, NULL) < 0)
            return -1;
        engine->room = had;
        return -1;
    }
    engine->room = (int32_t)llama_n_ctx_seq(engine->context);
    return 0;
}
