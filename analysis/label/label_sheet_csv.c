/* CSV as spreadsheets save it: line ends of any kind, a byte-order mark, and
 * commas, semicolons or tabs between cells. */
#include "analysis/label/label_sheet.h"
#include "base/csv.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <string.h>

enum { MAX_CELLS = 256 };

static int refuse(const struct csv *csv, const char *path, struct error *err)
{
    const struct csv_fault *fault = &csv->fault;

    switch (fault->kind) {
    case CSV_NOT_CLOSED:
        return error_set(err,
                         ERR_FORMAT,
                         "%s:%zu:%zu: the quote that begins here does not "
                         "end; save the file again as CSV",
                         path,
                         fault->cell.line,
                         fault->cell.column);
    case CSV_TEXT_BEHIND:
        return error_set(err,
                         ERR_FORMAT,
                         "%s:%zu:%zu: text behind a closing quote; a quote in "
                         "a cell is written twice",
                         path,
                         fault->line,
                         fault->column);
    case CSV_TOO_MANY:
    case CSV_TOO_LONG: /* no cap of its own */
        break;
    }
    return error_set(err,
                     ERR_FORMAT,
                     "%s:%zu: more than %d cells",
                     path,
                     fault->line,
                     (int)MAX_CELLS);
}

/* What is between the cells of the first line. */
static char find_comma(const char *bytes)
{
    const size_t line = strcspn(bytes, "\r\n"); /* a text without NULs */

    if (memchr(bytes, ',', line))
        return ',';
    if (memchr(bytes, ';', line))
        return ';';
    return memchr(bytes, '\t', line) ? '\t' : ',';
}

static size_t find_cell(const struct csv *csv, const char *name)
{
    size_t at = 0;

    while (at < csv->num && !text_equal(csv->cells[at].text, name))
        at++;
    return at;
}

static struct label_sheet_cell cell_at(const struct csv *csv, size_t at)
{
    const struct csv_cell *cells = csv->cells;

    if (at >= csv->num)
        return (struct label_sheet_cell){ NULL, cells[0].line, 1 };
    return (struct label_sheet_cell){ cells[at].text,
                                      cells[at].line,
                                      cells[at].column };
}

/* Cut short, or with a separator too many: a label may stand anywhere. */
static int check_width(const struct csv *csv,
                       size_t num,
                       const char *path,
                       struct error *err)
{
    if (csv->num == num)
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "%s:%zu:1: a row of %zu cells where the first line has "
                     "%zu; put it right, or take it out",
                     path,
                     csv->cells[0].line,
                     csv->num,
                     num);
}

int label_sheet_csv(struct label_sheet_reading *reading,
                    const char *path,
                    const char *bytes,
                    size_t len,
                    struct error *err)
{
    const struct csv_format format = { .separator = find_comma(bytes),
                                       .cr_ends_row = true,
                                       .max_cells = MAX_CELLS };
    struct csv csv;
    size_t id, label, labeller, num;
    int rc;

    csv_init(&csv, &format, bytes, len);
    rc = csv_next(&csv);
    num = csv.num;
    id = find_cell(&csv, "id");
    label = find_cell(&csv, "label");
    labeller = find_cell(&csv, "labeller");
    if (rc < 0) {
        (void)refuse(&csv, path, err);
    } else if (id == csv.num || label == csv.num) {
        rc = error_set(err,
                       ERR_FORMAT,
                       "%s:1:1: the first line names no column '%s'; keep the "
                       "line that 'trustsweep label export' wrote",
                       path,
                       id == csv.num ? "id" : "label");
    }
    while (rc > 0 && (rc = csv_next(&csv)) != 0) {
        if (rc < 0) {
            (void)refuse(&csv, path, err);
        } else if (csv.num > 1 || csv.cells[0].len > 0) {
            const struct label_sheet_row row = { cell_at(&csv, id),
                                                 cell_at(&csv, label),
                                                 cell_at(&csv, labeller) };

            if (check_width(&csv, num, path, err) < 0
                || label_sheet_take(reading, &row, err) < 0)
                rc = -1;
        }
    }
    csv_release(&csv);
    return rc;
}
