/*
 * judge.h - the replies of one model to one task -> verdicts by an evaluator.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "trustsweep/evaluator.h"

struct error;

/*
 * Judge `num` units of one task and one model, plan order.
 *
 * items, replies  [num]; a reply in STATE_NONE is not there yet
 * repeats         [num]; items are grouped within one repeat
 * out             [num]
 * errors          what the evaluator says; a group whose evaluator failed, or
 *                 asks for what no model gives, counts as failed
 */
int judge_units(const struct evaluator_ops *evaluator,
                const struct item *const *items,
                const struct reply *const *replies,
                const uint32_t *repeats,
                size_t num,
                struct verdicts *out);

#endif
