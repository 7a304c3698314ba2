/*
 * think.h - the reasoning that stands in <think> tags before a final text.
 */
#ifndef THINK_H
#define THINK_H

#include "trustsweep/reply.h"

#include <stddef.h>

/*
 * Fill text, reasoning and state of a reply from what a model wrote.
 *
 * A reply that ends inside the tags has no final text: STATE_NO_FINAL.  A
 * closing tag without an opening one counts as well, since some templates put
 * the opening tag into the prompt.
 */
void think_split(struct reply *reply,
                 const char *text,
                 size_t len,
                 enum finish_reason finish);

#endif
