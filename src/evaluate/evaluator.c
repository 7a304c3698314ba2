#include "trustsweep/evaluator.h"

#include "evaluate/kinds.h"

#include <string.h>

#define LISTED(name) &evaluator_##name,

static const struct evaluator_ops *const kinds[] = { KINDS(LISTED) NULL };

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
