/*
 * llama_logits.h - whether what a model computed is numbers at all.
 */
#ifndef LLAMA_LOGITS_H
#define LLAMA_LOGITS_H

#include <stdbool.h>
#include <stdint.h>

/* What a unit fails with where they are not. */
extern const char llama_logits_wrong[];

/*
 * Whether a token can be chosen by them: they are there, none is NaN or too
 * large, and one at least is no minus infinity.  Broken weights and kernels
 * that overflow give others, of which the first token would be "the likeliest".
 *
 * logits  [num]; or NULL
 */
bool llama_logits_are_numbers(const float *logits, int32_t num);

#endif
