/*
 * llama_cells.h - the sequences of a model and the memory they share.
 *
 * A cell of the memory holds one token.  A sequence gets its cells, those of
 * the reply included, before it begins, so that none ever has to give way; the
 * prompts of answered ones are let go, oldest first, where room is needed.
 */
#ifndef LLAMA_CELLS_H
#define LLAMA_CELLS_H

#include <stdbool.h>
#include <stdint.h>

struct llama_engine;
struct llama_sequence;

struct llama_cells {
    const struct llama_engine *engine;
    struct llama_sequence *sequences; /* [num] */
    int32_t num;
    int32_t used;    /* cells that are taken or promised */
    uint64_t number; /* the last that a sequence was given */
};

void llama_cells_init(struct llama_cells *self,
                      const struct llama_engine *engine);
void llama_cells_release(struct llama_cells *self);

/* A free sequence; the oldest kept one is let go for it.  -1: as many as the
 * engine has at once are busy. */
int32_t llama_cells_free_sequence(struct llama_cells *self);

/* Waiting sequences become live, in the order of coming, as far as there is
 * room for them. */
void llama_cells_admit(struct llama_cells *self);

/* Sequences that read take over what others have read of their prompts. */
void llama_cells_share(struct llama_cells *self);

/* A reply is done: keep its prompt for others, where the model can. */
void llama_cells_finish(struct llama_cells *self, int32_t which);

void llama_cells_forget(struct llama_cells *self, int32_t which);

/* Let all kept prompts go; how many there were. */
int32_t llama_cells_clear(struct llama_cells *self);

#endif
