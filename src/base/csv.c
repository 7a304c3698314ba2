#include "base/csv.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void csv_init(struct csv *self,
              const struct csv_format *format,
              const char *bytes,
              size_t len)
{
    const size_t mark =
        len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    *self = (struct csv){ .format = *format,
                          .at = bytes + mark,
                          .end = bytes + len,
                          .line = 1,
                          .column = 1 };
}

void csv_release(struct csv *self)
{
    free(self->cells);
    text_release(&self->text);
    *self = (struct csv){ 0 };
}

static void step(struct csv *self)
{
    if (*self->at == '\n') {
        self->line++;
        self->column = 0;
    }
    self->at++;
    self->column++;
}

static bool is_row_end(const struct csv *self)
{
    if (self->at == self->end || *self->at == '\n')
        return true;
    return *self->at == '\r'
           && (self->format.cr_ends_row || self->at + 1 == self->end
               || self->at[1] == '\n');
}

static bool is_cell_end(const struct csv *self)
{
    return is_row_end(self) || *self->at == self->format.separator;
}

static void pass_row_end(struct csv *self)
{
    if (self->at < self->end && *self->at == '\r')
        step(self);
    if (self->at < self->end && *self->at == '\n')
        step(self);
}

static bool is_blank(const struct csv *self, const char *at)
{
    return at < self->end && (*at == ' ' || *at == '\t')
           && *at != self->format.separator;
}

static void pass_blanks(struct csv *self)
{
    while (self->format.blanks_around && is_blank(self, self->at))
        step(self);
}

static bool begins_with_quote(const struct csv *self)
{
    const char *at = self->at;

    while (self->format.blanks_around && is_blank(self, at))
        at++;
    return at < self->end && *at == '"';
}

static int refuse(struct csv *self,
                  enum csv_fault_kind kind,
                  const struct csv_cell *cell)
{
    self->fault = (struct csv_fault){ .kind = kind,
                                      .cell = *cell,
                                      .line = self->line,
                                      .column = self->column };
    return -1;
}

/* Add what is between `from` and here to the cell. */
static int add_run(struct csv *self, struct csv_cell *cell, const char *from)
{
    const size_t len = (size_t)(self->at - from);
    const size_t most = self->format.max_bytes;

    if (most > 0 && len > most - cell->len)
        return refuse(self, CSV_TOO_LONG, cell);
    text_add_len(&self->text, from, len);
    cell->len += len;
    return 0;
}

static int take_quoted(struct csv *self, struct csv_cell *cell)
{
    pass_blanks(self);
    step(self);
    for (;;) {
        const char *from = self->at;

        while (self->at < self->end && *self->at != '"')
            step(self);
        if (add_run(self, cell, from) < 0)
            return -1;
        if (self->at == self->end)
            return refuse(self, CSV_NOT_CLOSED, cell);
        step(self);
        if (self->at == self->end || *self->at != '"')
            break;
        from = self->at;
        step(self);
        if (add_run(self, cell, from) < 0)
            return -1;
    }
    pass_blanks(self);
    return is_cell_end(self) ? 0 : refuse(self, CSV_TEXT_BEHIND, cell);
}

static int take_plain(struct csv *self, struct csv_cell *cell)
{
    const char *from = self->at;

    while (!is_cell_end(self))
        step(self);
    return add_run(self, cell, from);
}

static int take_cell(struct csv *self)
{
    struct csv_cell cell = { .number = self->num + 1,
                             .line = self->line,
                             .column = self->column,
                             .is_quoted = begins_with_quote(self) };
    int rc;

    if (self->num == self->format.max_cells)
        return refuse(self, CSV_TOO_MANY, &cell);
    rc = cell.is_quoted ? take_quoted(self, &cell) : take_plain(self, &cell);
    if (rc < 0)
        return -1;
    text_add_len(&self->text, "", 1);
    self->cells = mem_reserve(self->cells,
                              &self->cap,
                              self->num + 1,
                              sizeof *self->cells);
    self->cells[self->num++] = cell;
    return 0;
}

/* Where the texts lie is known once no more is added to them. */
static void place_texts(struct csv *self)
{
    const char *at = text_data(&self->text);

    for (size_t i = 0; i < self->num; i++) {
        self->cells[i].text = at;
        at += self->cells[i].len + 1;
    }
}

static void pass_comments(struct csv *self)
{
    while (self->format.comment && self->at < self->end
           && *self->at == self->format.comment) {
        while (!is_row_end(self))
            step(self);
        pass_row_end(self);
    }
}

int csv_next(struct csv *self)
{
    int rc;

    self->num = 0;
    text_clear(&self->text);
    pass_comments(self);
    if (self->at == self->end)
        return 0;
    while ((rc = take_cell(self)) == 0 && !is_row_end(self))
        step(self); /* the separator */
    place_texts(self);
    if (rc < 0)
        return -1;
    pass_row_end(self);
    return 1;
}

bool csv_is_empty_row(const struct csv *self)
{
    return self->num == 1 && self->cells[0].len == 0
           && !self->cells[0].is_quoted;
}
