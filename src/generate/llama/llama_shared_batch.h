/*
 * llama_shared_batch.h - many sequences share each decode call.
 *
 * A step is one call with a token of each sequence that writes, and behind it
 * calls with pieces of the prompts of others, so that it stays near its budget
 * and nobody who writes waits for one who reads.  A sequence that is done makes
 * room for the next at once.  An embedding model reads texts as a whole, as
 * many as a call has room for.
 */
#ifndef LLAMA_SHARED_BATCH_H
#define LLAMA_SHARED_BATCH_H

#include "base/hash.h"

#include <stdint.h>

struct error;
struct llama_engine;
struct llama_prompt;
struct llama_sequence;
struct llama_shared_batch;
struct ready;

/* The engine is borrowed. */
struct llama_shared_batch *llama_shared_batch_create(
    const struct llama_engine *engine);
void llama_shared_batch_destroy(struct llama_shared_batch *self);

/* How many more sequences may begin. */
int32_t llama_shared_batch_room(const struct llama_shared_batch *self);

/* The sequence that is to begin with this prompt, borrowed; only where there is
 * room. */
struct llama_sequence *llama_shared_batch_place(
    struct llama_shared_batch *self,
    const struct llama_prompt *prompt);

/* One step of about `budget_ms`, if there is work; replies that it finishes are
 * pushed to `ready`.  ERR_IO when the library fails. */
int llama_shared_batch_run(struct llama_shared_batch *self,
                           int budget_ms,
                           struct ready *ready,
                           struct error *err);

/* Forget a sequence; fine when there is none of that unit. */
void llama_shared_batch_cancel(struct llama_shared_batch *self,
                               struct hash128 unit);

#endif
