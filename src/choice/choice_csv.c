#include "choice/choice_csv.h"

#include "base/text.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void choice_csv_init(struct choice_csv *self,
                     const char *path,
                     const char *bytes,
                     size_t len)
{
    *self = (struct choice_csv){ .path = path,
                                 .bytes = bytes,
                                 .len = len,
                                 .line = 1 };
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        self->at = 3;
}

void choice_csv_release(struct choice_csv_row *row)
{
    for (size_t i = 0; i < row->num_fields; i++)
        free(row->fields[i]);
    *row = (struct choice_csv_row){ 0 };
}

static int refuse(const struct choice_csv *self,
                  size_t line,
                  size_t field,
                  const char *what,
                  struct error *err)
{
    return error_set(err,
                     ERR_FORMAT,
                     "%s:%zu: field %zu: %s",
                     self->path,
                     line,
                     field + 1,
                     what);
}

/* The byte at `at`; at the end a line end, which closes what is open. */
static char peek(const struct choice_csv *self)
{
    static const char end = '\n';

    return *(self->at < self->len ? &self->bytes[self->at] : &end);
}

static bool is_line_end(const struct choice_csv *self)
{
    const char c = peek(self);

    return c == '\n'
           || (c == '\r'
               && (self->at + 1 >= self->len
                   || self->bytes[self->at + 1] == '\n'));
}

static void pass_line_end(struct choice_csv *self)
{
    if (peek(self) == '\r')
        self->at++;
    if (self->at < self->len)
        self->at++;
    self->line++;
}

/* What stands between two quotes, the first of which was passed.  False: it
 * does not end. */
static bool take_quoted(struct choice_csv *self, struct text *out)
{
    while (self->at < self->len) {
        const char c = self->bytes[self->at++];

        if (c == '"') {
            if (peek(self) != '"' || self->at >= self->len)
                return true;
            self->at++;
        }
        self->line += c == '\n';
        text_add_len(out, &c, 1);
        if (out->len > CHOICE_CSV_FIELD_BYTES)
            return true; /* refused by the caller */
    }
    return false;
}

/* What is wrong with a field that was read to its end, or NULL. */
static const char *find_fault(const struct text *field)
{
    const char *bytes = text_data(field);

    if (field->len > CHOICE_CSV_FIELD_BYTES)
        return "longer than 64 KiB";
    if (text_valid_utf8(bytes, field->len) < field->len
        || memchr(bytes, '\0', field->len))
        return "is no UTF-8 text";
    return NULL;
}

static int take_field(struct choice_csv *self,
                      struct choice_csv_row *row,
                      struct error *err)
{
    const size_t line = self->line;
    const size_t field = row->num_fields;
    struct text out = { 0 };
    const char *problem = NULL;

    if (self->at < self->len && peek(self) == '"') {
        self->at++;
        if (!take_quoted(self, &out)) {
            problem = "a quote that is not closed";
        } else if (out.len <= CHOICE_CSV_FIELD_BYTES && peek(self) != ','
                   && !is_line_end(self)) {
            problem = "text behind a closing quote";
        }
    } else {
        const size_t from = self->at;

        while (peek(self) != ',' && !is_line_end(self))
            self->at++;
        text_add_len(&out, self->bytes + from, self->at - from);
    }
    if (!problem)
        problem = find_fault(&out);
    row->fields[row->num_fields++] = text_take(&out);
    return problem ? refuse(self, line, field, problem, err) : 0;
}

int choice_csv_next(struct choice_csv *self,
                    struct choice_csv_row *out,
                    struct error *err)
{
    *out = (struct choice_csv_row){ 0 };
    while (self->at < self->len && is_line_end(self))
        pass_line_end(self);
    if (self->at >= self->len)
        return 0;
    out->line = self->line;
    for (;;) {
        if (out->num_fields == CHOICE_CSV_FIELDS) {
            return refuse(self,
                          out->line,
                          out->num_fields,
                          "more fields than any such file has",
                          err);
        }
        if (take_field(self, out, err) < 0)
            return -1;
        if (peek(self) != ',' || self->at >= self->len)
            break;
        self->at++;
    }
    pass_line_end(self);
    return 1;
}
