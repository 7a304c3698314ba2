/*
 * llama_room.h - the memory that a model's sequences get, and the calls that fit
 * it.
 *
 * All sequences get equally many tokens, about as many as the longest request so
 * far needs: one that needs more gets a new context when all others are
 * answered, with a quarter more than before at least.  How many sequences there are follows from what they may have
 * together and from the memory that is free.
 */
#ifndef LLAMA_ROOM_H
#define LLAMA_ROOM_H

#include <stdint.h>

struct error;
struct llama_context_params;
struct llama_engine;

/*
 * A context for sequences of `tokens` tokens; an old one is freed, and what was
 * in it is lost.
 *
 * errors  ERR_IO: there is no memory for one such sequence; the old one, if
 *         there was one, stands again
 */
int llama_room_make(struct llama_engine *engine,
                    int32_t tokens,
                    struct error *err);

/* As many tokens as the library makes of them. */
int32_t llama_room_round(const struct llama_engine *engine, int32_t tokens);

/* How many sequences of so many tokens there would be, by what is free; 0 = not
 * one fits. */
int32_t llama_room_sequences(const struct llama_engine *engine, int32_t tokens);

/* What a context of so many sequences is made of. */
void llama_room_params(const struct llama_engine *engine,
                       int32_t tokens,
                       int32_t num_sequences,
                       struct llama_context_params *out);

/*
 * Whether the weights and one sequence of so many tokens fit into what is free,
 * before anything is loaded.  A GPU's part of them is not asked for here.
 *
 * errors  ERR_IO, with the sizes
 */
int llama_room_check(const struct llama_engine *engine,
                     int64_t tokens,
                     struct error *err);

/* The same for a longer sequence in place of those there are: ERR_IO. */
int llama_room_check_growth(const struct llama_engine *engine,
                            int32_t tokens,
                            struct error *err);

#endif
