/*
 * rank_notes.h - what has to be said below a table of mean ranks.
 */
#ifndef RANK_NOTES_H
#define RANK_NOTES_H

#include "analysis/rank.h"

/*
 * Of a scope, as one line: mean ranks outside their intervals (rank_note()),
 * models of one file whose values are over far fewer items than another file's,
 * and intervals without a width since all resamples of a column are equal.
 *
 * returns free(); NULL: there is nothing to say
 */
char *rank_notes(const struct ranking *self, const struct rank_scope *scope);

#endif
