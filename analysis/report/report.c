#include "analysis/report/report.h"

#include "analysis/report/report_parts.h"
#include "base/json.h"
#include "store/reader.h"

#include <stddef.h>

static void tell(const struct report_params *params, double share)
{
    if (params->progress)
        params->progress(params->progress_self, share);
}

/* The shares are what the parts take of a file of seven models. */
static int add_parts(struct cJSON *root,
                     const struct reader *reader,
                     const struct report_params *params,
                     struct error *err)
{
    if (report_scores_add(root, reader, err) < 0)
        return -1;
    tell(params, 0.05);
    if (report_analysis_add(root, reader, params, err) < 0)
        return -1;
    tell(params, 0.75);
    if (report_cells_add(root, reader, params, err) < 0)
        return -1;
    tell(params, 0.95);
    return report_run_add(root, reader, err);
}

struct cJSON *report_document(const struct reader *reader,
                              const struct report_params *params,
                              struct error *err)
{
    static const char *const texts[] = {
        [REPORT_TEXTS_NONE] = "none",
        [REPORT_TEXTS_MASKED] = "masked",
        [REPORT_TEXTS_FULL] = "full",
    };
    struct cJSON *root = json_new_object();

    json_add_text(root, "file", params->file);
    json_add_text(root, "content_digest", reader_digest(reader));
    json_add_text(root, "texts", texts[params->texts]);
    if (add_parts(root, reader, params, err) < 0) {
        json_free(root);
        return NULL;
    }
    report_words_add(root, reader);
    return root;
}
