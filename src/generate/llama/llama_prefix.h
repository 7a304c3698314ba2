/*
 * llama_prefix.h - prompts that begin alike: who has what of whose.
 */
#ifndef LLAMA_PREFIX_H
#define LLAMA_PREFIX_H

#include <stdint.h>

struct llama_sequence;

/*
 * How much of a prompt a sequence has read: always two tokens less than the
 * prompt at least.  The last has to be computed, as what follows it is wanted,
 * and one token alone goes through other sums than two, with other last bits.
 *
 * tokens  [num_tokens]
 */
int32_t llama_prefix_usable(const struct llama_sequence *other,
                            const int32_t *tokens,
                            int32_t num_tokens);

/*
 * The sequence that has read most of the prompt of `which`, more than that has
 * itself, or -1.
 *
 * all     [num]
 * length  how much, or what it has itself
 */
int32_t llama_prefix_source(const struct llama_sequence *all,
                            int32_t num,
                            int32_t which,
                            int32_t *length);

/* How much of the prompt of `which` one that came before will have read that
 * still reads; 0 = none. */
int32_t llama_prefix_coming(const struct llama_sequence *all,
                            int32_t num,
                            int32_t which);

#endif
