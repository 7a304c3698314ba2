/*
 * think.h - the reasoning that stands in <think> tags before a final text.
 */
#ifndef THINK_H
#define THINK_H

#include "trustsweep/reply.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Fill text, reasoning and state of a reply from what a model wrote.
 *
 * A reply that ends inside the tags has no final text: STATE_NO_FINAL.
 *
 * is_open  the opening tag stood at the end of the prompt, as some templates
 *          put it there
 */
void think_split(struct reply *reply,
                 const char *text,
                 size_t len,
                 bool is_open,
                 enum finish_reason finish);

/* Whether a prompt ends with an opening tag (and white space). */
bool think_is_open(const char *prompt);

/*
 * How much of what a model has written so far is reasoning: NONE (or not known
 * yet), in the middle of it, or over.
 */
enum think_part { THINK_NONE = 0, THINK_INSIDE, THINK_OVER };
enum think_part think_part(const char *text, bool is_open);

#endif
