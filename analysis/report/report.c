#include "analysis/report/report.h"

#include "analysis/report/report_parts.h"
#include "base/json.h"
#include "store/reader.h"

#include <stddef.h>

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
    if (report_scores_add(root, reader, err) < 0
        || report_analysis_add(root, reader, params, err) < 0
        || report_cells_add(root, reader, params, err) < 0
        || report_run_add(root, reader, err) < 0) {
        json_free(root);
        return NULL;
    }
    report_words_add(root, reader);
    return root;
}
