#include "analysis/export/export.h"

#include "analysis/export/kinds.h"

#include <stddef.h>
#include <string.h>

static const struct export_ops *const kinds[] = {
    &export_csv,     &export_jsonl,       &export_toolkit,  &export_lm_eval,
    &export_inspect, &export_leaderboard, &export_redacted, NULL,
};

const char *const export_names[] = {
    "csv",     "jsonl",       "toolkit",  "lm-eval",
    "inspect", "leaderboard", "redacted", NULL,
};

const struct export_ops *const *export_kinds(void)
{
    return kinds;
}

void export_progress(const struct export_params *params,
                     size_t done,
                     size_t num)
{
    if (params->progress && num > 0)
        params->progress(params->progress_self, (double)done / (double)num);
}

const struct export_ops *export_find(const char *name)
{
    for (size_t i = 0; kinds[i]; i++) {
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    }
    return NULL;
}
