#include "analysis/utility_read.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 64 << 20 };

/* A copy without blanks around it, nor a quote that only ends it. */
static char *cell_text(const struct csv_cell *cell)
{
    const char *behind = cell->is_quoted ? " \t" : " \t\"\r";
    const char *start = cell->text + strspn(cell->text, " \t");
    size_t len = strlen(start);

    while (len > 0 && strchr(behind, start[len - 1]))
        len--;
    return mem_text_len(start, len);
}

static bool is_blank_row(const struct csv *row)
{
    const struct csv_cell *first = &row->cells[0];

    return row->num == 1 && !first->is_quoted
           && strspn(first->text, " \t\r") == first->len;
}

static int refuse_line(const struct utility_reading *reading,
                       size_t line,
                       const char *what)
{
    return error_set(reading->err,
                     ERR_FORMAT,
                     "%s:%zu: %s",
                     reading->path,
                     line,
                     what);
}

/* The columns that the first row names. */
struct columns {
    char **names; /* [num] */
    size_t num;
    bool has_tail;  /* a comma behind the last: so may a row */
    char separator; /* not a comma: one may stand in numbers for the point */
};

static int refuse_row(const struct utility_reading *reading,
                      const struct columns *columns,
                      const struct csv_fault *fault)
{
    const struct csv_cell *cell = &fault->cell;

    switch (fault->kind) {
    case CSV_NOT_CLOSED:
        return error_set(reading->err,
                         ERR_FORMAT,
                         "%s:%zu:%zu: the quote that begins here does not end",
                         reading->path,
                         cell->line,
                         cell->column);
    case CSV_TEXT_BEHIND:
        return error_set(reading->err,
                         ERR_FORMAT,
                         "%s:%zu:%zu: text behind a closing quote; a quote in "
                         "a field is written twice",
                         reading->path,
                         fault->line,
                         fault->column);
    case CSV_TOO_MANY:
    case CSV_TOO_LONG: /* no cap of its own */
        break;
    }
    if (columns->num > 0)
        return refuse_line(reading, cell->line, "more fields than the first");
    return error_set(reading->err,
                     ERR_FORMAT,
                     "%s:%zu: more than %d measures",
                     reading->path,
                     cell->line,
                     (int)UTILITY_MAX_MEASURES);
}

static int take_names(const struct utility_reading *reading,
                      struct columns *columns,
                      const struct csv *row)
{
    const size_t num = row->num;

    columns->has_tail = num > 1 && row->cells[num - 1].len == 0
                        && !row->cells[num - 1].is_quoted;
    columns->num = num - 1 - (columns->has_tail ? 1 : 0);
    if (columns->num == 0) {
        return refuse_line(reading,
                           row->cells[0].line,
                           "no measure beside the model");
    }
    columns->names = mem_alloc(columns->num, sizeof(char *));
    for (size_t i = 0; i < columns->num; i++)
        columns->names[i] = cell_text(&row->cells[1 + i]);
    return 0;
}

static int put_cell(const struct utility_reading *reading,
                    const struct columns *columns,
                    size_t column,
                    const char *name,
                    const struct csv_cell *cell)
{
    double value = (double)NAN;
    char *text = cell_text(cell);
    char *comma = columns->separator == ',' ? NULL : strchr(text, ',');

    if (comma)
        *comma = '.';
    const bool is_number = text[0] == '\0' || text_to_double(text, &value);

    if (!is_number) {
        (void)error_set(reading->err,
                        ERR_FORMAT,
                        "%s:%zu: '%.40s' of column '%s' is no number; leave it "
                        "empty where there is none",
                        reading->path,
                        cell->line,
                        text,
                        columns->names[column]);
    }
    free(text);
    if (!is_number)
        return -1;
    return utility_read_put(reading,
                            columns->names[column],
                            reading->path,
                            name,
                            value);
}

static int take_values(const struct utility_reading *reading,
                       const struct columns *columns,
                       const struct csv *row)
{
    size_t num = row->num - 1;
    char *name;
    int rc = 0;

    if (columns->has_tail && num == columns->num + 1
        && row->cells[num].len == 0)
        num--;
    if (num != columns->num) {
        return refuse_line(reading,
                           row->cells[0].line,
                           num < columns->num ? "fewer fields than the first"
                                              : "more fields than the first");
    }
    name = cell_text(&row->cells[0]);
    utility_read_note(reading, name);
    for (size_t i = 0; i < num && rc == 0; i++)
        rc = put_cell(reading, columns, i, name, &row->cells[1 + i]);
    free(name);
    return rc;
}

/* What parts the cells of the first row: spreadsheets of some languages write a
 * semicolon, or a tab is asked for. */
static char find_separator(const char *text)
{
    size_t len = strcspn(text, "\n");

    while (text[len] && (text[0] == '#' || strspn(text, " \t\r\n") >= len)) {
        text += len + 1;
        len = strcspn(text, "\n");
    }
    for (const char *at = ",;\t"; *at; at++) {
        if (memchr(text, *at, len))
            return *at;
    }
    return ',';
}

static int read_csv_text(const struct utility_reading *reading,
                         const char *text)
{
    /* the model, the measures, an empty tail */
    const struct csv_format format = {
        .separator = find_separator(text),
        .comment = '#',
        .blanks_around = true,
        .max_cells = 1 + UTILITY_MAX_MEASURES + 1,
    };
    struct columns columns = { .separator = format.separator };
    struct csv row;
    int rc = 0;

    csv_init(&row, &format, text, strlen(text));
    while (rc == 0 && (rc = csv_next(&row)) != 0) {
        if (rc < 0) {
            (void)refuse_row(reading, &columns, &row.fault);
        } else if (is_blank_row(&row)) {
            rc = 0;
        } else if (columns.num == 0) {
            rc = take_names(reading, &columns, &row);
        } else {
            rc = take_values(reading, &columns, &row);
        }
    }
    for (size_t i = 0; i < columns.num; i++)
        free(columns.names[i]);
    free((void *)columns.names);
    csv_release(&row);
    return rc;
}

int utility_read_csv(const struct utility_reading *reading)
{
    struct text text = { 0 };
    int rc = file_read(reading->path, MAX_BYTES, &text, reading->err);

    if (rc == 0)
        rc = read_csv_text(reading, text_data(&text));
    text_release(&text);
    return rc;
}
