/*
 * pairs.h - items that come in pairs, an original and a modified one, for the
 * metrics over pairs.
 */
#ifndef PAIRS_H
#define PAIRS_H

#include "score/sample.h"

/*
 * Fill and finish a sample of pairs: a = the original is right, b = the
 * modified one is.  A pair is what agrees in the field `by` (default "task"),
 * "index" and repeat; `type` says which half is which.  Pairs without a value
 * on either side are left out.  The pair is the item that is drawn.
 *
 * wants    which pairs; NULL: all
 */
typedef bool (*pairs_fn)(double original, double modified);

void pairs_read(struct sample *sample,
                const struct observation *observations,
                size_t num,
                const struct metric_params *params,
                pairs_fn wants);

#endif
