#include "analysis/rank_notes.h"

#include "base/text.h"
#include "store/reader.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Below this share of another file's items: not only some that failed. */
static const double far_fewer = 0.9;

/* One column in two files. */
struct contrast {
    size_t column, few, many;   /* models */
    uint64_t num_few, num_many; /* items */
    double share;               /* of the items of `many` that `few` has */
};

/* Those that a file has of a model's, whatever became of them: how many its value
 * is over depends on the answers.  What was not asked, or not recorded, it has not. */
static uint64_t num_items(const struct grid *grid, size_t model, size_t column)
{
    const struct grid_model *of = &grid->models[model];
    const size_t place = grid_place(grid, of->file, column);
    const struct reader_score *score;
    uint64_t num = 0;

    if (place == GRID_NO_COLUMN)
        return 0;
    score = reader_score(grid->readers[of->file], grid->profile, of->at, place);
    for (size_t i = 0; i < NUM_STATES; i++) {
        if (i != STATE_NONE && i != STATE_MISSING)
            num += score->states[i];
    }
    return num;
}

/* Of the rows with the fewest and the most items of a column. */
static struct contrast contrast_of(const struct ranking *self,
                                   const struct rank_scope *scope,
                                   size_t column)
{
    const struct grid *grid = self->grid;
    struct contrast out = { .column = column, .share = 1 };

    for (size_t i = 0; i < scope->num_rows; i++) {
        const size_t model = scope->rows[i].model;
        const uint64_t num = num_items(grid, model, column);

        if (num > 0 && (out.num_few == 0 || num < out.num_few)) {
            out.num_few = num;
            out.few = model;
        }
        if (num > out.num_many) {
            out.num_many = num;
            out.many = model;
        }
    }
    if (out.num_many > 0
        && grid->models[out.few].file != grid->models[out.many].file)
        out.share = (double)out.num_few / (double)out.num_many;
    return out;
}

static void add(struct text *out, const char *text)
{
    text_addf(out, "%s%s", out->len > 0 ? "; " : "", text);
}

/* The widest contrast; a run with `limit` beside a whole one. */
static void note_items(const struct ranking *self,
                       const struct rank_scope *scope,
                       struct text *out)
{
    const struct grid *grid = self->grid;
    struct contrast widest = { .share = 1 };

    if (grid->num_readers < 2)
        return;
    for (size_t i = 0; i < scope->num_columns; i++) {
        const struct contrast one = contrast_of(self, scope, scope->columns[i]);

        if (one.share < widest.share)
            widest = one;
    }
    if (widest.share >= far_fewer)
        return;
    add(out, "the files are not of the same items: ");
    text_addf(
        out,
        "%s has %llu of them in %s and %llu in %s, so part of a rank may be the "
        "items",
        grid->columns[widest.column].name,
        (unsigned long long)widest.num_few,
        grid->models[widest.few].name,
        (unsigned long long)widest.num_many,
        grid->models[widest.many].name);
}

/* Whether every resample has the same value. */
static bool is_constant(const struct draws *draws, size_t model, size_t column)
{
    const size_t at = grid_at(draws->grid, model, column);

    if (draws->num == 0 || draws->num_units[column] == 0
        || isnan(draws_at(draws, 0)[at]))
        return false;
    for (size_t d = 1; d < draws->num; d++) {
        if (draws_at(draws, d)[at] != draws_at(draws, 0)[at])
            return false;
    }
    return true;
}

static void note_width(const struct ranking *self,
                       const struct rank_scope *scope,
                       struct text *out)
{
    for (size_t i = 0; self->draws && i < scope->num_rows; i++) {
        const struct rank_row *row = &scope->rows[i];

        for (size_t c = 0; row->low == row->high && c < scope->num_columns;
             c++) {
            if (!is_constant(self->draws, row->model, scope->columns[c]))
                continue;
            add(out, "an interval without a width is too narrow where ");
            text_addf(out,
                      "every resample gives one value, as of %s in %s: its "
                      "answers are all equal, or alike in each cluster",
                      self->grid->models[row->model].name,
                      self->grid->columns[scope->columns[c]].name);
            return;
        }
    }
}

char *rank_notes(const struct ranking *self, const struct rank_scope *scope)
{
    struct text out = { 0 };
    const char *outside = rank_note(scope);

    if (outside)
        add(&out, outside);
    note_items(self, scope, &out);
    note_width(self, scope, &out);
    return out.len > 0 ? text_take(&out) : NULL;
}
