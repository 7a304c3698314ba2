/*
 * llama_choices.h - how likely each of some given answers is.
 *
 * The prompt is read once.  The first token of every answer is weighed by what
 * follows it; the further ones of each are fed, one by one, behind the prompt.
 * Without a template a blank is put between the two where there is none.
 */
#ifndef LLAMA_CHOICES_H
#define LLAMA_CHOICES_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct llama_choices;
struct llama_engine;
struct llama_prompt;
struct reply;
struct request;

/* errors  ERR_PERMANENT: no choices, or one without tokens */
struct llama_choices *llama_choices_create(const struct llama_engine *engine,
                                           const struct request *request,
                                           const struct llama_prompt *prompt,
                                           struct error *err);
void llama_choices_destroy(struct llama_choices *self); /* accepts NULL */

/* Tokens that are behind the prompt at once, at most. */
int32_t llama_choices_longest(const struct llama_choices *self);

/* The same of any request, `self` NULL: what may be written, or none.  Wide: a
 * job may ask for any number of tokens. */
int64_t llama_choices_to_answer(const struct llama_choices *self,
                                const struct request *request);

/*
 * Take what the model expects behind the prompt, and then behind each token
 * that this asked for.
 *
 * logits   [num_logits]
 * next     the token to feed
 * num_fed  how many tokens of its answer it is with; 1: what was fed before is
 *          to be forgotten, back to the prompt
 * returns  whether there is one to feed; else all is known
 */
bool llama_choices_take(struct llama_choices *self,
                        const float *logits,
                        int32_t num_logits,
                        int32_t *next,
                        int32_t *num_fed);

/* The log-likelihoods (natural logarithm, summed over tokens) as values. */
void llama_choices_answer(const struct llama_choices *self, struct reply *out);

#endif
