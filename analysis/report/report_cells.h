/*
 * report_cells.h - items and units behind the cells; for report_cells*.c only.
 */
#ifndef REPORT_CELLS_H
#define REPORT_CELLS_H

#include "analysis/report/report.h"
#include "analysis/report/report_sample.h"
#include "store/reader_rows.h"

#include <stdbool.h>

struct report_cells {
    const struct reader *reader;
    const struct report_params *params;
    struct reader_rows rows;
    struct report_sample sample;
    bool *is_refusal; /* [num_units] */
};

/* Whether texts of an item of that task are shown but for what is personal. */
bool report_cells_shows(const struct report_cells *self, size_t task);

/* Adds "KEY": text, cut and masked as the params say, and "KEY_bytes", how
 * long it was, where not all of it stands there. */
void report_cells_add_text(struct cJSON *object,
                           const char *key,
                           const struct report_cells *self,
                           bool shows,
                           const char *bytes,
                           size_t len);

/* "items" and "units", in the order of their slots. */
void report_cells_add_items(struct cJSON *root,
                            const struct report_cells *self);
int report_cells_add_units(struct cJSON *root,
                           const struct report_cells *self,
                           struct error *err);

/* "asked": what a judge or classifier was asked about a unit, by its place in
 * "units". */
int report_cells_add_asked(struct cJSON *root,
                           const struct report_cells *self,
                           struct error *err);

#endif
