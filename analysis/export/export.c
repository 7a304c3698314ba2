#include "analysis/export/export.h"

#include "analysis/export/kinds.h"

#include <stddef.h>
#include <string.h>

static const struct export_ops *const kinds[] = {
    &export_csv,     &export_jsonl,       &export_toolkit,  &export_lm_eval,
    &export_inspect, &export_leaderboard, &export_redacted, NULL,
};

const struct export_ops *const *export_kinds(void)
{
    return kinds;
}

const struct export_ops *export_find(const char *name)
{
    for (size_t i = 0; kinds[i]; i++) {
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    }
    return NULL;
}
