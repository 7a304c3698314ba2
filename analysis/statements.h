/*
 * statements.h - what the paper says, beside what our numbers say.
 *
 * The statements are in datasets/published.json ("statements"): each has a kind
 * that says by which number it is judged.
 */
#ifndef STATEMENTS_H
#define STATEMENTS_H

#include "analysis/access_gap.h"
#include "analysis/card.h"
#include "analysis/correlation_trust.h"
#include "analysis/over_alignment.h"
#include "analysis/spread.h"

enum statement_verdict {
    STATEMENT_UNKNOWN = 0, /* cannot be told */
    STATEMENT_HOLDS,
    STATEMENT_FAILS,
};

/* "cannot be told", "holds", "does not hold". */
const char *statements_verdict_name(enum statement_verdict verdict);

/* How many models and columns a statement takes to be judged at all. */
const char *statements_rule(void);

struct statement {
    const char *id, *question, *text, *published, *source; /* of the board */
    double value;                                          /* ours; NaN: none */
    double low, high;
    enum statement_verdict verdict;
    char *why; /* what the number is, and why the verdict */
};

struct statements {
    struct statement *list; /* [num] */
    size_t num;
};

/* What the statements are judged by; all borrowed. */
struct statements_input {
    const struct published *board;
    const struct ranking *ranking;
    const struct correlation_trust *correlation;
    const struct utility *utility;
    const struct access_gap *access;
    const struct over_alignment *over_alignment;
    const struct spread *spread;
    const struct card *card; /* NULL: not the board */
    uint64_t seed;
};

void statements_make(struct statements *out,
                     const struct statements_input *input);
void statements_release(struct statements *self);

#endif
