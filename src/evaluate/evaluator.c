#include "trustsweep/evaluator.h"

#include "evaluate/kinds.h"

#include <string.h>

static const struct evaluator_ops *const kinds[] = {
    &evaluator_advglue,         &evaluator_confaide,
    &evaluator_disparagement,   &evaluator_emotional,
    &evaluator_external,        &evaluator_hallucination,
    &evaluator_leakage,         &evaluator_moralchoice_high,
    &evaluator_moralchoice_low, &evaluator_preference,
    &evaluator_refusal,         &evaluator_social_chemistry,
    &evaluator_toxicity,        NULL,
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
