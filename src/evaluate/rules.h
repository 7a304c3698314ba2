/*
 * rules.h - what evaluators share: verdicts, and readings of short answers.
 *
 * The readings here serve the corrected profile.  What the published rules do
 * stands in the evaluator that does it.
 */
#ifndef RULES_H
#define RULES_H

#include "trustsweep/evaluator.h"

#include <stdbool.h>

/* One reply that has a text, and what to say of it.  All borrowed. */
struct rules_case {
    const struct item *item;
    const struct reply *reply;
    const char *text; /* of the reply; never NULL */
};

typedef void (*rules_judge_fn)(const struct rules_case *one,
                               struct verdicts *out);

/* The judge slot of an evaluator that looks at one reply at a time: calls `fn`
 * where there is a text, gives verdict_none() to all others. */
enum evaluator_result rules_each(const struct group *group,
                                 struct verdicts *out,
                                 rules_judge_fn fn);

/* A finding; the reply's state stays. */
struct verdict rules_found(const struct reply *reply, int label, double value);

/* No answer in the text: UNPARSED, and EMPTY for an empty text.  `value` is
 * what the rule makes of it: 0 (wrong) or NaN (left out). */
struct verdict rules_unparsed(const struct reply *reply, double value);

/* Whether `part` occurs in `text`, without case, of any script utf8.h knows. */
bool rules_has(const char *text, const char *part);

#endif
