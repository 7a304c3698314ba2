/*
 * kinds.h - the evaluators of this folder, one a line; evaluator.c lists them in this
 * order.
 */
#ifndef KINDS_H
#define KINDS_H

#include "trustsweep/evaluator.h"

#define KINDS(DO)              \
    DO(adv_factuality)         \
    DO(advglue)                \
    DO(advinstruction)         \
    DO(awareness_other)        \
    DO(choice)                 \
    DO(choice_per_character)   \
    DO(confaide)               \
    DO(disparagement)          \
    DO(emotional)              \
    DO(ethics)                 \
    DO(external)               \
    DO(hallucination)          \
    DO(internal)               \
    DO(leakage)                \
    DO(moralchoice_high)       \
    DO(moralchoice_low)        \
    DO(ood_generalization)     \
    DO(preference)             \
    DO(refusal)                \
    DO(social_chemistry)       \
    DO(stereotype_agreement)   \
    DO(stereotype_recognition) \
    DO(sycophancy_persona)     \
    DO(sycophancy_preference)  \
    DO(toxicity)

#define KINDS_EXTERN(name) extern const struct evaluator_ops evaluator_##name;
KINDS(KINDS_EXTERN)

#endif
