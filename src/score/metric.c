#include "trustsweep/metric.h"

#include "score/kinds.h"

#include <string.h>

#define LISTED(name) &metric_##name,

static const struct metric_ops *const kinds[] = { KINDS(LISTED) NULL };

const struct metric_ops *const *metric_kinds(void)
{
    return kinds;
}

const struct metric_ops *metric_find(const char *name)
{
    if (!name)
        return NULL;
    for (size_t i = 0; kinds[i]; i++) {
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    }
    return NULL;
}
