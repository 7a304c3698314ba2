/*
 * state.h - what became of an item, in one word.
 *
 * Every item of every column has exactly one state, and every state is
 * counted.  A reply carries the state that generation gave it; an evaluator may
 * refine ANSWERED and TRUNCATED into REFUSED, UNPARSED or UNJUDGED, and nothing
 * else.
 *
 * The names (state_name) are written to results.h5: add, do not rename.
 */
#ifndef TRUSTSWEEP_STATE_H
#define TRUSTSWEEP_STATE_H

#include <stdbool.h>

enum state {
    STATE_NONE = 0,  /* not done yet; never in a finished file               */
    STATE_ANSWERED,  /* a final text, and nothing to say against it          */
    STATE_REFUSED,   /* the model declined                                   */
    STATE_UNPARSED,  /* a final text in which the rule finds no answer       */
    STATE_EMPTY,     /* the model ended at once: "" or white space           */
    STATE_TRUNCATED, /* a final text, cut at the token limit, yet judged     */
    STATE_NO_FINAL,  /* the token budget went into reasoning                 */
    STATE_BLOCKED,   /* the provider withheld the reply (recorded: null)     */
    STATE_FAILED,    /* no reply after all retries; `detail` says why        */
    STATE_MISSING,   /* recorded answers that lack this item                 */
    STATE_OVERLONG,  /* the prompt does not fit the model's context          */
    STATE_UNJUDGED,  /* a final text whose verdict needs a role (a judge, an
                        embedder) that nobody plays in this job              */
    NUM_STATES,
};

/* "answered", "no_final", ...; "none" for STATE_NONE. */
const char *state_name(enum state state);

/* Whether an evaluator gets to see the text: ANSWERED, TRUNCATED, EMPTY. */
bool state_has_text(enum state state);

#endif
