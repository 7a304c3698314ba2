/*
 * llama_tree.h - prompts go into a decode call as a tree: a token that several
 * sequences have at the same place, behind the same tokens, is computed once
 * and belongs to all of them.
 */
#ifndef LLAMA_TREE_H
#define LLAMA_TREE_H

#include <stdbool.h>
#include <stdint.h>

struct llama_batch;
struct llama_sequence;

struct llama_tree {
    struct llama_batch *batch;
    struct llama_sequence *sequences; /* all of them, by number */
    int32_t room;                     /* tokens that the batch may hold */
};

/* One token of one or more sequences, at the end of the batch. */
void llama_tree_add(struct llama_tree *self,
                    const int32_t *members,
                    int32_t num_members,
                    int32_t token,
                    int32_t place,
                    bool wants_output);

/*
 * Read on, as far as there is room.
 *
 * members  [num_members] sequences that have read equally much, of prompts that
 *          begin alike up to there and one token further; reordered
 */
void llama_tree_read(struct llama_tree *self,
                     int32_t *members,
                     int32_t num_members);

#endif
