#include "base/json.h"
#include "choice/choice_csv.h"
#include "choice/choice_file.h"
#include "choice/choice_item.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <string.h>

enum { QUESTION = 0, FIRST_OPTION, NUM_OPTIONS = 4, ANSWER = 5, NUM_FIELDS };

static int refuse(const struct choice_file *file,
                  size_t line,
                  const char *what,
                  struct error *err)
{
    return error_set(err, ERR_FORMAT, "%s:%zu: %s", file->path, line, what);
}

static bool is_header(const struct choice_csv_row *row)
{
    static const char *const names[] = { "question", "A", "B",
                                         "C",        "D", "answer" };

    for (size_t i = 0; i < NUM_FIELDS; i++) {
        if (row->num_fields != NUM_FIELDS
            || strcmp(row->fields[i], names[i]) != 0)
            return false;
    }
    return true;
}

static int add_row(const struct choice_file *file,
                   const struct choice_csv_row *row,
                   struct cJSON *out,
                   struct error *err)
{
    struct choice_item item = { .subject = file->subject,
                                .num_choices = NUM_OPTIONS };
    const char *answer;

    if (row->num_fields != NUM_FIELDS) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s:%zu: %zu fields, not the 6 that are question, A, "
                         "B, C, D, answer",
                         file->path,
                         row->line,
                         row->num_fields);
    }
    answer = row->fields[ANSWER];
    if (strlen(answer) != 1 || answer[0] < 'A'
        || answer[0] >= 'A' + NUM_OPTIONS) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s:%zu: field 'answer' is '%.24s', not A, B, C or D",
                         file->path,
                         row->line,
                         answer);
    }
    if (row->fields[QUESTION][0] == '\0')
        return refuse(file, row->line, "field 'question' is empty", err);
    item.question = row->fields[QUESTION];
    for (size_t i = 0; i < NUM_OPTIONS; i++)
        item.choices[i] = row->fields[FIRST_OPTION + i];
    item.answer = (size_t)(answer[0] - 'A');
    json_append(out, choice_item_json(&item));
    return 0;
}

int choice_mmlu_read(const struct choice_file *file,
                     struct cJSON *out,
                     struct error *err)
{
    struct choice_csv csv;
    struct choice_csv_row row;
    bool is_first = true;
    int rc;

    choice_csv_init(&csv, file->path, file->bytes, file->len);
    while ((rc = choice_csv_next(&csv, &row, err)) > 0) {
        if (!(is_first && is_header(&row)))
            rc = add_row(file, &row, out, err);
        is_first = false;
        choice_csv_release(&row);
        if (rc < 0)
            return -1;
    }
    choice_csv_release(&row);
    return rc;
}
