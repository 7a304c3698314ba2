/*
 * llama_sequence.h - one reply in the making: prompt tokens, sampler, text.
 */
#ifndef LLAMA_SEQUENCE_H
#define LLAMA_SEQUENCE_H

#include "base/text.h"
#include "trustsweep/reply.h"
#include "trustsweep/request.h"

#include <stdbool.h>
#include <stdint.h>

struct llama_choices;
struct llama_context;
struct llama_prompt;
struct llama_sampler;
struct llama_vocab;
struct think_tags;

enum llama_sequence_state {
    LLAMA_SEQUENCE_FREE = 0,
    LLAMA_SEQUENCE_LIVE, /* reads or writes */
    LLAMA_SEQUENCE_KEPT, /* answered; its prompt stays for others */
};

struct llama_sequence {
    enum llama_sequence_state state;
    uint64_t number; /* the higher, the later it came or was of use */
    struct hash128 unit;
    struct hash128 rendered; /* of the prompt's text */
    const char *gpu_layers;  /* of the engine */
    int32_t *tokens;         /* [num_tokens]: the prompt */
    int32_t num_tokens;
    int32_t num_read;    /* prompt tokens in memory */
    int32_t num_shared;  /* of these, those that were not computed for it */
    bool is_again;       /* its prompt is read again; what follows is known */
    int32_t num_written; /* of the reply */
    int32_t max_written; /* reasoning and final text */
    int32_t max_final;   /* final text only */
    int32_t num_thought; /* tokens up to the end of the reasoning */
    bool is_open;        /* the prompt ended with an opening think tag */
    const struct think_tags *think; /* of the model; borrowed */
    int32_t next;                   /* sampled, not yet in memory */
    int32_t output;                /* its row in the batch at hand; -1 = none */
    struct llama_sampler *sampler; /* NULL: the likeliest token */
    struct llama_choices *choices; /* to be weighed instead; or NULL */
    struct text text;
    int64_t submitted_ns, began_ns, read_ns;
};

/*
 * Begin a reply; `number` stays, and so does `num_read`.
 *
 * prompt   its tokens are taken over
 * choices  taken over; or NULL
 */
void llama_sequence_begin(struct llama_sequence *self,
                          const struct request *request,
                          struct llama_prompt *prompt,
                          struct llama_choices *choices,
                          const struct llama_vocab *vocab);

/* Sample from its row.  true: the reply is finished and `out` filled. */
bool llama_sequence_sample(struct llama_sequence *self,
                           struct llama_context *context,
                           const struct llama_vocab *vocab,
                           struct reply *out);

/* The same where choices are weighed; `*goes_back`: what is behind the prompt
 * must leave the memory before the next call. */
bool llama_sequence_weigh(struct llama_sequence *self,
                          struct llama_context *context,
                          const struct llama_vocab *vocab,
                          bool *goes_back,
                          struct reply *out);

bool llama_sequence_is_reading(const struct llama_sequence *self);

/* The reply is over: what is left is the prompt, for others to begin with. */
void llama_sequence_keep(struct llama_sequence *self);

void llama_sequence_end(struct llama_sequence *self);

#endif
