/*
 * prompt.h - an item becomes a request.  The prompts are complete:
 * nothing is wrapped around them but the model's own chat template, which the
 * backend applies.
 */
#ifndef PROMPT_H
#define PROMPT_H

#include "trustsweep/request.h"

struct item;

/* Fill `out` (to be released): kind CHAT, one user message, a system message
 * before it when `system` is not NULL. */
void prompt_request(struct request *out,
                    struct hash128 unit,
                    const struct item *item,
                    const char *system,
                    const struct sampling *sampling,
                    uint32_t repeat);

/* Ask instead how likely each of the item's "weighed" texts is as the reply:
 * kind CHOICES.  An item without them is a bug. */
void prompt_weigh(struct request *request, const struct item *item);

#endif
