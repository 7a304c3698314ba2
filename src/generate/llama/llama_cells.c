#include "generate/llama/llama_cells.h"

#include "base/mem.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_prefix.h"
#include "generate/llama/llama_sequence.h"

#include <llama.h>

#include <stdlib.h>

void llama_cells_init(struct llama_cells *self,
                      const struct llama_engine *engine)
{
    *self = (struct llama_cells){
        .engine = engine,
        .num = engine->num_sequences + engine->num_kept,
    };
    self->sequences = mem_alloc((size_t)self->num, sizeof *self->sequences);
}

void llama_cells_release(struct llama_cells *self)
{
    for (int32_t i = 0; i < self->num; i++)
        llama_sequence_end(&self->sequences[i]);
    free(self->sequences);
    *self = (struct llama_cells){ 0 };
}

static llama_memory_t memory_of(const struct llama_cells *self)
{
    return llama_get_memory(self->engine->context);
}

/* Cells of a reply: its tokens, and the last of the prompt where another
 * prompt is the same, as that is computed again. */
static int32_t reply_cells(const struct llama_sequence *sequence)
{
    return sequence->max_written + 1;
}

/* Cells that only this one's prompt takes. */
static int32_t own_cells(const struct llama_cells *self, int32_t which)
{
    return self->engine->shares_prefixes
               ? llama_prefix_own(self->sequences, self->num, which)
               : self->sequences[which].num_tokens;
}

void llama_cells_forget(struct llama_cells *self, int32_t which)
{
    struct llama_sequence *sequence = &self->sequences[which];

    if (sequence->state == LLAMA_SEQUENCE_LIVE)
        self->used -= reply_cells(sequence);
    if (sequence->state == LLAMA_SEQUENCE_LIVE
        || sequence->state == LLAMA_SEQUENCE_KEPT) {
        self->used -= own_cells(self, which);
        (void)llama_memory_seq_rm(memory_of(self), which, -1, -1);
    }
    llama_sequence_end(sequence);
}

/* The kept sequence that was of no use for longest, but `spared`; -1 = none. */
static int32_t oldest_kept(const struct llama_cells *self, int32_t spared)
{
    int32_t best = -1;

    for (int32_t i = 0; i < self->num; i++) {
        if (self->sequences[i].state == LLAMA_SEQUENCE_KEPT && i != spared
            && (best < 0
                || self->sequences[i].number < self->sequences[best].number))
            best = i;
    }
    return best;
}

int32_t llama_cells_free_sequence(struct llama_cells *self)
{
    int32_t num_busy = 0;
    int32_t best = -1;

    for (int32_t i = self->num; i-- > 0;) {
        const enum llama_sequence_state state = self->sequences[i].state;

        num_busy +=
            state == LLAMA_SEQUENCE_WAITING || state == LLAMA_SEQUENCE_LIVE;
        if (state == LLAMA_SEQUENCE_FREE)
            best = i;
    }
    if (num_busy >= self->engine->num_sequences)
        return -1;
    if (best < 0) {
        best = oldest_kept(self, -1);
        llama_cells_forget(self, best);
    }
    self->sequences[best].number = ++self->number;
    return best;
}

/* The waiting sequence that came first; -1 = none. */
static int32_t first_waiting(struct llama_cells *self)
{
    int32_t best = -1;

    for (int32_t i = 0; i < self->num; i++) {
        if (self->sequences[i].state == LLAMA_SEQUENCE_WAITING
            && (best < 0
                || self->sequences[i].number < self->sequences[best].number))
            best = i;
    }
    return best;
}

static bool admit(struct llama_cells *self, int32_t which)
{
    struct llama_sequence *sequence = &self->sequences[which];
    int32_t needed = own_cells(self, which) + reply_cells(sequence);

    while (self->used + needed > self->engine->num_cells) {
        int32_t length;
        int32_t spared =
            llama_prefix_source(self->sequences, self->num, which, &length);
        int32_t victim = oldest_kept(self, spared);

        if (victim < 0)
            victim = oldest_kept(self, -1);
        if (victim < 0)
            return false;
        llama_cells_forget(self, victim);
        needed = own_cells(self, which) + reply_cells(sequence);
    }
    self->used += needed;
    sequence->state = LLAMA_SEQUENCE_LIVE;
    return true;
}

void llama_cells_admit(struct llama_cells *self)
{
    int32_t which;

    while ((which = first_waiting(self)) >= 0 && admit(self, which)) {
    }
}

/* Where attention reaches back so many tokens only, the library lets go what
 * is behind them: whether all is there that a copy of `length` needs. */
static bool reaches(const struct llama_cells *self,
                    int32_t which,
                    int32_t length)
{
    const int32_t window = llama_model_n_swa(self->engine->model);
    const int32_t first = llama_memory_seq_pos_min(memory_of(self), which);

    return first == 0 || (window > 0 && first >= 0 && first <= length - window);
}

void llama_cells_share(struct llama_cells *self)
{
    if (!self->engine->shares_prefixes)
        return;
    for (int32_t i = 0; i < self->num; i++) {
        struct llama_sequence *sequence = &self->sequences[i];
        int32_t length;
        int32_t source;

        if (!llama_sequence_is_reading(sequence))
            continue;
        source = llama_prefix_source(self->sequences, self->num, i, &length);
        if (source < 0 || !reaches(self, source, length))
            continue;
        llama_memory_seq_cp(memory_of(self),
                            source,
                            i,
                            sequence->num_read,
                            length);
        sequence->num_shared += length - sequence->num_read;
        sequence->num_read = length;
        if (self->sequences[source].state == LLAMA_SEQUENCE_KEPT)
            self->sequences[source].number = ++self->number;
    }
}

void llama_cells_finish(struct llama_cells *self, int32_t which)
{
    struct llama_sequence *sequence = &self->sequences[which];

    if (!self->engine->shares_prefixes || self->engine->num_kept == 0
        || !llama_memory_seq_rm(memory_of(self),
                                which,
                                sequence->num_tokens,
                                -1)) {
        llama_cells_forget(self, which);
        return;
    }
    self->used -= reply_cells(sequence);
    llama_sequence_keep(sequence);
    sequence->number = ++self->number;
}

int32_t llama_cells_clear(struct llama_cells *self)
{
    int32_t num = 0;

    for (int32_t i = 0; i < self->num; i++) {
        if (self->sequences[i].state == LLAMA_SEQUENCE_KEPT) {
            llama_cells_forget(self, i);
            num++;
        }
    }
    return num;
}
