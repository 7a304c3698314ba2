/*
 * label_sheet.h - the file that people label: written as CSV or JSON lines, and
 * read back.
 *
 * A row is a reply: id, question, prompt, reference, reply, label (to be filled
 * in), labeller (may stay empty).  Further columns are passed over.
 */
#ifndef LABEL_SHEET_H
#define LABEL_SHEET_H

#include "analysis/label/label_key.h"

#include <stdbool.h>
#include <stddef.h>

struct error;
struct export_source;
struct labels;

/* Of the replies of `key`, in its order.  units: [key->num_units] rows of the
 * source.  A name that ends in .jsonl is written as JSON lines. */
int label_sheet_write(struct export_source *source,
                      const struct label_key *key,
                      const size_t *units,
                      const char *path,
                      struct error *err);

/* What became of the rows of a file. */
struct label_sheet_count {
    size_t num_labels; /* rows with a label */
    size_t num_empty;  /* rows without */
};

struct label_sheet_params {
    const struct label_key *key;
    const char *key_path; /* for errors */
    const char *labeller; /* of rows that name none */
};

/*
 * Add the labels of a file to `labels`.
 *
 * errors  ERR_IO; ERR_FORMAT "FILE:LINE:COLUMN: ..." with the way out
 */
int label_sheet_read(struct labels *labels,
                     const struct label_sheet_params *params,
                     const char *path,
                     struct label_sheet_count *count,
                     struct error *err);

/* For label_sheet*.c only: one row of a file, with where its cells stand. */
struct label_sheet_cell {
    const char *text; /* NULL: there is none */
    size_t line, column;
};
struct label_sheet_row {
    struct label_sheet_cell id, label, labeller;
};
struct label_sheet_reading;
int label_sheet_take(struct label_sheet_reading *reading,
                     const struct label_sheet_row *row,
                     struct error *err);

/* The rows of a CSV text without NULs. */
int label_sheet_csv(struct label_sheet_reading *reading,
                    const char *path,
                    const char *bytes,
                    size_t len,
                    struct error *err);

#endif
