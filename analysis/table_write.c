/* A table for people: text to a width. */
#include "analysis/table_parts.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2, MAX_CELL = 40 };

/* No "-0.00". */
static double without_sign_of_zero(double value, int decimals)
{
    return fabs(value) < 0.5 * pow(10, -decimals) ? 0 : value;
}

/* A cell as people read it. */
static void show_cell(const struct table *self,
                      size_t row,
                      size_t column,
                      struct text *out)
{
    const struct table_column *of = &self->columns[column];
    const struct table_cell *cell =
        &self->cells[row * self->num_columns + column];

    text_clear(out);
    if (cell->text && of->kind != TABLE_INTERVAL) {
        text_show_plain(out, cell->text);
    } else if (isnan(cell->value)) {
        text_add(out, "-");
    } else {
        text_addf(out,
                  "%.*f",
                  of->decimals,
                  without_sign_of_zero(cell->value, of->decimals));
        if (of->kind == TABLE_INTERVAL && !isnan(cell->low)
            && !isnan(cell->high)) {
            text_addf(out,
                      " [%.*f, %.*f]",
                      of->decimals,
                      without_sign_of_zero(cell->low, of->decimals),
                      of->decimals,
                      without_sign_of_zero(cell->high, of->decimals));
        } else if (cell->text) {
            text_add(out, " (");
            text_show_plain(out, cell->text);
            text_add(out, ")");
        }
    }
}

static int width_of(const struct table *self, size_t column)
{
    struct text cell = { 0 };
    size_t most = text_width(self->columns[column].name);

    for (size_t r = 0; r < table_num_rows(self); r++) {
        size_t width;

        show_cell(self, r, column, &cell);
        width = text_width(text_data(&cell));
        most = width > most ? width : most;
    }
    text_release(&cell);
    return most > MAX_CELL ? MAX_CELL : (int)most;
}

static void add_blanks(struct text *out, int num)
{
    for (int i = 0; i < num; i++)
        text_add(out, " ");
}

static void add_padded(struct text *out,
                       const char *text,
                       int width,
                       bool is_right)
{
    const int used = (int)text_width(text);

    if (is_right)
        add_blanks(out, width - used);
    text_add(out, text);
    if (!is_right)
        add_blanks(out, width - used);
}

/* What of a text goes on one line, broken between words where there are any;
 * the text goes on behind it. */
static void take_line(struct text *rest, int width, struct text *line)
{
    const char *text = text_data(rest);
    size_t len = 0;
    size_t fits = 0; /* bytes up to the last blank that fits */
    int used = 0;
    char *left;

    text_clear(line);
    while (text[len] && used < width) {
        len++;
        while (((unsigned char)text[len] & 0xc0) == 0x80)
            len++;
        used++;
        if (text[len] == ' ' || !text[len])
            fits = len;
    }
    if (text[len] && fits > 0)
        len = fits;
    text_add_len(line, text, len);
    left = mem_text(text + len + strspn(text + len, " "));
    text_clear(rest);
    text_add(rest, left);
    free(left);
}

static void end_line(struct text *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    text_add(out, "\n");
}

struct page {
    const int *widths; /* [num_columns] */
    size_t num_names;  /* columns at the left that every part repeats */
    size_t first, end; /* columns beside these */
};

/* One line of a row: what is left of each cell; false: nothing is. */
static bool write_line(const struct table *self,
                       const struct page *page,
                       struct text *rests,
                       struct text *out)
{
    struct text line = { 0 };
    bool is_more = false;

    for (size_t c = 0; c < page->end; c++) {
        if (c >= page->num_names && c < page->first)
            continue;
        if (c > 0)
            add_blanks(out, GAP);
        take_line(&rests[c], page->widths[c], &line);
        is_more = is_more || rests[c].len > 0;
        add_padded(out,
                   text_data(&line),
                   page->widths[c],
                   self->columns[c].kind == TABLE_NUMBER);
    }
    end_line(out);
    text_release(&line);
    return is_more;
}

/* row -1: names */
static void write_row(const struct table *self,
                      const struct page *page,
                      long row,
                      struct text *out)
{
    struct text *rests = mem_alloc(self->num_columns, sizeof *rests);

    for (size_t c = 0; c < page->end; c++) {
        if (row < 0) {
            text_show_plain(&rests[c], self->columns[c].name);
        } else {
            show_cell(self, (size_t)row, c, &rests[c]);
        }
    }
    while (write_line(self, page, rests, out)) {
    }
    for (size_t c = 0; c < page->end; c++)
        text_release(&rests[c]);
    free(rests);
}

/* The columns of text at the left, which name a row: one at least, and no more
 * than half of the width.
 * used  out: their width */
static size_t find_names(const struct table *self,
                         const int *widths,
                         int width,
                         int *used)
{
    size_t num = 1;

    *used = self->num_columns > 0 ? widths[0] : 0;
    while (num < self->num_columns && self->columns[num].kind == TABLE_TEXT
           && *used + GAP + widths[num] <= width / 2 - GAP)
        *used += GAP + widths[num++];
    return num;
}

/* As many columns as fit, at least one. */
static size_t fit(const struct table *self, const struct page *page, int width)
{
    int used = -GAP;
    size_t end = page->first;

    for (size_t c = 0; c < page->num_names; c++)
        used += GAP + page->widths[c];
    while (end < self->num_columns
           && (end == page->first || used + GAP + page->widths[end] <= width))
        used += GAP + page->widths[end++];
    return end;
}

static void write_note(const char *note, int width, struct text *out)
{
    struct text rest = { 0 };
    struct text line = { 0 };

    while (*note) { /* its lines, each without what a terminal heeds */
        const size_t len = strcspn(note, "\n");
        char *part = mem_text_len(note, len);

        text_show_plain(&rest, part);
        text_add(&rest, note[len] ? "\n" : "");
        note += len + (note[len] != '\0');
        free(part);
    }
    while (rest.len > 0) {
        take_line(&rest, width, &line);
        text_add(out, text_data(&line));
        end_line(out);
    }
    text_release(&rest);
    text_release(&line);
}

static void write_head(const struct table *self,
                       const struct table_style *style,
                       struct text *out)
{
    text_add(out, style->is_bold ? "\033[1m" : "");
    text_show_plain(out, self->title);
    text_add(out, style->is_bold ? "\033[0m\n" : "\n");
    if (self->note)
        write_note(self->note, style->width, out);
}

void table_write(const struct table *self,
                 const struct table_style *style,
                 struct text *out)
{
    int *widths = mem_alloc(self->num_columns, sizeof *widths);
    const long num_rows = (long)table_num_rows(self);
    struct page page = { .widths = widths };
    int used;

    write_head(self, style, out);
    for (size_t c = 0; c < self->num_columns; c++)
        widths[c] = width_of(self, c);
    page.num_names = find_names(self, widths, style->width, &used);
    for (size_t c = page.num_names; c < self->num_columns; c++) {
        if (self->columns[c].kind == TABLE_LINE
            && style->width - used - GAP >= MAX_CELL)
            widths[c] = style->width - used - GAP;
    }
    page.first = page.num_names;
    while (page.first < self->num_columns || page.end == 0) {
        page.end = fit(self, &page, style->width);
        if (page.first > page.num_names)
            text_add(out, "\n");
        for (long r = -1; r < num_rows; r++)
            write_row(self, &page, r, out);
        page.first = page.end;
        if (page.end >= self->num_columns)
            break;
    }
    free(widths);
}
