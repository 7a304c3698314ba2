/* CSV as spreadsheets save it: quotes, line ends of any kind, a byte-order
 * mark, and commas, semicolons or tabs between cells. */
#include "analysis/label/label_sheet.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CELLS = 256 };

struct csv {
    const char *path;
    char *at, *end;
    size_t line, column; /* of `at`, from 1; columns are bytes */
    char comma;
    struct label_sheet_cell cells[MAX_CELLS]; /* of the row being read */
    size_t num;
};

static void step(struct csv *csv)
{
    if (*csv->at == '\n') {
        csv->line++;
        csv->column = 0;
    }
    csv->at++;
    csv->column++;
}

/* Read a cell in quotes into its own place, where it can only get shorter. */
static int read_quoted(struct csv *csv,
                       struct label_sheet_cell *cell,
                       struct error *err)
{
    char *to;

    step(csv);
    cell->text = to = csv->at;
    for (;;) {
        if (csv->at == csv->end) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s:%zu:%zu: the quote that begins here does not "
                             "end; save the file again as CSV",
                             csv->path,
                             cell->line,
                             cell->column);
        }
        if (*csv->at == '"') {
            step(csv);
            if (csv->at == csv->end || *csv->at != '"')
                break;
        }
        *to++ = *csv->at;
        step(csv);
    }
    if (csv->at < csv->end && !strchr("\r\n", *csv->at)
        && *csv->at != csv->comma) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s:%zu:%zu: text behind a closing quote; a quote in "
                         "a cell is written twice",
                         csv->path,
                         csv->line,
                         csv->column);
    }
    *to = '\0';
    return 0;
}

static bool is_end_of_cell(const struct csv *csv)
{
    return csv->at == csv->end || *csv->at == csv->comma || *csv->at == '\r'
           || *csv->at == '\n';
}

/* Past the comma or line end, where a NUL takes its place; the buffer has one
 * byte more.  Whether the row ends here. */
static bool end_cell(struct csv *csv)
{
    char *stop = csv->at;
    const bool is_last = stop == csv->end || *stop != csv->comma;

    if (csv->at < csv->end && *csv->at == '\r')
        step(csv);
    if (csv->at < csv->end && (stop == csv->at || *csv->at == '\n'))
        step(csv);
    *stop = '\0';
    return is_last;
}

/* One row; 0 at the end of the file.  */
static int read_row(struct csv *csv, struct error *err)
{
    bool is_last = csv->at == csv->end;

    csv->num = 0;
    if (is_last)
        return 0;
    while (!is_last) {
        struct label_sheet_cell *cell = &csv->cells[csv->num];

        if (csv->num++ == MAX_CELLS) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s:%zu: more than %d cells",
                             csv->path,
                             csv->line,
                             MAX_CELLS);
        }
        *cell = (struct label_sheet_cell){ csv->at, csv->line, csv->column };
        if (csv->at < csv->end && *csv->at == '"') {
            if (read_quoted(csv, cell, err) < 0)
                return -1;
        } else {
            while (!is_end_of_cell(csv))
                step(csv);
        }
        is_last = end_cell(csv);
    }
    return 1;
}

/* What is between the cells of the first line. */
static char find_comma(const char *bytes, size_t len)
{
    const char *end = memchr(bytes, '\n', len);
    const size_t line = end ? (size_t)(end - bytes) : len;

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
    if (at < csv->num)
        return csv->cells[at];
    return (struct label_sheet_cell){ .line = csv->num > 0 ? csv->cells[0].line
                                                           : csv->line,
                                      .column = 1 };
}

int label_sheet_csv(struct label_sheet_reading *reading,
                    const char *path,
                    char *bytes,
                    size_t len,
                    struct error *err)
{
    struct csv *csv = mem_alloc(1, sizeof *csv);
    const size_t mark =
        len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    size_t id, label, labeller;
    int rc;

    csv->path = path;
    csv->at = bytes + mark;
    csv->end = bytes + len;
    csv->line = csv->column = 1;
    csv->comma = find_comma(csv->at, len - mark);
    rc = read_row(csv, err);
    id = find_cell(csv, "id");
    label = find_cell(csv, "label");
    labeller = find_cell(csv, "labeller");
    if (rc >= 0 && (id == csv->num || label == csv->num)) {
        rc = error_set(err,
                       ERR_FORMAT,
                       "%s:1:1: the first line names no column '%s'; keep the "
                       "line that `label export` wrote",
                       path,
                       id == csv->num ? "id" : "label");
    }
    while (rc > 0 && (rc = read_row(csv, err)) > 0) {
        const struct label_sheet_row row = { cell_at(csv, id),
                                             cell_at(csv, label),
                                             cell_at(csv, labeller) };

        if (csv->num == 1 && csv->cells[0].text[0] == '\0')
            continue; /* an empty line */
        if (label_sheet_take(reading, &row, err) < 0)
            rc = -1;
    }
    free(csv);
    return rc;
}
