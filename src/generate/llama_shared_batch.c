#include "generate/llama_shared_batch.h"

#include "base/clock.h"
#include "base/mem.h"
#include "generate/llama_engine.h"
#include "generate/llama_sequence.h"
#include "generate/llama_vector.h"
#include "generate/ready.h"
#include "trustsweep/error.h"

#include <llama.h>

#include <stdlib.h>

enum { MIN_PIECE = 32 }; /* prompt tokens in a step, however slow they are */

struct llama_shared_batch {
    const struct llama_engine *engine;
    struct llama_batch batch;
    struct llama_sequence *sequences; /* [engine->num_sequences] */
    int32_t num_writing;  /* tokens of the batch that are no prompt's */
    double tokens_per_ms; /* of calls that read prompts, learned */
};

struct llama_shared_batch *llama_shared_batch_create(
    const struct llama_engine *engine)
{
    struct llama_shared_batch *self = mem_alloc(1, sizeof *self);

    self->engine = engine;
    self->batch = llama_batch_init(engine->batch_cap, 0, 1);
    self->sequences =
        mem_alloc((size_t)engine->num_sequences, sizeof *self->sequences);
    return self;
}

void llama_shared_batch_destroy(struct llama_shared_batch *self)
{
    if (!self)
        return;
    for (int32_t i = 0; i < self->engine->num_sequences; i++)
        llama_sequence_end(&self->sequences[i]);
    free(self->sequences);
    llama_batch_free(self->batch);
    free(self);
}

struct llama_sequence *llama_shared_batch_free_sequence(
    struct llama_shared_batch *self)
{
    for (int32_t i = 0; i < self->engine->num_sequences; i++) {
        if (!self->sequences[i].is_live)
            return &self->sequences[i];
    }
    return NULL;
}

static void add_token(struct llama_shared_batch *self,
                      int32_t sequence,
                      llama_token token,
                      int32_t place,
                      bool wants_output)
{
    int32_t at = self->batch.n_tokens++;

    self->batch.token[at] = token;
    self->batch.pos[at] = place;
    self->batch.n_seq_id[at] = 1;
    self->batch.seq_id[at][0] = sequence;
    self->batch.logits[at] = wants_output ? 1 : 0;
    if (wants_output)
        self->sequences[sequence].output = at;
}

static bool is_reading(const struct llama_sequence *sequence)
{
    return sequence->is_live && sequence->num_read < sequence->num_tokens;
}

/* How many tokens the batch may have, prompt pieces included. */
static int32_t room_of_batch(const struct llama_shared_batch *self,
                             int budget_ms)
{
    int32_t cap = self->engine->batch_cap;
    double piece = self->tokens_per_ms * budget_ms - self->num_writing;

    if (self->tokens_per_ms <= 0) {
        return cap;
    }
    if (piece < MIN_PIECE) {
        piece = MIN_PIECE; /* those that write must not starve it */
    }
    return self->num_writing + piece < cap ? self->num_writing + (int32_t)piece
                                           : cap;
}

static void add_piece(struct llama_shared_batch *self, int32_t at, int32_t room)
{
    struct llama_sequence *sequence = &self->sequences[at];

    if (sequence->num_read == 0 && self->batch.n_tokens < room) {
        sequence->began_ns = clock_ns();
    }
    while (is_reading(sequence) && self->batch.n_tokens < room) {
        int32_t place = sequence->num_read++;

        add_token(self,
                  at,
                  sequence->tokens[place],
                  place,
                  place == sequence->num_tokens - 1);
    }
}

/* One token of each that writes, then pieces of the prompts of the others. */
static void fill(struct llama_shared_batch *self, int budget_ms)
{
    int32_t room;

    self->batch.n_tokens = 0;
    for (int32_t i = 0; i < self->engine->num_sequences; i++) {
        struct llama_sequence *sequence = &self->sequences[i];

        if (sequence->is_live && !is_reading(sequence)) {
            add_token(self,
                      i,
                      sequence->next,
                      sequence->num_tokens + sequence->num_written - 1,
                      true);
        }
    }
    self->num_writing = self->batch.n_tokens;
    room = room_of_batch(self, budget_ms);
    for (int32_t i = 0; i < self->engine->num_sequences; i++) {
        if (is_reading(&self->sequences[i])) {
            add_piece(self, i, room);
        }
    }
}

/* Whole texts; every token is an output that is pooled. */
static void fill_texts(struct llama_shared_batch *self)
{
    self->batch.n_tokens = 0;
    for (int32_t i = 0; i < self->engine->num_sequences; i++) {
        struct llama_sequence *sequence = &self->sequences[i];

        if (!is_reading(sequence)
            || sequence->num_tokens
                   > self->engine->batch_cap - self->batch.n_tokens)
            continue;
        sequence->began_ns = clock_ns();
        for (; is_reading(sequence); sequence->num_read++) {
            add_token(self,
                      i,
                      sequence->tokens[sequence->num_read],
                      sequence->num_read,
                      true);
        }
    }
}

static int decode(struct llama_shared_batch *self, struct error *err)
{
    int64_t began = clock_ns();
    int rc = llama_decode(self->engine->context, self->batch);
    double ms = (double)(clock_ns() - began) / 1e6;

    if (rc != 0)
        return error_set(err, ERR_IO, "llama_decode gives %d", rc);
    if (ms > 0 && self->batch.n_tokens > self->num_writing) {
        double speed = self->batch.n_tokens / ms;

        self->tokens_per_ms = self->tokens_per_ms > 0
                                  ? 0.8 * self->tokens_per_ms + 0.2 * speed
                                  : speed;
    }
    return 0;
}

static void forget(struct llama_shared_batch *self, int32_t sequence)
{
    (void)llama_memory_seq_rm(llama_get_memory(self->engine->context),
                              sequence,
                              -1,
                              -1);
    llama_sequence_end(&self->sequences[sequence]);
}

static void take_outputs(struct llama_shared_batch *self, struct ready *ready)
{
    for (int32_t i = 0; i < self->engine->num_sequences; i++) {
        struct llama_sequence *sequence = &self->sequences[i];
        struct reply reply;

        if (!sequence->is_live || sequence->output < 0)
            continue;
        if (sequence->read_ns == 0)
            sequence->read_ns = clock_ns();
        if (llama_sequence_sample(sequence,
                                  self->engine->context,
                                  self->engine->vocab,
                                  &reply)) {
            ready_push(ready, &reply);
            forget(self, i);
        }
    }
}

static void take_vectors(struct llama_shared_batch *self, struct ready *ready)
{
    for (int32_t i = 0; i < self->engine->num_sequences; i++) {
        struct llama_sequence *sequence = &self->sequences[i];
        struct reply reply;

        if (!sequence->is_live || sequence->output < 0)
            continue;
        llama_vector_take(self->engine, sequence, i, &reply);
        ready_push(ready, &reply);
        forget(self, i);
    }
}

int llama_shared_batch_run(struct llama_shared_batch *self,
                           int budget_ms,
                           struct ready *ready,
                           struct error *err)
{
    bool makes_vectors = self->engine->makes_vectors;

    if (makes_vectors) {
        fill_texts(self);
    } else {
        fill(self, budget_ms);
    }
    if (self->batch.n_tokens == 0)
        return 0;
    if (decode(self, err) < 0)
        return -1;
    if (makes_vectors) {
        take_vectors(self, ready);
    } else {
        take_outputs(self, ready);
    }
    return 0;
}

void llama_shared_batch_cancel(struct llama_shared_batch *self,
                               struct hash128 unit)
{
    for (int32_t i = 0; i < self->engine->num_sequences; i++) {
        if (self->sequences[i].is_live
            && hash_equal(self->sequences[i].unit, unit))
            forget(self, i);
    }
}
