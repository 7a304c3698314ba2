/*
 * think.h - the reasoning that stands in tags before a final text.
 */
#ifndef THINK_H
#define THINK_H

#include "trustsweep/reply.h"

#include <stdbool.h>
#include <stddef.h>

/* What one model begins and ends its reasoning with.  Where it is NULL, or both
 * are "", those of all families that are known are looked for. */
struct think_tags {
    const char *open;  /* borrowed */
    const char *close; /* borrowed */
};

/*
 * Fill text, reasoning and state of a reply from what a model wrote.
 *
 * A reply that ends inside the tags has no final text: STATE_NO_FINAL.
 *
 * own      of the model; or NULL
 * is_open  the opening tag stood at the end of the prompt, as some templates
 *          put it there
 */
void think_split(struct reply *reply,
                 const char *text,
                 size_t len,
                 const struct think_tags *own,
                 bool is_open,
                 enum finish_reason finish);

/* Whether a prompt ends with an opening tag (and white space). */
bool think_is_open(const char *prompt, const struct think_tags *own);
/* The tag that closes it, borrowed; NULL: it does not. */
const char *think_closing(const char *prompt, const struct think_tags *own);

/*
 * How much of what a model has written so far is reasoning: NONE (or not known
 * yet), in the middle of it, or over.
 */
enum think_part { THINK_NONE = 0, THINK_INSIDE, THINK_OVER };
enum think_part think_part(const char *text,
                           const struct think_tags *own,
                           bool is_open);

/* Whether a tag has this in it: a token that vocabularies count as control and
 * that has no text otherwise. */
bool think_shows(const char *token, const struct think_tags *own);

#endif
