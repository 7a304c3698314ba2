#include "analysis/published_compare.h"

#include "analysis/published.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"
#include "trustsweep/state.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a cell lacks, in the results file's own figures. */
struct lack {
    enum state state;
    const char *kind;
    const char *word;
};

static const struct lack lacks[] = {
    { STATE_MISSING, "items_missing", "not among the answers" },
    { STATE_UNJUDGED, "unjudged", "not judged" },
    { STATE_NONE, "unfinished", "not done" },
    { STATE_FAILED, "failed", "failed" },
    { STATE_OVERLONG, "overlong", "too long for the model" },
};

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

static uint64_t count_items(const struct reader_score *score)
{
    uint64_t total = 0;

    for (int s = 0; s < NUM_STATES; s++)
        total += score->states[s];
    return total;
}

/* Returns the kind of the first thing lacking, or NULL. */
static const char *add_lacks(struct text *out,
                             const struct reader_column *column,
                             const struct reader_score *score)
{
    const uint64_t total = count_items(score);
    const char *kind = NULL;

    for (size_t i = 0; i < sizeof lacks / sizeof *lacks; i++) {
        const uint64_t num = score->states[lacks[i].state];

        if (num == 0)
            continue;
        text_addf(out,
                  "%s%" PRIu64 " of %" PRIu64 " items %s",
                  kind ? ", " : "",
                  num,
                  total,
                  lacks[i].word);
        if (lacks[i].state == STATE_UNJUDGED && column->needs[0])
            text_addf(out, " (needs %s)", column->needs);
        kind = kind ? kind : lacks[i].kind;
    }
    return kind;
}

/* Why nothing was measured: there is always something to say. */
static const char *add_missing(struct text *out,
                               const struct reader_column *column,
                               const struct reader_score *score,
                               struct published_reason known)
{
    const uint64_t total = count_items(score);
    const char *kind = add_lacks(out, column, score);

    if (kind && known.kind && score->states[STATE_UNJUDGED] > 0)
        text_addf(out, "; %s", known.text);
    if (kind)
        return kind;
    if (total == 0) {
        text_add(out, "no items of this column in the data");
        return "no_items";
    }
    text_addf(out, "none of %" PRIu64 " items has a value", total);
    if (column->needs[0])
        text_addf(out, " (needs %s)", column->needs);
    return "no_values";
}

static const char *add_different(struct text *out,
                                 const struct reader_column *column,
                                 const struct reader_score *score,
                                 bool is_comparable,
                                 struct published_reason known)
{
    const char *kind = add_lacks(out, column, score);

    if (known.kind) {
        text_addf(out, "%s%s", kind ? "; " : "", known.text);
        return known.kind;
    }
    if (!kind && !is_comparable) {
        text_add(out,
                 "not comparable: other data, or verdicts that were asked for");
        return "not_comparable";
    }
    return kind;
}

static void count_row(struct published_table *table,
                      const struct published_row *row)
{
    table->counts[row->verdict]++;
    if (row->verdict == PUBLISHED_EQUAL && row->digits != PUBLISHED_ROUNDED)
        table->num_inexact++;
    if (row->verdict == PUBLISHED_DIFFERENT && !row->kind)
        table->num_unexplained++;
}

/* `at`: the model and the column in the results file. */
static void compare_cell(struct published_row *row,
                         const struct reader *reader,
                         const size_t at[2],
                         struct published_reason known)
{
    const struct reader_column *column = reader_column(reader, at[1]);
    const struct reader_score *score =
        reader_score(reader, PROFILE_PAPER, at[0], at[1]);
    struct text reason = { 0 };
    double printed = NAN;

    (void)text_to_double(row->published, &printed);
    row->ours = score->value;
    row->difference = score->value - printed;
    row->digits = published_digits(score->value, row->published);
    if (isnan(score->value)) {
        row->verdict = PUBLISHED_MISSING;
        row->kind = add_missing(&reason, column, score, known);
    } else if (row->digits != PUBLISHED_OTHER) {
        row->verdict = PUBLISHED_EQUAL;
    } else {
        row->verdict = PUBLISHED_DIFFERENT;
        row->kind = add_different(&reason,
                                  column,
                                  score,
                                  reader_is_comparable(reader, at[0], at[1]),
                                  known);
    }
    row->reason = text_take(&reason);
}

static void compare_model(struct published_table *out,
                          const struct reader *reader,
                          const struct published *board,
                          size_t model,
                          const char *published_as)
{
    for (size_t c = 0; c < published_num_columns(board); c++) {
        struct published_row *row = &out->rows[out->num];
        const size_t at[] = { model,
                              find_column(reader, published_column(board, c)) };

        *row = (struct published_row){
            .column = published_column(board, c),
            .model = reader_model(reader, model)->name,
            .published_as = published_as,
            .published = published_value(board, published_as, c),
        };
        if (!row->published)
            continue;
        if (at[1] == reader_num_columns(reader)) {
            row->ours = NAN;
            row->difference = NAN;
            row->verdict = PUBLISHED_MISSING;
            row->kind = "no_column";
            row->reason = mem_text("no such column in the file");
        } else {
            compare_cell(row,
                         reader,
                         at,
                         published_reason(board, published_as, c));
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

    *out = (struct published_table){
        .rows =
            mem_alloc(num * published_num_columns(board), sizeof *out->rows),
        .strangers = mem_alloc(num, sizeof(const char *)),
    };
    for (size_t m = 0; m < num; m++) {
        const struct reader_model *model = reader_model(reader, m);
        const char *as = published_model(board, whose(model));

        if (as) {
            compare_model(out, reader, board, m, as);
        } else {
            out->strangers[out->num_strangers++] = model->name;
        }
    }
}

void published_compare_release(struct published_table *table)
{
    for (size_t i = 0; i < table->num; i++)
        free(table->rows[i].reason);
    free(table->rows);
    free((void *)table->strangers);
    *table = (struct published_table){ 0 };
}
