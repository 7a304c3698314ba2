/*
 * kinds.h - the evaluators of this folder; listed in evaluator.c.
 */
#ifndef KINDS_H
#define KINDS_H

#include "trustsweep/evaluator.h"

extern const struct evaluator_ops evaluator_adv_factuality;
extern const struct evaluator_ops evaluator_advglue;
extern const struct evaluator_ops evaluator_advinstruction;
extern const struct evaluator_ops evaluator_awareness_other;
extern const struct evaluator_ops evaluator_confaide;
extern const struct evaluator_ops evaluator_disparagement;
extern const struct evaluator_ops evaluator_emotional;
extern const struct evaluator_ops evaluator_ethics;
extern const struct evaluator_ops evaluator_external;
extern const struct evaluator_ops evaluator_hallucination;
extern const struct evaluator_ops evaluator_internal;
extern const struct evaluator_ops evaluator_leakage;
extern const struct evaluator_ops evaluator_moralchoice_high;
extern const struct evaluator_ops evaluator_moralchoice_low;
extern const struct evaluator_ops evaluator_ood_generalization;
extern const struct evaluator_ops evaluator_preference;
extern const struct evaluator_ops evaluator_refusal;
extern const struct evaluator_ops evaluator_social_chemistry;
extern const struct evaluator_ops evaluator_stereotype_agreement;
extern const struct evaluator_ops evaluator_stereotype_recognition;
extern const struct evaluator_ops evaluator_sycophancy_persona;
extern const struct evaluator_ops evaluator_sycophancy_preference;
extern const struct evaluator_ops evaluator_toxicity;

#endif
