#include "generate/llama/llama_shared_batch.h"

#include "base/clock.h"
#include "base/mem.h"
#include "generate/llama/llama_cells.h"
#include "generate/llama/llama_engine.h"
#include "generate/llama/llama_prefix.h"
#include "generate/llama/llama_sequence.h"
#include "generate/llama/llama_tree.h"
#include "generate/llama/llama_vector.h"
#include "generate/parts/ready.h"
#include "trustsweep/error.h"

#include <llama.h>

#include <stdlib.h>

enum {
    MIN_PIECE = 128, /* prompt tokens in a call: fewer are slow, each of them */
    NO_CELLS = 1,    /* llama_decode(): nothing was done, there is no room */
};

struct llama_shared_batch {
    const struct llama_engine *engine;
    struct llama_batch batch;
    struct llama_cells cells;
    int32_t *members;     /* [cells.num], scratch */
    int32_t num_writing;  /* tokens of the batch that are no prompt's */
    double tokens_per_ms; /* of calls that read prompts, learned */
};

struct llama_shared_batch *llama_shared_batch_create(
    const struct llama_engine *engine)
{
    struct llama_shared_batch *self = mem_alloc(1, sizeof *self);

    self->engine = engine;
    llama_cells_init(&self->cells, engine);
    self->batch = llama_batch_init(engine->batch_cap, 0, self->cells.num);
    self->members = mem_alloc((size_t)self->cells.num, sizeof *self->members);
    return self;
}

void llama_shared_batch_destroy(struct llama_shared_batch *self)
{
    if (!self)
        return;
    llama_cells_release(&self->cells);
    llama_batch_free(self->batch);
    free(self->members);
    free(self);
}

struct llama_sequence *llama_shared_batch_free_sequence(
    struct llama_shared_batch *self)
{
    int32_t which = llama_cells_free_sequence(&self->cells);

    return which < 0 ? NULL : &self->cells.sequences[which];
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

/* Of those that read and are not in this call yet, the first that came; -1. */
static int32_t first_reader(const struct llama_shared_batch *self,
                            const bool *is_in)
{
    const struct llama_sequence *all = self->cells.sequences;
    int32_t best = -1;

    for (int32_t i = 0; i < self->cells.num; i++) {
        if (!is_in[i] && llama_sequence_is_reading(&all[i])
            && (best < 0 || all[i].number < all[best].number))
            best = i;
    }
    return best;
}

/* Whether two prompts that were read equally far go on with the same token,
 * behind the same ones. */
static bool go_together(const struct llama_sequence *a,
                        const struct llama_sequence *b)
{
    return a->num_read == b->num_read
           && llama_prefix_common(a, b) > a->num_read;
}

/* Into `members`: the first reader and all that go on as it does. */
static int32_t gather_readers(struct llama_shared_batch *self, bool *is_in)
{
    const struct llama_sequence *all = self->cells.sequences;
    const int32_t first = first_reader(self, is_in);
    int32_t num = 0;

    if (first < 0)
        return 0;
    is_in[first] = true;
    self->members[num++] = first;
    for (int32_t i = 0; self->engine->shares_prefixes && i < self->cells.num;
         i++) {
        if (is_in[i] || !llama_sequence_is_reading(&all[i])
            || !go_together(&all[first], &all[i]))
            continue;
        is_in[i] = true;
        self->members[num++] = i;
    }
    return num;
}

static void note_begin(struct llama_shared_batch *self, int32_t num)
{
    for (int32_t i = 0; i < num; i++) {
        struct llama_sequence *sequence =
            &self->cells.sequences[self->members[i]];

        if (sequence->began_ns == 0)
            sequence->began_ns = clock_ns();
    }
}

/* One token of each that writes, then pieces of the prompts of the others. */
static void fill(struct llama_shared_batch *self, int budget_ms)
{
    struct llama_tree tree = { &self->batch, self->cells.sequences, 0 };
    bool *is_in = mem_alloc((size_t)self->cells.num, sizeof *is_in);

    for (int32_t i = 0; i < self->cells.num; i++) {
        struct llama_sequence *sequence = &self->cells.sequences[i];

        if (sequence->state != LLAMA_SEQUENCE_LIVE
            || llama_sequence_is_reading(sequence))
            continue;
        sequence->output = self->batch.n_tokens;
        llama_tree_add(&tree,
                       &i,
                       1,
                       sequence->next,
                       sequence->num_tokens + sequence->num_written - 1,
                       true);
    }
    self->num_writing = self->batch.n_tokens;
    tree.room = room_of_batch(self, budget_ms);
    while (self->batch.n_tokens < tree.room) {
        int32_t num = gather_readers(self, is_in);

        if (num == 0)
            break;
        note_begin(self, num);
        llama_tree_read(&tree, self->members, num);
    }
    free(is_in);
}

/* Whole texts; every token is an output that is pooled. */
static void fill_texts(struct llama_shared_batch *self)
{
    struct llama_tree tree = { &self->batch, self->cells.sequences, 0 };

    for (int32_t i = 0; i < self->cells.num; i++) {
        struct llama_sequence *sequence = &self->cells.sequences[i];

        if (!llama_sequence_is_reading(sequence)
            || sequence->num_tokens
                   > self->engine->batch_cap - self->batch.n_tokens)
            continue;
        sequence->began_ns = clock_ns();
        for (; llama_sequence_is_reading(sequence); sequence->num_read++) {
            sequence->output = self->batch.n_tokens;
            llama_tree_add(&tree,
                           &i,
                           1,
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
    double ms;

    /* the library counts cells differently from us, it seems */
    if (rc == NO_CELLS && llama_cells_clear(&self->cells) > 0)
        rc = llama_decode(self->engine->context, self->batch);
    ms = (double)(clock_ns() - began) / 1e6;
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

/* A model whose memory cannot be cut weighs answers of one token only. */
static bool weigh(struct llama_shared_batch *self,
                  int32_t which,
                  struct reply *reply)
{
    struct llama_sequence *sequence = &self->cells.sequences[which];
    bool goes_back = false;

    if (llama_sequence_weigh(sequence,
                             self->engine->context,
                             self->engine->vocab,
                             &goes_back,
                             reply))
        return true;
    if (goes_back) {
        (void)llama_memory_seq_rm(llama_get_memory(self->engine->context),
                                  which,
                                  sequence->num_tokens,
                                  -1);
    }
    return false;
}

static void take_output(struct llama_shared_batch *self,
                        int32_t which,
                        struct ready *ready)
{
    struct llama_sequence *sequence = &self->cells.sequences[which];
    struct reply reply;

    if (self->engine->makes_vectors) {
        llama_vector_take(self->engine, sequence, which, &reply);
        ready_push(ready, &reply);
        llama_cells_forget(&self->cells, which);
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
    ready_push(ready, &reply);
    llama_cells_finish(&self->cells, which);
}

int llama_shared_batch_run(struct llama_shared_batch *self,
                           int budget_ms,
                           struct ready *ready,
                           struct error *err)
{
    llama_cells_admit(&self->cells);
    self->batch.n_tokens = 0;
    if (self->engine->makes_vectors) {
        fill_texts(self);
    } else {
        llama_cells_share(&self->cells);
        fill(self, budget_ms);
    }
    if (self->batch.n_tokens == 0)
        return 0;
    if (decode(self, err) < 0)
        return -1;
    for (int32_t i = 0; i < self->cells.num; i++) {
        if (self->cells.sequences[i].state == LLAMA_SEQUENCE_LIVE
            && self->cells.sequences[i].output >= 0)
            take_output(self, i, ready);
    }
    return 0;
}

void llama_shared_batch_cancel(struct llama_shared_batch *self,
                               struct hash128 unit)
{
    for (int32_t i = 0; i < self->cells.num; i++) {
        const struct llama_sequence *sequence = &self->cells.sequences[i];

        if ((sequence->state == LLAMA_SEQUENCE_WAITING
             || sequence->state == LLAMA_SEQUENCE_LIVE)
            && hash_equal(sequence->unit, unit))
            llama_cells_forget(&self->cells, i);
    }
}
