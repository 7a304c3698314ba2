#include "analysis/analysis_json.h"
#include "analysis/report/report_parts.h"
#include "base/json.h"

int report_analysis_add(struct cJSON *root,
                        const struct reader *const *readers,
                        size_t num_readers,
                        const struct report_params *params,
                        struct error *err)
{
    struct cJSON *analysis = NULL;

    if (params->analysis.resamples == 0)
        return 0;
    if (analysis_json(readers, num_readers, &params->analysis, &analysis, err)
        < 0)
        return -1;
    json_add(root, "analysis", analysis);
    return 0;
}
