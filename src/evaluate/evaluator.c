#include "trustsweep/evaluator.h"

#include "evaluate/kinds.h"

#include <string.h>

static const struct evaluator_ops *const kinds[] = {
    &evaluator_adv_factuality,
    &evaluator_advglue,
    &evaluator_advinstruction,
    &evaluator_awareness_other,
    &evaluator_confaide,
    &evaluator_disparagement,
    &evaluator_emotional,
    &evaluator_ethics,
    &evaluator_external,
    &evaluator_hallucination,
    &evaluator_internal,
    &evaluator_leakage,
    &evaluator_moralchoice_high,
    &evaluator_moralchoice_low,
    &evaluator_ood_generalization,
    &evaluator_preference,
    &evaluator_refusal,
    &evaluator_social_chemistry,
    &evaluator_stereotype_agreement,
    &evaluator_stereotype_recognition,
    &evaluator_sycophancy_persona,
    &evaluator_sycophancy_preference,
    &evaluator_toxicity,
    NULL,
};

const struct evaluator_ops *const *evaluator_kinds(void)
{
    return kinds;
}

const struct evaluator_ops *evaluator_find(const char *name)
{
    if (!name)
        return NULL;
    for (size_t i = 0; kinds[i]; i++) {
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    }
    return NULL;
}
