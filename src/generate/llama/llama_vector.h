/*
 * llama_vector.h - what an embedding model makes of a sequence.
 */
#ifndef LLAMA_VECTOR_H
#define LLAMA_VECTOR_H

struct llama_engine;
struct llama_sequence;
struct reply;

/*
 * The pooled vector of the sequence of that number, after the call that read
 * all of it, divided by its length.  STATE_FAILED when it has none.
 */
void llama_vector_take(const struct llama_engine *engine,
                       const struct llama_sequence *sequence,
                       int number,
                       struct reply *out);

#endif
