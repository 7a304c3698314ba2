/*
 * llama_room.h - the memory that a model's sequences get, and the calls that fit
 * it.
 *
 * All sequences get equally many tokens, no more than the longest request so
 * far needs: one that needs more gets a new context when all others are
 * answered.  How many sequences there are follows from what they may have
 * together and from the memory that is free.
 */
#ifndef LLAMA_ROOM_H
#define LLAMA_ROOM_H

#include <stdint.h>

struct error;
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

/*
 * Whether the weights and one sequence of so many tokens fit into what is free,
 * before anything is loaded.  Not asked of a GPU, which says so itself.
 *
 * errors  ERR_IO, with the sizes
 */
int llama_room_check(const struct llama_engine *engine,
                     int64_t tokens,
                     struct error *err);

#endif
