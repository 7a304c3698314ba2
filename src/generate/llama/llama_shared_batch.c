#include "generate/llama/llama_shared_batch.h"

#include "base/clock.h"
#include "base/mem.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_prompt.h"
#include "generate/llama/llama_sequence.h"
#include "generate/llama/llama_streams.h"
#include "generate/llama/llama_vector.h"
#include "generate/parts/ready.h"
#include "trustsweep/error.h"

#include <llama.h>

#include <stdlib.h>

enum {
    MIN_PIECE = 128, /* prompt tokens in a step: fewer are slow, each of them */
    GAP_STEPS = 3,   /* that a gap between sequences may stay */
};

struct llama_shared_batch {
    const struct llama_engine *engine;
    struct llama_batch batch;
    struct llama_streams streams;
    int gap_steps;        /* in a row without anybody to fill a gap */
    double tokens_per_ms; /* of calls that read prompts, learned */
};

struct llama_shared_batch *llama_shared_batch_create(
    const struct llama_engine *engine)
{
    struct llama_shared_batch *self = mem_alloc(1, sizeof *self);

    self->engine = engine;
    llama_streams_init(&self->streams, engine);
    self->batch = llama_batch_init(engine->batch_cap, 0, 1);
    return self;
}

void llama_shared_batch_destroy(struct llama_shared_batch *self)
{
    if (!self)
        return;
    llama_streams_release(&self->streams);
    llama_batch_free(self->batch);
    free(self);
}

int32_t llama_shared_batch_room(const struct llama_shared_batch *self)
{
    return self->streams.num - llama_streams_count_live(&self->streams);
}

struct llama_sequence *llama_shared_batch_place(
    struct llama_shared_batch *self,
    const struct llama_prompt *prompt)
{
    return &self->streams.sequences[llama_streams_place(&self->streams,
                                                        prompt->tokens,
                                                        prompt->num_tokens)];
}

static void add_token(struct llama_shared_batch *self,
                      int32_t which,
                      int32_t token,
                      int32_t place,
                      bool wants_output)
{
    const int32_t at = self->batch.n_tokens++;

    self->batch.token[at] = token;
    self->batch.pos[at] = place;
    self->batch.n_seq_id[at] = 1;
    self->batch.seq_id[at][0] = which;
    self->batch.logits[at] = wants_output ? 1 : 0;
    if (wants_output)
        self->streams.sequences[which].output = at;
}

/* Whole texts; every token is an output that is pooled. */
static void fill_texts(struct llama_shared_batch *self)
{
    for (int32_t i = 0; i < self->streams.num; i++) {
        struct llama_sequence *sequence = &self->streams.sequences[i];

        if (!llama_sequence_is_reading(sequence)
            || sequence->num_tokens
                   > self->engine->batch_cap - self->batch.n_tokens)
            continue;
        sequence->began_ns = clock_ns();
        for (; llama_sequence_is_reading(sequence); sequence->num_read++) {
            add_token(self,
                      i,
                      sequence->tokens[sequence->num_read],
                      sequence->num_read,
                      true);
        }
    }
}

static void fill_writers(struct llama_shared_batch *self)
{
    for (int32_t i = 0; i < self->streams.num; i++) {
        const struct llama_sequence *sequence = &self->streams.sequences[i];

        if (sequence->state == LLAMA_SEQUENCE_LIVE
            && !llama_sequence_is_reading(sequence)) {
            add_token(self,
                      i,
                      sequence->next,
                      sequence->num_tokens + sequence->num_written - 1,
                      true);
        }
    }
}

/* Back to the end of the prompt.  A state that is one for all tokens, as
 * recurrent and hybrid models have it, cannot be cut there: the prompt is read
 * again. */
static void go_back(struct llama_shared_batch *self, int32_t which)
{
    struct llama_sequence *sequence = &self->streams.sequences[which];
    llama_memory_t memory = llama_get_memory(self->engine->context);

    if (self->engine->can_go_back
        && llama_memory_seq_rm(memory, which, sequence->num_tokens, -1))
        return;
    (void)llama_memory_seq_rm(memory, which, -1, -1);
    sequence->num_read = 0;
    sequence->num_shared = 0;
    sequence->is_again = true;
}

static bool weigh(struct llama_shared_batch *self,
                  int32_t which,
                  struct reply *reply)
{
    struct llama_sequence *sequence = &self->streams.sequences[which];
    bool goes_back = false;

    if (llama_sequence_weigh(sequence,
                             self->engine->context,
                             self->engine->vocab,
                             &goes_back,
                             reply))
        return true;
    if (goes_back)
        go_back(self, which);
    return false;
}

static void take_output(struct llama_shared_batch *self,
                        int32_t which,
                        struct ready *ready)
{
    struct llama_sequence *sequence = &self->streams.sequences[which];
    struct reply reply;

    if (self->engine->makes_vectors) {
        llama_vector_take(self->engine, sequence, which, &reply);
        ready_push(ready, &reply);
        llama_streams_forget(&self->streams, which);
        return;
    }
    if (sequence->read_ns == 0)
        sequence->read_ns = clock_ns();
    if (sequence->choices) {
        if (!weigh(self, which, &reply))
            return;
    } else if (!llama_sequence_sample(sequence,
                                      self->engine->context,
                                      self->engine->vocab,
                                      &reply)) {
        return;
    }
    /* what is in its memory is of no use to others when it is no numbers */
    if (reply.state == STATE_FAILED) {
        llama_streams_forget(&self->streams, which);
    } else {
        llama_streams_finish(&self->streams, which);
    }
    ready_push(ready, &reply);
}

/* What the batch holds, and what comes of it. */
static int compute(struct llama_shared_batch *self,
                   struct ready *ready,
                   struct error *err)
{
    int rc = self->batch.n_tokens == 0
                 ? 0
                 : llama_decode(self->engine->context, self->batch);

    self->batch.n_tokens = 0;
    if (rc != 0) {
        return error_set(
            err,
            ERR_IO,
            "llama.cpp computes no further (llama_decode gives %d)",
            rc);
    }
    for (int32_t i = 0; i < self->streams.num; i++) {
        if (self->streams.sequences[i].state == LLAMA_SEQUENCE_LIVE
            && self->streams.sequences[i].output >= 0)
            take_output(self, i, ready);
    }
    return 0;
}

/* Of those that read, the one that came first behind number `after`; -1. */
static int32_t next_reader(const struct llama_shared_batch *self,
                           uint64_t after)
{
    const struct llama_sequence *all = self->streams.sequences;
    int32_t best = -1;

    for (int32_t i = 0; i < self->streams.num; i++) {
        if (llama_sequence_is_reading(&all[i]) && all[i].number > after
            && (best < 0 || all[i].number < all[best].number))
            best = i;
    }
    return best;
}

/* A piece of a prompt.  Never one token of several: see llama_prefix.h. */
static int read_piece(struct llama_shared_batch *self,
                      int32_t which,
                      int32_t room,
                      struct ready *ready,
                      struct error *err)
{
    struct llama_sequence *sequence = &self->streams.sequences[which];
    const int32_t left = sequence->num_tokens - sequence->num_read;
    int32_t num = left < room ? left : room;
    int64_t began = clock_ns();
    double ms;
    int rc;

    if (left - num == 1)
        num = num > 2 ? num - 1 : left;
    if (sequence->began_ns == 0)
        sequence->began_ns = began;
    for (int32_t i = 0; i < num; i++, sequence->num_read++) {
        add_token(self,
                  which,
                  sequence->tokens[sequence->num_read],
                  sequence->num_read,
                  i + 1 == left && !sequence->is_again);
    }
    if (sequence->num_read == sequence->num_tokens)
        sequence->is_again = false;
    rc = compute(self, ready, err);
    ms = (double)(clock_ns() - began) / 1e6;
    if (rc == 0 && ms > 0) {
        double speed = num / ms;

        self->tokens_per_ms = self->tokens_per_ms > 0
                                  ? 0.8 * self->tokens_per_ms + 0.2 * speed
                                  : speed;
    }
    return rc < 0 ? -1 : num;
}

/* Prompt tokens that a step may read. */
static int32_t room_of_step(const struct llama_shared_batch *self,
                            int budget_ms)
{
    const int32_t cap = self->engine->batch_cap;
    double room = self->tokens_per_ms * budget_ms;

    if (room < MIN_PIECE)
        room = MIN_PIECE;
    if (self->tokens_per_ms <= 0 || self->engine->is_exact || room >= cap)
        return cap;
    return (int32_t)room;
}

static int read_prompts(struct llama_shared_batch *self,
                        int budget_ms,
                        struct ready *ready,
                        struct error *err)
{
    int32_t room = room_of_step(self, budget_ms);
    uint64_t after = 0;
    int32_t which;

    while (room > 1 && (which = next_reader(self, after)) >= 0) {
        int32_t num;

        after = self->streams.sequences[which].number;
        if (!llama_streams_share(&self->streams, which))
            continue;
        num = read_piece(self, which, room, ready, err);
        if (num < 0)
            return -1;
        room -= num;
    }
    return 0;
}

static void close_gaps(struct llama_shared_batch *self)
{
    self->gap_steps =
        next_reader(self, 0) < 0 && llama_shared_batch_room(self) > 0
            ? self->gap_steps + 1
            : 0;
    if (self->gap_steps >= GAP_STEPS)
        llama_streams_close_gaps(&self->streams);
}

int llama_shared_batch_run(struct llama_shared_batch *self,
                           int budget_ms,
                           struct ready *ready,
                           struct error *err)
{
    if (self->engine->makes_vectors) {
        fill_texts(self);
        return compute(self, ready, err);
    }
    close_gaps(self);
    fill_writers(self);
    if (compute(self, ready, err) < 0)
        return -1;
    return read_prompts(self, budget_ms, ready, err);
}

void llama_shared_batch_cancel(struct llama_shared_batch *self,
                               struct hash128 unit)
{
    for (int32_t i = 0; i < self->streams.num; i++) {
        const struct llama_sequence *sequence = &self->streams.sequences[i];

        if (sequence->state == LLAMA_SEQUENCE_LIVE
            && hash_equal(sequence->unit, unit))
            llama_streams_forget(&self->streams, i);
    }
}
