/*
 * kinds.h - the evaluators of this folder; listed in evaluator.c.
 */
#ifndef KINDS_H
#define KINDS_H

#include "trustsweep/evaluator.h"

extern const struct evaluator_ops evaluator_advglue;
extern const struct evaluator_ops evaluator_confaide;
extern const struct evaluator_ops evaluator_disparagement;
extern const struct evaluator_ops evaluator_emotional;
extern const struct evaluator_ops evaluator_external;
extern const struct evaluator_ops evaluator_hallucination;
extern const struct evaluator_ops evaluator_leakage;
extern const struct evaluator_ops evaluator_moralchoice_high;
extern const struct evaluator_ops evaluator_moralchoice_low;
extern const struct evaluator_ops evaluator_preference;
extern const struct evaluator_ops evaluator_refusal;
extern const struct evaluator_ops evaluator_social_chemistry;
extern const struct evaluator_ops evaluator_toxicity;

#endif
