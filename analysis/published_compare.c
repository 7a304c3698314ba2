#include "analysis/published_compare.h"

#include "analysis/chosen.h"
#include "analysis/published.h"
#include "analysis/published_why.h"
#include "analysis/role_wait.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *whose(const struct reader_model *model)
{
    const char *as = model->published_as;

    return as && as[0] ? as : model->name;
}

static size_t find_column(const struct reader *reader, const char *name)
{
    const size_t num = reader_num_columns(reader);
    size_t at = 0;

    while (at < num && strcmp(reader_column(reader, at)->name, name) != 0)
        at++;
    return at;
}

static void count_row(struct published_table *table,
                      const struct published_row *row)
{
    const bool has_digits = row->digits != PUBLISHED_OTHER;

    table->counts[row->verdict]++;
    if (row->verdict == PUBLISHED_EQUAL && row->digits != PUBLISHED_ROUNDED)
        table->num_inexact++;
    if (row->verdict == PUBLISHED_NOT_COMPARABLE && has_digits)
        table->num_same_digits++;
    if (row->verdict == PUBLISHED_DIFFERENT && !row->kind)
        table->num_unexplained++;
    if (row->by_labels
        && (row->verdict == PUBLISHED_EQUAL
            || row->verdict == PUBLISHED_DIFFERENT))
        table->num_by_labels++;
}

/* What the results file says stands first, then what is known of the board. */
static void add_known(struct published_row *row,
                      struct text *reason,
                      struct published_reason known)
{
    if (!known.kind)
        return;
    text_addf(reason, "%s%s", row->kind ? "; " : "", known.text);
    row->kind = row->kind ? row->kind : known.kind;
}

static void compare_cell(struct published_row *row,
                         const struct published_cell *cell,
                         const struct published *board,
                         size_t column)
{
    const struct reader_score *score =
        reader_score(cell->reader, PROFILE_PAPER, cell->model, cell->column);
    const double ours = score->value;
    struct text reason = { 0 };
    double printed = (double)NAN;

    (void)text_to_double(row->published, &printed);
    row->ours = ours;
    row->difference = ours - printed;
    row->digits = published_digits(ours, row->published);
    row->by_labels = score->num_recorded > 0;
    if (isnan(ours)) {
        row->verdict = PUBLISHED_MISSING;
        row->kind = published_why_missing(cell, &reason);
    } else if (!reader_is_comparable(cell->reader, cell->model, cell->column)) {
        row->verdict = PUBLISHED_NOT_COMPARABLE;
        row->kind = published_why_not_comparable(cell, &reason);
    } else if (row->digits != PUBLISHED_OTHER) {
        row->verdict = PUBLISHED_EQUAL;
    } else {
        row->verdict = PUBLISHED_DIFFERENT;
    }
    if (row->digits == PUBLISHED_OTHER && published_why_has_items(cell)) {
        add_known(row,
                  &reason,
                  published_reason(board,
                                   row->published_as,
                                   column,
                                   row->difference));
    }
    row->reason = text_take(&reason);
}

static void compare_model(struct published_table *out,
                          const struct role_wait *wait,
                          const struct published *board,
                          const struct chosen *chosen,
                          size_t model,
                          const char *published_as)
{
    const struct reader *reader = wait->reader;

    for (size_t c = 0; c < published_num_columns(board); c++) {
        struct published_row *row = &out->rows[out->num];
        const size_t at = find_column(reader, published_column(board, c));

        *row = (struct published_row){
            .column = published_column(board, c),
            .model = reader_model(reader, model)->name,
            .published_as = published_as,
            .published = published_value(board, published_as, c),
        };
        if (!row->published
            || (at < reader_num_columns(reader)
                && !chosen_has(chosen, reader_column(reader, at))))
            continue;
        if (at == reader_num_columns(reader)) {
            row->ours = (double)NAN;
            row->difference = (double)NAN;
            row->verdict = PUBLISHED_MISSING;
            row->kind = "no_column";
            row->reason = mem_text("no such column in the file");
        } else {
            const struct published_cell cell = { reader, wait, model, at };

            compare_cell(row, &cell, board, c);
        }
        count_row(out, row);
        out->num++;
    }
}

void published_compare(const struct reader *reader,
                       const struct published *board,
                       struct published_table *out)
{
    const size_t num = reader_num_models(reader);
    struct role_wait wait;
    struct chosen chosen;

    role_wait_read(&wait, reader);
    chosen_read(&chosen, reader);
    *out = (struct published_table){
        .rows =
            mem_alloc(num * published_num_columns(board), sizeof *out->rows),
        .strangers = mem_alloc(num, sizeof(const char *)),
    };
    for (size_t m = 0; m < num; m++) {
        const struct reader_model *model = reader_model(reader, m);
        const char *as = published_model(board, whose(model));

        if (as) {
            compare_model(out, &wait, board, &chosen, m, as);
        } else {
            out->strangers[out->num_strangers++] = model->name;
        }
    }
    chosen_release(&chosen);
    role_wait_release(&wait);
}

void published_compare_release(struct published_table *table)
{
    for (size_t i = 0; i < table->num; i++)
        free(table->rows[i].reason);
    free(table->rows);
    free((void *)table->strangers);
    *table = (struct published_table){ 0 };
}
