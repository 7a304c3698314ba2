/*
 * verdict.h - what an evaluator says of one reply, under each profile.
 */
#ifndef TRUSTSWEEP_VERDICT_H
#define TRUSTSWEEP_VERDICT_H

#include "trustsweep/state.h"

/* `paper` reproduces the published board, quirks included; `corrected` is what
 * the task intends.  Every score is computed in both. */
enum profile {
    PROFILE_PAPER = 0,
    PROFILE_CORRECTED,
    NUM_PROFILES,
};

const char *profile_name(enum profile profile);

enum { LABEL_NONE = 0 };

/* Where a finding comes from. */
enum origin {
    ORIGIN_RULE = 0, /* the reply's text alone */
    ORIGIN_RECORDED, /* a label that was recorded beside the answer */
    ORIGIN_ASKED,    /* the answer to a follow-up: judge, classifier, ... */
    NUM_ORIGINS,
};

/* "rule", "recorded", "asked". */
const char *origin_name(enum origin origin);

/*
 * One item under one profile.
 *
 * state  the reply's own, or REFUSED / UNPARSED / UNJUDGED where the rule says
 *        so
 * label  index into the evaluator's `labels`; LABEL_NONE when there is none
 * value  what the evaluator measures (correct: 1 or 0; a number that was read;
 *        a cosine); NaN when there is none.  Metrics leave items without the
 *        label or value they need out of the denominator.
 * error  how far off `value` may be because of who judged: one standard
 *        deviation of an error that all replies of a model to a column share.
 *        0 where a rule decides.  Metrics add it to their interval.
 */
struct verdict {
    enum state state;
    int label;
    double value;
    double error;
    enum origin origin;
};

/* What evaluators fill for each item. */
struct verdicts {
    struct verdict by_profile[NUM_PROFILES];
};

#endif
