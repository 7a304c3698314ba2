/*
 * llama_shared_batch.h - many sequences share each decode call.
 *
 * A call has one token of each sequence that writes, and behind these pieces of
 * the prompts of others, so that it stays near its budget and nobody who writes
 * waits for one who reads.  What prompts begin with alike is computed once
 * (llama_tree.h); prompts that were answered stay in memory for later ones
 * until room is needed.  An embedding model reads texts as a whole, as many as
 * a call has room for.
 */
#ifndef LLAMA_SHARED_BATCH_H
#define LLAMA_SHARED_BATCH_H

#include "base/hash.h"

struct error;
struct llama_engine;
struct llama_sequence;
struct llama_shared_batch;
struct ready;

/* The engine is borrowed. */
struct llama_shared_batch *llama_shared_batch_create(
    const struct llama_engine *engine);
void llama_shared_batch_destroy(struct llama_shared_batch *self);

/* A sequence that may begin, borrowed; NULL when all are busy. */
struct llama_sequence *llama_shared_batch_free_sequence(
    struct llama_shared_batch *self);

/* One decode call of about `budget_ms`, if there is work; replies that it
 * finishes are pushed to `ready`.  ERR_IO when the library fails. */
int llama_shared_batch_run(struct llama_shared_batch *self,
                           int budget_ms,
                           struct ready *ready,
                           struct error *err);

/* Forget a sequence; fine when there is none of that unit. */
void llama_shared_batch_cancel(struct llama_shared_batch *self,
                               struct hash128 unit);

#endif
