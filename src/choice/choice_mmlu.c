#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"
#include "choice/choice_file.h"
#include "choice/choice_item.h"
#include "trustsweep/error.h"

#include <string.h>

enum { QUESTION = 0, FIRST_OPTION, NUM_OPTIONS = 4, ANSWER = 5, NUM_FIELDS };
enum { MAX_FIELDS = 16, MAX_FIELD_BYTES = 64 * 1024 };

static int refuse(const struct choice_file *file,
                  size_t line,
                  const char *what,
                  struct error *err)
{
    return error_set(err, ERR_FORMAT, "%s:%zu: %s", file->path, line, what);
}

static int refuse_field(const struct choice_file *file,
                        size_t line,
                        size_t field,
                        const char *what,
                        struct error *err)
{
    return error_set(err,
                     ERR_FORMAT,
                     "%s:%zu: field %zu: %s",
                     file->path,
                     line,
                     field,
                     what);
}

static int refuse_row(const struct choice_file *file,
                      const struct csv *row,
                      struct error *err)
{
    const struct csv_cell *field = &row->fault.cell;
    const char *what = "";
    size_t line = field->line;

    switch (row->fault.kind) {
    case CSV_NOT_CLOSED:
        what = "a quote that is not closed";
        break;
    case CSV_TEXT_BEHIND:
        what = "text behind a closing quote";
        break;
    case CSV_TOO_MANY:
        what = "more fields than any such file has";
        line = row->cells[0].line;
        break;
    case CSV_TOO_LONG:
        what = "longer than 64 KiB";
        break;
    }
    return refuse_field(file, line, field->number, what, err);
}

/* The next row that is not empty; 1, 0 at the end, -1. */
static int next_row(const struct choice_file *file,
                    struct csv *row,
                    struct error *err)
{
    int rc = csv_next(row);

    while (rc > 0 && csv_is_empty_row(row))
        rc = csv_next(row);
    for (size_t i = 0; i < row->num; i++) {
        const struct csv_cell *field = &row->cells[i];

        if (text_valid_utf8(field->text, field->len) < field->len
            || memchr(field->text, '\0', field->len)) {
            return refuse_field(file,
                                field->line,
                                field->number,
                                "is no UTF-8 text",
                                err);
        }
    }
    return rc < 0 ? refuse_row(file, row, err) : rc;
}

static bool is_header(const struct csv *row)
{
    static const char *const names[] = { "question", "A", "B",
                                         "C",        "D", "answer" };

    for (size_t i = 0; i < NUM_FIELDS; i++) {
        if (row->num != NUM_FIELDS || strcmp(row->cells[i].text, names[i]) != 0)
            return false;
    }
    return true;
}

static int add_row(const struct choice_file *file,
                   const struct csv *row,
                   struct cJSON *out,
                   struct error *err)
{
    struct choice_item item = { .subject = file->subject,
                                .num_choices = NUM_OPTIONS };
    const char *question;
    const char *answer;

    if (row->num != NUM_FIELDS) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s:%zu: %zu fields, not the 6 that are question, A, "
                         "B, C, D, answer",
                         file->path,
                         row->cells[0].line,
                         row->num);
    }
    answer = row->cells[ANSWER].text;
    if (strlen(answer) != 1 || answer[0] < 'A'
        || answer[0] >= 'A' + NUM_OPTIONS) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s:%zu: field 'answer' is '%.24s', not A, B, C or D",
                         file->path,
                         row->cells[0].line,
                         answer);
    }
    question = row->cells[QUESTION].text;
    if (question[0] == '\0') {
        return refuse(file,
                      row->cells[0].line,
                      "field 'question' is empty",
                      err);
    }
    item.question = question;
    for (size_t i = 0; i < NUM_OPTIONS; i++) {
        const struct csv_cell *option = &row->cells[FIRST_OPTION + i];

        if (option->len == 0) {
            return refuse_field(file,
                                option->line,
                                option->number,
                                "an option is empty",
                                err);
        }
        item.choices[i] = option->text;
    }
    item.answer = (size_t)(answer[0] - 'A');
    json_append(out, choice_item_json(&item));
    return 0;
}

int choice_mmlu_read(const struct choice_file *file,
                     struct cJSON *out,
                     struct error *err)
{
    static const struct csv_format format = { .separator = ',',
                                              .max_cells = MAX_FIELDS,
                                              .max_bytes = MAX_FIELD_BYTES };
    struct csv row;
    bool is_first = true;
    int rc;

    csv_init(&row, &format, file->bytes, file->len);
    while ((rc = next_row(file, &row, err)) > 0) {
        if (!(is_first && is_header(&row)) && add_row(file, &row, out, err) < 0)
            break;
        is_first = false;
    }
    csv_release(&row);
    return rc == 0 ? 0 : -1;
}
