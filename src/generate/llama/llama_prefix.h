/*
 * llama_prefix.h - prompts that begin alike, and the memory they need together.
 *
 * What several sequences begin with is in memory once: a cell holds one token
 * for all of them.  So the cells of a set of prompts are the nodes of their
 * prefix tree, and one prompt adds to it, or takes from it, what it does not
 * share with any other.
 */
#ifndef LLAMA_PREFIX_H
#define LLAMA_PREFIX_H

#include <stdint.h>

struct llama_sequence;

/* How many tokens two prompts begin with alike. */
int32_t llama_prefix_common(const struct llama_sequence *a,
                            const struct llama_sequence *b);

/*
 * Tokens of `which` that no other one that is live or kept has.
 *
 * all  [num]
 */
int32_t llama_prefix_own(const struct llama_sequence *all,
                         int32_t num,
                         int32_t which);

/*
 * The sequence whose memory holds the longest beginning of the prompt of
 * `which`, longer than what that has read itself, or -1.
 *
 * all     [num]
 * length  how long; always shorter than the prompt: its last token has to be
 *         computed, as what follows it is wanted
 */
int32_t llama_prefix_source(const struct llama_sequence *all,
                            int32_t num,
                            int32_t which,
                            int32_t *length);

#endif
