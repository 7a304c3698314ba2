#include "generate/llama/llama_streams.h"

#include "base/mem.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_prefix.h"
#include "generate/llama/llama_sequence.h"

#include <llama.h>

#include <stdlib.h>

enum { MIN_GAIN = 8 }; /* tokens: a copy takes as long as computing a few */

void llama_streams_init(struct llama_streams *self,
                        const struct llama_engine *engine)
{
    *self = (struct llama_streams){
        .engine = engine,
        .num = engine->num_sequences,
    };
    self->sequences = mem_alloc((size_t)self->num, sizeof *self->sequences);
}

void llama_streams_release(struct llama_streams *self)
{
    for (int32_t i = 0; i < self->num; i++)
        llama_sequence_end(&self->sequences[i]);
    free(self->sequences);
    *self = (struct llama_streams){ 0 };
}

static llama_memory_t memory_of(const struct llama_streams *self)
{
    return llama_get_memory(self->engine->context);
}

static bool is_live(const struct llama_streams *self, int32_t which)
{
    return self->sequences[which].state == LLAMA_SEQUENCE_LIVE;
}

int32_t llama_streams_count_live(const struct llama_streams *self)
{
    int32_t num = 0;

    for (int32_t i = 0; i < self->num; i++)
        num += is_live(self, i);
    return num;
}

void llama_streams_forget(struct llama_streams *self, int32_t which)
{
    struct llama_sequence *sequence = &self->sequences[which];

    /* an encoder has no memory, of which nothing is removed then */
    if (sequence->state != LLAMA_SEQUENCE_FREE)
        (void)llama_memory_seq_rm(memory_of(self), which, -1, -1);
    llama_sequence_end(sequence);
}

/* Of those that are not live, of which there is one: one without a prompt, else
 * the one whose prompt was of use longest ago. */
static int32_t least_useful(const struct llama_streams *self)
{
    int32_t best = -1;

    for (int32_t i = 0; i < self->num; i++) {
        if (is_live(self, i))
            continue;
        if (self->sequences[i].state == LLAMA_SEQUENCE_FREE)
            return i;
        if (best < 0
            || self->sequences[i].number < self->sequences[best].number)
            best = i;
    }
    return best;
}

int32_t llama_streams_place(struct llama_streams *self,
                            const int32_t *tokens,
                            int32_t num_tokens)
{
    int32_t in_place = 0;
    int32_t elsewhere = 0;
    int32_t which = -1;
    struct llama_sequence *out;

    for (int32_t i = 0; self->engine->shares_prefixes && i < self->num; i++) {
        const struct llama_sequence *had = &self->sequences[i];
        int32_t common = llama_prefix_usable(had, tokens, num_tokens);

        if (had->state == LLAMA_SEQUENCE_LIVE && common > elsewhere)
            elsewhere = common;
        if (had->state == LLAMA_SEQUENCE_KEPT && common > in_place) {
            in_place = common;
            which = i;
        }
    }
    if (which < 0 || elsewhere >= in_place + MIN_GAIN) {
        which = least_useful(self);
        in_place =
            llama_prefix_usable(&self->sequences[which], tokens, num_tokens);
    }
    out = &self->sequences[which];
    if (!self->engine->shares_prefixes
        || !llama_memory_seq_rm(memory_of(self), which, in_place, -1)) {
        llama_streams_forget(self, which);
        in_place = 0;
    }
    llama_sequence_end(out);
    out->number = ++self->number;
    out->num_read = in_place;
    return which;
}

/* Where attention reaches back so many tokens only, the library lets go what
 * is behind them: whether all is there that a copy of `length` needs. */
static bool reaches(const struct llama_streams *self,
                    int32_t which,
                    int32_t length)
{
    const int32_t window = llama_model_n_swa(self->engine->model);
    const int32_t first = llama_memory_seq_pos_min(memory_of(self), which);

    return first == 0 || (window > 0 && first >= 0 && first <= length - window);
}

bool llama_streams_share(struct llama_streams *self, int32_t which)
{
    struct llama_sequence *sequence = &self->sequences[which];
    int32_t length;
    int32_t source;

    if (!self->engine->shares_prefixes)
        return true;
    source = llama_prefix_source(self->sequences, self->num, which, &length);
    if (llama_prefix_coming(self->sequences, self->num, which)
        >= length + MIN_GAIN)
        return false;
    if (source < 0 || length < sequence->num_read + MIN_GAIN
        || !reaches(self, source, length))
        return true;
    llama_memory_seq_cp(memory_of(self), source, which, -1, -1);
    (void)llama_memory_seq_rm(memory_of(self), which, length, -1);
    sequence->num_shared += length - sequence->num_read;
    sequence->num_read = length;
    if (self->sequences[source].state == LLAMA_SEQUENCE_KEPT)
        self->sequences[source].number = ++self->number;
    return true;
}

void llama_streams_finish(struct llama_streams *self, int32_t which)
{
    struct llama_sequence *sequence = &self->sequences[which];

    if (!self->engine->shares_prefixes
        || !llama_memory_seq_rm(memory_of(self),
                                which,
                                sequence->num_tokens,
                                -1)) {
        llama_streams_forget(self, which);
        return;
    }
    llama_sequence_keep(sequence);
    sequence->number = ++self->number;
}

static int32_t first_gap(const struct llama_streams *self)
{
    int32_t i = 0;

    while (i < self->num && is_live(self, i))
        i++;
    return i;
}

static int32_t last_live(const struct llama_streams *self)
{
    int32_t i = self->num - 1;

    while (i >= 0 && !is_live(self, i))
        i--;
    return i;
}

void llama_streams_close_gaps(struct llama_streams *self)
{
    int32_t to;
    int32_t from;

    while ((to = first_gap(self)) < (from = last_live(self))) {
        llama_streams_forget(self, to);
        llama_memory_seq_cp(memory_of(self), from, to, -1, -1);
        (void)llama_memory_seq_rm(memory_of(self), from, -1, -1);
        self->sequences[to] = self->sequences[from];
        self->sequences[from] = (struct llama_sequence){ 0 };
    }
}
