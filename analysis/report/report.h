/*
 * report.h - results files as one HTML page that needs nothing else.
 *
 * The page is put together from the parts in analysis/report/page, the two
 * chart libraries (scripts/assets.sh) and the document below, deflated and in
 * base64, so that nothing a model wrote can end the element it stands in.
 */
#ifndef REPORT_H
#define REPORT_H

#include "analysis/analysis.h"

#include <stddef.h>

struct cJSON;
struct error;
struct reader;
struct text;

enum report_texts {
    REPORT_TEXTS_NONE = 0,
    REPORT_TEXTS_MASKED, /* report_mask.h says what is seen */
    REPORT_TEXTS_FULL,
};

struct report_params {
    const char *const *files; /* [readers] their names, for headings */
    const char *const *paths; /* [readers] beside which labels may lie */
    /* [readers] of each {"name", "reason"} of checkpoints that were asked nothing;
     * NULL: none */
    const struct cJSON *const *skipped;
    enum report_texts texts;
    size_t samples; /* items a column to show; SIZE_MAX: all */
    struct analysis_options analysis; /* resamples 0: none is made */
    const char *assets; /* folder of the chart libraries; NULL: look for it */
    void (*progress)(void *self, double share); /* or NULL */
    void *progress_self;
};

/*
 * What the page shows, for programs: "analysis" and "words" of all files as
 * one, and "files": of each its models, columns, scores, published, items,
 * units, cells, run, provenance, "labels" and "judge" where there are any, and
 * "names": what its models are called beside those of other files.
 *
 * readers  [num_readers], at least one
 * returns  to be given to json_free(), or NULL
 * errors   ERR_IO, ERR_FORMAT; ERR_USAGE when the files are of other data
 */
struct cJSON *report_document(const struct reader *const *readers,
                              size_t num_readers,
                              const struct report_params *params,
                              struct error *err);

/* The page of such a document.  ERR_IO when a part is missing; for the chart
 * libraries the error says how to get them. */
int report_page(const struct cJSON *document,
                const struct report_params *params,
                struct text *out,
                struct error *err);

#endif
