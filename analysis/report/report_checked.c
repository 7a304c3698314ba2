/* Who checked the verdicts: people, another judge. */
#include "analysis/board.h"
#include "analysis/judge_trust.h"
#include "analysis/labels_of.h"
#include "analysis/report/report_parts.h"
#include "analysis/verdict_trust.h"
#include "base/json.h"
#include "base/text.h"
#include "store/reader.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

int report_checked_add(struct cJSON *root,
                       const struct reader *reader,
                       const char *path,
                       struct error *err)
{
    struct labels_of labels;

    if (labels_of_open(&labels, path, reader, err) < 0)
        return -1;
    verdict_trust_json(root, reader, labels_of_validation(&labels));
    labels_of_close(&labels);
    return 0;
}

/* Values that labels of people could put right. */
static size_t count_rates(const struct reader *reader)
{
    size_t num = 0;

    for (size_t c = 0; c < reader_num_columns(reader); c++) {
        if (!board_wants_labels(reader_column(reader, c), PROFILE_CORRECTED))
            continue;
        for (size_t m = 0; m < reader_num_models(reader); m++) {
            if (!isnan(reader_score(reader, PROFILE_CORRECTED, m, c)->value))
                num++;
        }
    }
    return num;
}

/* Of these how many were. */
static size_t count_validated(const struct cJSON *file)
{
    const struct cJSON *rates =
        json_member(json_member(file, "labels"), "rates");
    size_t num = 0;

    for (const struct cJSON *at = json_first(rates); at; at = json_next(at)) {
        if (text_equal(json_member_text(at, "question"), "refusal")
            && !isnan(json_member_number(at, "value")))
            num++;
    }
    return num;
}

void report_checked_say(struct text *out,
                        const struct reader *const *readers,
                        size_t num_readers,
                        const struct cJSON *root)
{
    const struct cJSON *file = json_first(json_member(root, "files"));
    size_t rates = 0;
    size_t validated = 0;
    bool is_judged = false;
    bool is_known = false;

    for (size_t f = 0; f < num_readers; f++, file = json_next(file)) {
        rates += count_rates(readers[f]);
        validated += count_validated(file);
        is_judged |= judge_trust_is_wanted(readers[f]);
        is_known |= json_member(file, "judge") != NULL;
    }
    if (rates > 0) {
        text_addf(out,
                  "Of the %zu refusal rates under corrected rules %zu are "
                  "validated by labels of people.",
                  rates,
                  validated);
    }
    if (is_judged) {
        text_addf(out,
                  "%sA judge decided verdicts; how far it can be trusted is "
                  "%s.",
                  out->len > 0 ? " " : "",
                  is_known ? "told below" : "not known");
    }
}
