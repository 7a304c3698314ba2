/*
 * llama_streams.h - the sequences of a model, each with a memory of its own.
 *
 * A stream holds one sequence: its prompt and its reply, token behind token
 * from the first cell on.  So what a token attends to lies in the same place
 * whatever the others do, and costs nobody else anything.  What prompts begin
 * with alike is computed in one stream and copied to others; the prompt of an
 * answered sequence stays until its stream is needed.
 */
#ifndef LLAMA_STREAMS_H
#define LLAMA_STREAMS_H

#include <stdbool.h>
#include <stdint.h>

struct llama_engine;
struct llama_sequence;

struct llama_streams {
    const struct llama_engine *engine;
    struct llama_sequence *sequences; /* [num], by stream */
    int32_t num;
    uint64_t number; /* the last that a sequence was given */
};

void llama_streams_init(struct llama_streams *self,
                        const struct llama_engine *engine);
void llama_streams_release(struct llama_streams *self);

/* Sequences that read or write. */
int32_t llama_streams_count_live(const struct llama_streams *self);

/*
 * A stream for a prompt; not to be called when all are live.  Where it holds
 * the beginning of that prompt already, so much counts as read.
 *
 * tokens  [num_tokens]
 */
int32_t llama_streams_place(struct llama_streams *self,
                            const int32_t *tokens,
                            int32_t num_tokens);

/* Take over what another sequence has read of a prompt, where that is worth a
 * copy.  false: another one reads just that now; wait for it. */
bool llama_streams_share(struct llama_streams *self, int32_t which);

/* A reply is done: its prompt stays, where the model can. */
void llama_streams_finish(struct llama_streams *self, int32_t which);

void llama_streams_forget(struct llama_streams *self, int32_t which);

/* Move live sequences to the front: the library computes neighbours together,
 * and each gap costs a pass through the weights. */
void llama_streams_close_gaps(struct llama_streams *self);

#endif
